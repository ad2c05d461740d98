import { byBlocks } from "./blocks.js";

/** Moments of the values present in the windows that end at each date. */
export interface RollingMoments {
  /** Values present. */
  readonly count: Float64Array;
  /** NaN where none is. */
  readonly mean: Float64Array;
  /** Sum of squared deviations from the mean. */
  readonly squares: Float64Array;
}

/**
 * Moments over the last `days` dates up to each date, missing values left out; dates before the series are missing.
 *
 * Deviations are taken from the means of blocks, never from a running total: what does not move has squares of exactly 0.
 */
export const rollingMoments = (values: Float64Array): ((days: number) => RollingMoments) =>
  byBlocks(() => ({ count: presence(values), mean: values, squares: new Float64Array(values.length) }), joined);

function joined(block: RollingMoments, parts: number, length: number): RollingMoments {
  const { count: counts, mean: means, squares: squaresOf } = block;
  const count = new Float64Array(counts.length);
  const mean = new Float64Array(counts.length);
  const squares = new Float64Array(counts.length);
  for (let t = 0; t < count.length; t++) {
    let all = counts[t];
    let middle = means[t];
    let spread = squaresOf[t];
    const oldest = Math.max(0, t - (parts - 1) * length);
    for (let s = t - length; s >= oldest; s -= length) {
      const before = counts[s];
      if (before === 0) continue;
      if (all === 0) {
        all = before;
        middle = means[s];
        spread = squaresOf[s];
        continue;
      }
      all += before;
      const share = (all - before) / all;
      const apart = middle - means[s];
      spread += squaresOf[s] + apart * apart * before * share;
      middle = means[s] + apart * share;
    }
    count[t] = all;
    mean[t] = middle;
    squares[t] = spread;
  }
  return { count, mean, squares };
}

/** 1 where a value is present, else 0. */
export function presence(values: Float64Array): Float64Array {
  const count = new Float64Array(values.length);
  for (let t = 0; t < count.length; t++) count[t] = Number.isNaN(values[t]) ? 0 : 1;
  return count;
}

/**
 * The mean absolute values over the last `days` dates up to each date.
 * @param means the means of the values themselves: what is asked for, unless some value is negative
 */
export function rollingMeanAbsolute(
  values: Float64Array,
  means: (days: number) => Float64Array,
): (days: number) => Float64Array {
  if (!values.some((value) => value < 0)) return means;
  const moments = rollingMoments(values.map(Math.abs));
  return (days) => moments(days).mean;
}

/** The standard deviation (ddof 1) of `count` values with that sum of squared deviations; NaN with fewer than two. */
export const deviation = (count: number, squares: number): number =>
  count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));

/** The standard deviations that moments give. */
export function deviationOf({ count, squares }: Pick<RollingMoments, "count" | "squares">): Float64Array {
  const deviations = new Float64Array(squares.length);
  for (let t = 0; t < deviations.length; t++) deviations[t] = deviation(count[t], squares[t]);
  return deviations;
}

/** A standard deviation at or below this share of the mean absolute value is rounding noise, not movement. */
const noiseShare = 1e-6;

/** Whether values with these moments do not move: fewer than two, or a deviation within rounding noise. */
export const isStill = (count: number, squares: number, meanAbsolute: number): boolean =>
  count < 2 || Math.sqrt(squares / (count - 1)) <= noiseShare * meanAbsolute;
