import { byBlocks } from "./blocks.js";
import { isStill, presence, type RollingMoments, rollingMeanAbsolute } from "./rolling-moments.js";

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
  const meanAbsolute = rollingMeanAbsolute(values, (days) => moments(days).mean);
  return (days) => lineOf(moments(days), meanAbsolute(days));
}

function single(values: Float64Array): LineMoments {
  const zeros = new Float64Array(values.length);
  const positions = { meanPosition: zeros, positionSquares: zeros, products: zeros };
  return { count: presence(values), mean: values, squares: zeros, ...positions };
}

function joined(block: LineMoments, parts: number, length: number): LineMoments {
  const size = block.count.length;
  const [count, mean, squares] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [meanPosition, positionSquares] = [new Float64Array(size), new Float64Array(size)];
  const products = new Float64Array(size);
  const { count: counts, mean: means, squares: squaresOf } = block;
  const { meanPosition: positions, positionSquares: positionsSquared, products: multiplied } = block;
  for (let t = 0; t < size; t++) {
    let all = counts[t];
    let middle = means[t];
    let spread = squaresOf[t];
    let position = positions[t];
    let positionSpread = positionsSquared[t];
    let product = multiplied[t];
    const oldest = Math.max(0, t - (parts - 1) * length);
    for (let s = t - length; s >= oldest; s -= length) {
      const before = counts[s];
      if (before === 0) continue;
      const earlier = positions[s] - (t - s);
      if (all === 0) {
        all = before;
        middle = means[s];
        spread = squaresOf[s];
        position = earlier;
        positionSpread = positionsSquared[s];
        product = multiplied[s];
        continue;
      }
      all += before;
      const share = (all - before) / all;
      const weight = before * share;
      const apart = middle - means[s];
      const distance = position - earlier;
      spread += squaresOf[s] + apart * apart * weight;
      positionSpread += positionsSquared[s] + distance * distance * weight;
      product += multiplied[s] + apart * distance * weight;
      middle = means[s] + apart * share;
      position = earlier + distance * share;
    }
    count[t] = all;
    mean[t] = middle;
    squares[t] = spread;
    meanPosition[t] = position;
    positionSquares[t] = positionSpread;
    products[t] = product;
  }
  return { count, mean, squares, meanPosition, positionSquares, products };
}

function lineOf(moments: LineMoments, meanAbsolute: Float64Array): RollingLine {
  const { count, mean, squares, meanPosition, positionSquares, products } = moments;
  const [slope, last] = [new Float64Array(count.length), new Float64Array(count.length)];
  const explained = new Float64Array(count.length);
  for (let t = 0; t < count.length; t++) {
    const rise = count[t] < 2 ? Number.NaN : products[t] / positionSquares[t];
    slope[t] = rise;
    last[t] = mean[t] - rise * meanPosition[t];
    const isFlat = isStill(count[t], squares[t], meanAbsolute[t]);
    explained[t] = isFlat ? Number.NaN : Math.min(1, (rise * products[t]) / squares[t]);
  }
  return { moments, slope, last, explained };
}
