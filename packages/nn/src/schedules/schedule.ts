import { checkSizes } from "../initializers.js";

/**
 * A plan for a learning rate: the factor, of the base rate, that step `step` has, counted from 0. Throws a RangeError if
 * the step is no whole number of at least 0.
 */
export type Schedule = (step: number) => number;

/** Always 1. */
export const constant: Schedule = checked("constant", () => 1);

/**
 * From `start` in step 0 evenly up to 1 in step `steps`, and 1 from there on.
 *
 * @throws RangeError if `steps` is no whole number of at least 1, or `start` is not in [0, 1].
 */
export function linearWarmUp(steps: number, start: number): Schedule {
  checkSizes("linearWarmUp", { steps });
  checkShare("linearWarmUp", "start", start);
  return checked("linearWarmUp", (step) => start + (1 - start) * Math.min(step / steps, 1));
}

/**
 * Half a cosine wave from 1 in step 0 down to `end` in step `steps`, and `end` from there on. Source: Loshchilov,
 * Hutter (2017), without restarts.
 *
 * @throws RangeError if `steps` is no whole number of at least 1, or `end` is not in [0, 1].
 */
export function cosine(steps: number, end = 0): Schedule {
  checkSizes("cosine", { steps });
  checkShare("cosine", "end", end);
  return checked("cosine", (step) => end + ((1 - end) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)))) / 2);
}

/**
 * Multiplied by `factor` after every `every` steps.
 *
 * @throws RangeError if `every` is no whole number of at least 1, or `factor` is not in [0, 1].
 */
export function stepDecay(every: number, factor: number): Schedule {
  checkSizes("stepDecay", { every });
  checkShare("stepDecay", "factor", factor);
  return checked("stepDecay", (step) => factor ** Math.floor(step / every));
}

/**
 * `first` for the first `steps` steps, then `second`, which counts from 0 again.
 *
 * @throws RangeError if `steps` is no whole number of at least 1.
 */
export function inSequence(first: Schedule, steps: number, second: Schedule): Schedule {
  checkSizes("inSequence", { steps });
  return checked("inSequence", (step) => (step < steps ? first(step) : second(step - steps)));
}

function checkShare(schedule: string, name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${schedule}: ${name} must be in [0, 1], not ${value}`);
}

/** The schedule, for steps that there can be. */
function checked(name: string, schedule: Schedule): Schedule {
  return (step) => {
    if (!Number.isInteger(step) || step < 0)
      throw new RangeError(`${name}: a step is a whole number of at least 0, not ${step}`);
    return schedule(step);
  };
}
