import { byBlocks } from "./blocks.js";
import { isStill, type RollingMoments } from "./rolling-moments.js";

/** Ordinary least-squares lines through the values present in the windows that end at each date. */
export interface RollingLine {
  readonly moments: RollingMoments;
  /** Change a date. */
  readonly slope: Float64Array;
  /** The line's value at the newest date. */
  readonly last: Float64Array;
  /** Share of the variance explained, in [0, 1]; NaN where the values do not move. */
  readonly explained: Float64Array;
}

/** Moments of values and of their positions; a position is counted from the window's newest date, which is 0. */
interface LineMoments extends RollingMoments {
  readonly meanAbsolute: Float64Array;
  readonly meanPosition: Float64Array;
  readonly positionSquares: Float64Array;
  /** Sum of products of the deviations of position and value. */
  readonly products: Float64Array;
}

/**
 * Least squares of the values on their position over the last `days` dates up to each date; a missing value leaves its
 * position out. NaN with fewer than two values.
 */
export function rollingLine(values: Float64Array): (days: number) => RollingLine {
  const moments = byBlocks(() => single(values), joined);
  return (days) => lineOf(moments(days));
}

function single(values: Float64Array): LineMoments {
  const zeros = () => new Float64Array(values.length);
  return {
    count: values.map((value) => (Number.isNaN(value) ? 0 : 1)),
    mean: values,
    squares: zeros(),
    meanAbsolute: values.map(Math.abs),
    meanPosition: zeros(),
    positionSquares: zeros(),
    products: zeros(),
  };
}

function joined(newer: LineMoments, older: LineMoments, shift: number): LineMoments {
  const result = {
    count: newer.count.slice(),
    mean: newer.mean.slice(),
    squares: newer.squares.slice(),
    meanAbsolute: newer.meanAbsolute.slice(),
    meanPosition: newer.meanPosition.slice(),
    positionSquares: newer.positionSquares.slice(),
    products: newer.products.slice(),
  };
  const { count, mean, squares, meanAbsolute, meanPosition, positionSquares, products } = result;
  for (let t = shift; t < count.length; t++) {
    const s = t - shift;
    const before = older.count[s];
    if (before === 0) continue;
    const olderPosition = older.meanPosition[s] - shift;
    if (count[t] === 0) {
      count[t] = before;
      mean[t] = older.mean[s];
      squares[t] = older.squares[s];
      meanAbsolute[t] = older.meanAbsolute[s];
      meanPosition[t] = olderPosition;
      positionSquares[t] = older.positionSquares[s];
      products[t] = older.products[s];
      continue;
    }
    const all = before + count[t];
    const share = count[t] / all;
    const weight = before * share;
    const apart = mean[t] - older.mean[s];
    const distance = meanPosition[t] - olderPosition;
    squares[t] += older.squares[s] + apart * apart * weight;
    positionSquares[t] += older.positionSquares[s] + distance * distance * weight;
    products[t] += older.products[s] + apart * distance * weight;
    mean[t] = older.mean[s] + apart * share;
    meanPosition[t] = olderPosition + distance * share;
    meanAbsolute[t] = older.meanAbsolute[s] + (meanAbsolute[t] - older.meanAbsolute[s]) * share;
    count[t] = all;
  }
  return result;
}

function lineOf(moments: LineMoments): RollingLine {
  const { count, mean, squares, meanAbsolute, meanPosition, positionSquares, products } = moments;
  const [slope, last, explained] = Array.from({ length: 3 }, () => new Float64Array(count.length).fill(Number.NaN));
  for (let t = 0; t < count.length; t++) {
    if (count[t] < 2) continue;
    const rise = products[t] / positionSquares[t];
    slope[t] = rise;
    last[t] = mean[t] - rise * meanPosition[t];
    if (!isStill(count[t], squares[t], meanAbsolute[t])) explained[t] = Math.min(1, (rise * products[t]) / squares[t]);
  }
  return { moments, slope, last, explained };
}
