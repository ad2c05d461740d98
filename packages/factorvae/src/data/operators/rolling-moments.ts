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
  byBlocks(() => {
    const count = new Float64Array(values.length);
    for (let t = 0; t < count.length; t++) count[t] = Number.isNaN(values[t]) ? 0 : 1;
    return { count, mean: values, squares: new Float64Array(values.length) };
  }, joined);

function joined(newer: RollingMoments, older: RollingMoments, shift: number): RollingMoments {
  const [count, mean, squares] = [newer.count.slice(), newer.mean.slice(), newer.squares.slice()];
  const { count: olderCount, mean: olderMean, squares: olderSquares } = older;
  for (let t = shift; t < count.length; t++) {
    const s = t - shift;
    const before = olderCount[s];
    if (before === 0) continue;
    if (count[t] === 0) {
      count[t] = before;
      mean[t] = olderMean[s];
      squares[t] = olderSquares[s];
      continue;
    }
    const all = before + count[t];
    const share = count[t] / all;
    const apart = mean[t] - olderMean[s];
    squares[t] += olderSquares[s] + apart * apart * before * share;
    mean[t] = olderMean[s] + apart * share;
    count[t] = all;
  }
  return { count, mean, squares };
}

/** The standard deviations (ddof 1) that moments give; NaN with fewer than two values. */
export const deviationOf = ({ count, squares }: Pick<RollingMoments, "count" | "squares">): Float64Array => {
  const deviation = new Float64Array(squares.length);
  for (let t = 0; t < deviation.length; t++)
    deviation[t] = count[t] < 2 ? Number.NaN : Math.sqrt(squares[t] / (count[t] - 1));
  return deviation;
};

/** A standard deviation at or below this share of the mean absolute value is rounding noise, not movement. */
const noiseShare = 1e-6;

/** Whether values with these moments do not move: fewer than two, or a deviation within rounding noise. */
export const isStill = (count: number, squares: number, meanAbsolute: number): boolean =>
  count < 2 || Math.sqrt(squares / (count - 1)) <= noiseShare * meanAbsolute;
