import { byBlocks } from "./blocks.js";
import { isStill } from "./rolling-moments.js";

/** Moments of two series on the dates of a window on which both have a value. */
interface PairMoments {
  readonly count: Float64Array;
  readonly firstMean: Float64Array;
  readonly secondMean: Float64Array;
  readonly firstAbsolute: Float64Array;
  readonly secondAbsolute: Float64Array;
  readonly firstSquares: Float64Array;
  readonly secondSquares: Float64Array;
  readonly products: Float64Array;
}

/**
 * Pearson correlation over the last `days` dates up to each date, of the dates on which both values are present.
 * @returns values in [-1, 1]; NaN with fewer than two pairs, or where either side does not move
 */
export function rollingCorrelation(first: Float64Array, second: Float64Array): (days: number) => Float64Array {
  const moments = byBlocks(() => single(first, second), joined);
  return (days) => correlationOf(moments(days));
}

function single(first: Float64Array, second: Float64Array): PairMoments {
  const zeros = () => new Float64Array(first.length);
  return {
    count: first.map((value, t) => (Number.isNaN(value) || Number.isNaN(second[t]) ? 0 : 1)),
    firstMean: first,
    secondMean: second,
    firstAbsolute: first.map(Math.abs),
    secondAbsolute: second.map(Math.abs),
    firstSquares: zeros(),
    secondSquares: zeros(),
    products: zeros(),
  };
}

function joined(newer: PairMoments, older: PairMoments, shift: number): PairMoments {
  const result = {
    count: newer.count.slice(),
    firstMean: newer.firstMean.slice(),
    secondMean: newer.secondMean.slice(),
    firstAbsolute: newer.firstAbsolute.slice(),
    secondAbsolute: newer.secondAbsolute.slice(),
    firstSquares: newer.firstSquares.slice(),
    secondSquares: newer.secondSquares.slice(),
    products: newer.products.slice(),
  };
  const { count, firstMean, secondMean, firstAbsolute, secondAbsolute, firstSquares, secondSquares, products } = result;
  for (let t = shift; t < count.length; t++) {
    const s = t - shift;
    const before = older.count[s];
    if (before === 0) continue;
    if (count[t] === 0) {
      count[t] = before;
      firstMean[t] = older.firstMean[s];
      secondMean[t] = older.secondMean[s];
      firstAbsolute[t] = older.firstAbsolute[s];
      secondAbsolute[t] = older.secondAbsolute[s];
      firstSquares[t] = older.firstSquares[s];
      secondSquares[t] = older.secondSquares[s];
      products[t] = older.products[s];
      continue;
    }
    const all = before + count[t];
    const share = count[t] / all;
    const weight = before * share;
    const firstApart = firstMean[t] - older.firstMean[s];
    const secondApart = secondMean[t] - older.secondMean[s];
    firstSquares[t] += older.firstSquares[s] + firstApart * firstApart * weight;
    secondSquares[t] += older.secondSquares[s] + secondApart * secondApart * weight;
    products[t] += older.products[s] + firstApart * secondApart * weight;
    firstMean[t] = older.firstMean[s] + firstApart * share;
    secondMean[t] = older.secondMean[s] + secondApart * share;
    firstAbsolute[t] = older.firstAbsolute[s] + (firstAbsolute[t] - older.firstAbsolute[s]) * share;
    secondAbsolute[t] = older.secondAbsolute[s] + (secondAbsolute[t] - older.secondAbsolute[s]) * share;
    count[t] = all;
  }
  return result;
}

function correlationOf(moments: PairMoments): Float64Array {
  const { count, firstAbsolute, secondAbsolute, firstSquares, secondSquares, products } = moments;
  const correlations = new Float64Array(count.length).fill(Number.NaN);
  for (let t = 0; t < correlations.length; t++) {
    if (isStill(count[t], firstSquares[t], firstAbsolute[t])) continue;
    if (isStill(count[t], secondSquares[t], secondAbsolute[t])) continue;
    const value = products[t] / (Math.sqrt(firstSquares[t]) * Math.sqrt(secondSquares[t]));
    correlations[t] = value > 1 ? 1 : value < -1 ? -1 : value;
  }
  return correlations;
}
