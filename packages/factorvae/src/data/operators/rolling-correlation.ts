import { byBlocks } from "./blocks.js";
import { isStill, rollingMeanAbsolute } from "./rolling-moments.js";

/** Moments of two series on the dates of a window on which both have a value. */
interface PairMoments {
  readonly count: Float64Array;
  readonly firstMean: Float64Array;
  readonly secondMean: Float64Array;
  readonly firstSquares: Float64Array;
  readonly secondSquares: Float64Array;
  readonly products: Float64Array;
}

/**
 * Pearson correlation over the last `days` dates up to each date, of the dates on which both values are present.
 * @returns values in [-1, 1]; NaN with fewer than two pairs, or where either side does not move
 */
export function rollingCorrelation(first: Float64Array, second: Float64Array): (days: number) => Float64Array {
  const [firstOfPair, secondOfPair] = [whereBoth(first, second), whereBoth(second, first)];
  const moments = byBlocks(() => single(firstOfPair, secondOfPair), joined);
  const firstAbsolute = rollingMeanAbsolute(firstOfPair, (days) => moments(days).firstMean);
  const secondAbsolute = rollingMeanAbsolute(secondOfPair, (days) => moments(days).secondMean);
  return (days) => correlationOf(moments(days), firstAbsolute(days), secondAbsolute(days));
}

/** Values, missing where another series is. */
function whereBoth(values: Float64Array, others: Float64Array): Float64Array {
  const result = values.slice();
  for (let t = 0; t < result.length; t++) if (Number.isNaN(others[t])) result[t] = Number.NaN;
  return result;
}

function single(first: Float64Array, second: Float64Array): PairMoments {
  const count = new Float64Array(first.length);
  for (let t = 0; t < count.length; t++) count[t] = Number.isNaN(first[t]) ? 0 : 1;
  const zeros = new Float64Array(first.length);
  return { count, firstMean: first, secondMean: second, firstSquares: zeros, secondSquares: zeros, products: zeros };
}

function joined(block: PairMoments, parts: number, length: number): PairMoments {
  const size = block.count.length;
  const [count, firstMean, secondMean] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [firstSquares, secondSquares] = [new Float64Array(size), new Float64Array(size)];
  const products = new Float64Array(size);
  const { count: counts, firstMean: firstMeans, secondMean: secondMeans } = block;
  const { firstSquares: firstsSquared, secondSquares: secondsSquared, products: multiplied } = block;
  for (let t = 0; t < size; t++) {
    let all = counts[t];
    let firstMiddle = firstMeans[t];
    let secondMiddle = secondMeans[t];
    let firstSpread = firstsSquared[t];
    let secondSpread = secondsSquared[t];
    let product = multiplied[t];
    const oldest = Math.max(0, t - (parts - 1) * length);
    for (let s = t - length; s >= oldest; s -= length) {
      const before = counts[s];
      if (before === 0) continue;
      if (all === 0) {
        all = before;
        firstMiddle = firstMeans[s];
        secondMiddle = secondMeans[s];
        firstSpread = firstsSquared[s];
        secondSpread = secondsSquared[s];
        product = multiplied[s];
        continue;
      }
      all += before;
      const share = (all - before) / all;
      const weight = before * share;
      const firstApart = firstMiddle - firstMeans[s];
      const secondApart = secondMiddle - secondMeans[s];
      firstSpread += firstsSquared[s] + firstApart * firstApart * weight;
      secondSpread += secondsSquared[s] + secondApart * secondApart * weight;
      product += multiplied[s] + firstApart * secondApart * weight;
      firstMiddle = firstMeans[s] + firstApart * share;
      secondMiddle = secondMeans[s] + secondApart * share;
    }
    count[t] = all;
    firstMean[t] = firstMiddle;
    secondMean[t] = secondMiddle;
    firstSquares[t] = firstSpread;
    secondSquares[t] = secondSpread;
    products[t] = product;
  }
  return { count, firstMean, secondMean, firstSquares, secondSquares, products };
}

function correlationOf(
  { count, firstSquares, secondSquares, products }: PairMoments,
  firstAbsolute: Float64Array,
  secondAbsolute: Float64Array,
): Float64Array {
  const correlations = new Float64Array(count.length);
  for (let t = 0; t < correlations.length; t++) {
    const isFlat =
      isStill(count[t], firstSquares[t], firstAbsolute[t]) || isStill(count[t], secondSquares[t], secondAbsolute[t]);
    const value = products[t] / (Math.sqrt(firstSquares[t]) * Math.sqrt(secondSquares[t]));
    correlations[t] = isFlat ? Number.NaN : value > 1 ? 1 : value < -1 ? -1 : value;
  }
  return correlations;
}
