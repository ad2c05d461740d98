import { isStill } from "./rolling-moments.js";

/**
 * Pearson correlation over the last `days` dates up to each date, of the dates on which both values are present.
 * @returns values in [-1, 1]; NaN with fewer than two pairs, or where either side does not move
 */
export function rollingCorrelation(first: Float64Array, second: Float64Array, days: number): Float64Array {
  return first.map((_, t) => correlation(first, second, t < days ? 0 : t - days + 1, t));
}

/** The correlation of the dates `from` to `to`, both included. */
function correlation(first: Float64Array, second: Float64Array, from: number, to: number): number {
  let count = 0;
  let firstSum = 0;
  let secondSum = 0;
  let firstAbsolute = 0;
  let secondAbsolute = 0;
  for (let s = from; s <= to; s++) {
    const x = first[s];
    const y = second[s];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    count++;
    firstSum += x;
    secondSum += y;
    firstAbsolute += Math.abs(x);
    secondAbsolute += Math.abs(y);
  }
  const firstMean = firstSum / count;
  const secondMean = secondSum / count;
  let firstSquares = 0;
  let secondSquares = 0;
  let products = 0;
  for (let s = from; s <= to; s++) {
    const dx = first[s] - firstMean;
    const dy = second[s] - secondMean;
    if (Number.isNaN(dx) || Number.isNaN(dy)) continue;
    firstSquares += dx * dx;
    secondSquares += dy * dy;
    products += dx * dy;
  }
  if (isStill(count, firstSquares, firstAbsolute / count)) return Number.NaN;
  if (isStill(count, secondSquares, secondAbsolute / count)) return Number.NaN;
  const value = products / (Math.sqrt(firstSquares) * Math.sqrt(secondSquares));
  return Math.max(-1, Math.min(1, value));
}
