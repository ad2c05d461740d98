import { assign, type Expression, elementwise, keep, type Tensor } from "@factorvae/tensor";
import { shareOf, toward } from "../running-mean.js";
import { copied, load, type StateDict } from "../state-dict.js";
import { checkParameters, checkReadable, checkWritable } from "./optimizer.js";
import { numbered, updateInPlace } from "./update.js";

type E = Expression;

const moved = elementwise("exponentialAverage", (average: E, value: E, share: E) => toward(average, value, share));

/** A running average of parameters, kept beside them. */
export interface ExponentialAverage {
  /**
   * Takes in the parameters as they are now: after every step of the optimizer.
   *
   * @throws DeadTensorError, TypeError if a parameter cannot be read; no average is changed then.
   */
  readonly update: () => void;
  /** Copies of the averages, in the order of the parameters. */
  readonly values: () => Tensor[];
  /**
   * Runs `fn` with the averages in place of the parameters, which then have their own values again, also after an error.
   *
   * @throws TypeError if `fn` is asynchronous: its later part would run without the averages.
   * @throws Error if a parameter is being differentiated.
   */
  readonly withAverages: <Result>(fn: () => Result) => Result;
  /** Copies of the averages by name, in the order of the parameters. */
  readonly stateDict: () => Record<string, Tensor>;
  /**
   * Takes up where the average that made this state was.
   *
   * @throws StateDictError if the names or shapes are not those of `stateDict()`; nothing is changed then.
   */
  readonly loadStateDict: (state: StateDict) => void;
  /** The averages themselves: to be pinned with the parameters for the length of a loop. */
  readonly memory: () => readonly Tensor[];
}

/**
 * The exponential moving average of parameters: it starts at their present values, and each update moves it toward
 * theirs by a share of `1 - decay`. Source: Polyak averaging with a decay, as in Kingma, Ba (2015), section 7.2.
 *
 * @throws RangeError if the decay is not in [0, 1), or a parameter is there twice or shares memory with another.
 * @throws TypeError if the parameters are no array of tensors, or one holds indices.
 */
export function exponentialAverage(params: readonly Tensor[], decay: number): ExponentialAverage {
  checkParameters("exponentialAverage", params);
  if (!(decay >= 0 && decay < 1)) throw new RangeError(`exponentialAverage: the decay must be in [0, 1), not ${decay}`);
  const averages = params.map((parameter) => keep(parameter));
  const named = numbered("average", averages);
  const write = (values: readonly Tensor[]): void => {
    params.forEach((parameter, at) => {
      assign(parameter, values[at]);
    });
  };
  return {
    update: () => {
      checkReadable("exponentialAverage.update", "parameters", params);
      const updates = params.map((parameter, at) => ({
        targets: [averages[at]],
        operands: [averages[at], parameter],
      }));
      updateInPlace(moved, updates, [shareOf(1 - decay)]);
    },
    values: () => averages.map((average) => keep(average)),
    withAverages: (fn) => {
      checkWritable("exponentialAverage.withAverages", params);
      const own = params.map((parameter) => keep(parameter));
      try {
        write(averages);
        const result = fn();
        if (result instanceof Promise)
          throw new TypeError("exponentialAverage: what runs with the averages must not be asynchronous");
        return result;
      } finally {
        write(own);
      }
    },
    stateDict: () => copied(named),
    loadStateDict: (state) => load("exponentialAverage.loadStateDict", named, state),
    memory: () => averages,
  };
}
