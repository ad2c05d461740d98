import { checkOptions } from "../options.js";

/** Settings of a learning rate that falls when a metric stops to improve. */
export interface PlateauOptions {
  /** What the rate is multiplied by each time, in (0, 1) (default 0.1). */
  readonly factor?: number;
  /** How many metrics in a row may fail to improve before the next such one lowers the rate (default 10). */
  readonly patience?: number;
  /** How many metrics after each fall do not count as failing (default 0). */
  readonly cooldown?: number;
  /** The share of the best by which a metric must be better to improve on it, at least 0 (default 1e-4). */
  readonly threshold?: number;
  /** `absolute`: the threshold is a difference, not a share (default `relative`). */
  readonly thresholdMode?: "relative" | "absolute";
  /** `larger` for a metric such as Rank IC, of which more is better; `smaller` for a loss (default). */
  readonly better?: "smaller" | "larger";
  /** Below this share of the base rate it never falls, in [0, 1] (default 0). */
  readonly floor?: number;
}

/** All that a plateau knows, as plain numbers: JSON keeps it exactly. */
export interface PlateauState {
  /** The best metric so far; null before the first. */
  readonly best: number | null;
  /** Metrics in a row that did not improve on it. */
  readonly failures: number;
  /** Metrics left of a cooldown. */
  readonly cooldown: number;
  /** The share of the base rate that is due. */
  readonly factor: number;
}

/** A learning rate that follows a metric. */
export interface Plateau {
  /** The factor, of the base rate, that is due now. */
  readonly factor: () => number;
  /**
   * Takes in the next metric, and returns the factor that is due after it.
   *
   * @throws RangeError if the metric is not finite.
   */
  readonly report: (metric: number) => number;
  /** All that the next factors depend on beside metrics and settings. */
  readonly state: () => PlateauState;
  /**
   * Takes up where the plateau that had this state was.
   *
   * @throws RangeError that names the first field which no plateau of this floor can have; nothing is changed then.
   * @throws TypeError that names a field which is unknown, or is no number.
   */
  readonly loadState: (state: PlateauState) => void;
}

/**
 * Multiplies the learning rate by `factor` whenever more than `patience` metrics in a row are no better than the best. The
 * rules are PyTorch's ReduceLROnPlateau, but that a fall is never too small to happen (its `eps`), and that to improve on a
 * negative best by a share is to be better than it, where PyTorch lets a worse metric pass.
 *
 * @throws RangeError if an option is out of range.
 * @throws TypeError that names an option which is unknown, or should be a word and is none.
 */
export function plateau(options: PlateauOptions = {}): Plateau {
  checkOptions("plateau", options, ["factor", "patience", "cooldown", "threshold", "thresholdMode", "better", "floor"]);
  const { factor: fall = 0.1, patience = 10, cooldown = 0, threshold = 1e-4, floor = 0 } = options;
  const { thresholdMode = "relative", better = "smaller" } = options;
  checkRanges(fall, { patience, cooldown }, threshold, floor);
  checkChoice("better", better, ["smaller", "larger"]);
  checkChoice("thresholdMode", thresholdMode, ["relative", "absolute"]);
  const sign = better === "smaller" ? -1 : 1;
  const improves = (metric: number, best: number | null): boolean => {
    if (best === null) return true;
    // Of a negative best a share is on its other side.
    const share = sign * Math.sign(best) * threshold;
    const bar = thresholdMode === "relative" ? best * (1 + share) : best + sign * threshold;
    return better === "smaller" ? metric < bar : metric > bar;
  };
  let now: PlateauState = { best: null, failures: 0, cooldown: 0, factor: 1 };
  return {
    factor: () => now.factor,
    report: (metric) => {
      if (!Number.isFinite(metric)) throw new RangeError(`plateau: the metric must be finite, not ${metric}`);
      const improved = improves(metric, now.best);
      const isCooling = now.cooldown > 0;
      const failures = improved || isCooling ? 0 : now.failures + 1;
      const falls = failures > patience;
      now = {
        best: improved ? metric : now.best,
        failures: falls ? 0 : failures,
        cooldown: falls ? cooldown : Math.max(0, now.cooldown - 1),
        factor: falls ? Math.max(now.factor * fall, floor) : now.factor,
      };
      return now.factor;
    },
    state: () => ({ ...now }),
    loadState: (state) => {
      checkState(state, floor);
      now = { ...state };
    },
  };
}

function checkCounts(operation: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`${operation}: ${name} must be a whole number of at least 0, not ${count}`);
}

function checkChoice(name: string, choice: string, known: readonly string[]): void {
  if (known.includes(choice)) return;
  const ErrorOfKind = typeof choice === "string" ? RangeError : TypeError;
  throw new ErrorOfKind(`plateau: ${name} must be ${known.join(" or ")}, not ${choice}`);
}

function checkRanges(factor: number, counts: Readonly<Record<string, number>>, threshold: number, floor: number): void {
  if (!(factor > 0 && factor < 1)) throw new RangeError(`plateau: factor must be in (0, 1), not ${factor}`);
  checkCounts("plateau", counts);
  if (!(threshold >= 0 && threshold < Number.POSITIVE_INFINITY))
    throw new RangeError(`plateau: threshold must be finite and at least 0, not ${threshold}`);
  if (!(floor >= 0 && floor <= 1)) throw new RangeError(`plateau: floor must be in [0, 1], not ${floor}`);
}

function checkState(state: PlateauState, floor: number): void {
  const operation = "plateau.loadState";
  checkOptions(operation, state, ["best", "failures", "cooldown", "factor"]);
  const { best, failures, cooldown, factor } = state;
  for (const [name, value] of Object.entries({ best, failures, cooldown, factor }))
    if (typeof value !== "number" && !(name === "best" && value === null))
      throw new TypeError(
        `${operation}: ${name} must be ${name === "best" ? "null or " : ""}a number, not ${JSON.stringify(value)}`,
      );
  if (!(best === null || Number.isFinite(best)))
    throw new RangeError(`${operation}: best must be null or a finite number, not ${best}`);
  checkCounts(operation, { failures, cooldown });
  if (!(factor >= floor && factor <= 1))
    throw new RangeError(`${operation}: factor must be in [${floor}, 1], not ${factor}`);
}
