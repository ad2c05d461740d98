/** First and second moments of the values present in a window. */
export interface Moments {
  /** Values present. */
  readonly count: number;
  readonly mean: number;
  /** Mean of the absolute values. */
  readonly meanAbsolute: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

/**
 * Moments of `values` over the `days` dates that end at `t`, missing values left out; dates before the series are missing.
 *
 * Two passes over the window alone, oldest first: nothing that came before it, however large, leaves a trace.
 * @returns means NaN where no value is present
 */
export function moments(values: Float64Array, t: number, days: number): Moments {
  const from = Math.max(0, t - days + 1);
  let count = 0;
  let sum = 0;
  let sumAbsolute = 0;
  for (let s = from; s <= t; s++) {
    const value = values[s];
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    sumAbsolute += Math.abs(value);
  }
  const mean = sum / count;
  let squares = 0;
  for (let s = from; s <= t; s++) {
    const deviation = values[s] - mean;
    if (!Number.isNaN(deviation)) squares += deviation * deviation;
  }
  return { count, mean, meanAbsolute: sumAbsolute / count, squares };
}

/** Standard deviation (ddof 1) over the `days` dates that end at `t`; NaN with fewer than two values. */
export function standardDeviation(values: Float64Array, t: number, days: number): number {
  const { count, squares } = moments(values, t, days);
  return count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
}

/** A standard deviation at or below this share of the mean absolute value is rounding noise, not movement. */
const noiseShare = 1e-6;

/** Whether values with these moments do not move: fewer than two, or a deviation within rounding noise. */
function isStill(count: number, squares: number, meanAbsolute: number): boolean {
  return count < 2 || Math.sqrt(squares / (count - 1)) <= noiseShare * meanAbsolute;
}

/**
 * Pearson correlation over the `days` dates that end at `t`, of the dates on which both values are present.
 * @returns a value in [-1, 1]; NaN with fewer than two pairs, or if either side does not move
 */
export function correlation(first: Float64Array, second: Float64Array, t: number, days: number): number {
  const from = Math.max(0, t - days + 1);
  let count = 0;
  let firstSum = 0;
  let secondSum = 0;
  let firstAbsolute = 0;
  let secondAbsolute = 0;
  for (let s = from; s <= t; s++) {
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
  for (let s = from; s <= t; s++) {
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

/** An ordinary least-squares line through the values present in a window. */
export interface Line {
  readonly slope: number;
  /** The line's value at the newest date. */
  readonly last: number;
  /** Share of the variance explained, in [0, 1]; NaN if the values do not move. */
  readonly explained: number;
}

/**
 * Least squares of `values` on the position 1 ... `days` (newest = `days`) over the window that ends at `t`; a missing value
 * leaves its position out. All NaN with fewer than two values.
 */
export function leastSquares(values: Float64Array, t: number, days: number): Line {
  const { count, mean, meanAbsolute, squares } = moments(values, t, days);
  if (count < 2) return { slope: Number.NaN, last: Number.NaN, explained: Number.NaN };
  const from = Math.max(0, t - days + 1);
  const oldest = days - (t - from);
  let positions = 0;
  for (let s = from; s <= t; s++) if (!Number.isNaN(values[s])) positions += oldest + s - from;
  const meanPosition = positions / count;
  let positionSquares = 0;
  let products = 0;
  for (let s = from; s <= t; s++) {
    const deviation = values[s] - mean;
    if (Number.isNaN(deviation)) continue;
    const position = oldest + s - from - meanPosition;
    positionSquares += position * position;
    products += position * deviation;
  }
  const slope = products / positionSquares;
  const explained = isStill(count, squares, meanAbsolute) ? Number.NaN : Math.min(1, (slope * products) / squares);
  return { slope, last: mean + slope * (days - meanPosition), explained };
}
