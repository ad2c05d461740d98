/** Moments of the values present in the windows that end at each date. */
export interface RollingMoments {
  /** Values present. */
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Mean of the absolute values. */
  readonly meanAbsolute: Float64Array;
  /** Sum of squared deviations from the mean. */
  readonly squares: Float64Array;
}

/**
 * Moments over the last `days` dates up to each date, missing values left out; dates before the series are missing.
 *
 * Two passes over each window alone, oldest value first: nothing that came before it, however large, leaves a trace.
 * @returns means NaN where no value is present
 */
export function rollingMoments(values: Float64Array, days: number): RollingMoments {
  const dates = values.length;
  const [count, mean, meanAbsolute, squares] = Array.from({ length: 4 }, () => new Float64Array(dates));
  for (let t = 0; t < dates; t++) {
    const from = t < days ? 0 : t - days + 1;
    let present = 0;
    let sum = 0;
    let sumAbsolute = 0;
    for (let s = from; s <= t; s++) {
      const value = values[s];
      if (Number.isNaN(value)) continue;
      present++;
      sum += value;
      sumAbsolute += Math.abs(value);
    }
    const center = sum / present;
    let total = 0;
    for (let s = from; s <= t; s++) {
      const deviation = values[s] - center;
      if (!Number.isNaN(deviation)) total += deviation * deviation;
    }
    count[t] = present;
    mean[t] = center;
    meanAbsolute[t] = sumAbsolute / present;
    squares[t] = total;
  }
  return { count, mean, meanAbsolute, squares };
}

/** The mean of the values present in the last `days` dates up to each date; NaN where there is none. */
export const rollingMean = (values: Float64Array, days: number): Float64Array => {
  const { sum, count } = rollingTotals(values, days);
  return sum.map((total, t) => total / count[t]);
};

/** The sum of the values present in the last `days` dates up to each date; NaN where there is none. */
export const rollingSum = (values: Float64Array, days: number): Float64Array => {
  const { sum, count } = rollingTotals(values, days);
  return sum.map((total, t) => (count[t] === 0 ? Number.NaN : total));
};

/** The standard deviation (ddof 1) over the last `days` dates up to each date; NaN with fewer than two values. */
export const rollingDeviation = (values: Float64Array, days: number): Float64Array =>
  deviationOf(rollingMoments(values, days));

/** The standard deviations (ddof 1) that moments give; NaN with fewer than two values. */
export const deviationOf = ({ count, squares }: RollingMoments): Float64Array =>
  squares.map((total, t) => (count[t] < 2 ? Number.NaN : Math.sqrt(total / (count[t] - 1))));

function rollingTotals(values: Float64Array, days: number): Record<"sum" | "count", Float64Array> {
  const dates = values.length;
  const [sum, count] = [new Float64Array(dates), new Float64Array(dates)];
  for (let t = 0; t < dates; t++) {
    let total = 0;
    let present = 0;
    for (let s = t < days ? 0 : t - days + 1; s <= t; s++) {
      const value = values[s];
      if (Number.isNaN(value)) continue;
      total += value;
      present++;
    }
    sum[t] = total;
    count[t] = present;
  }
  return { sum, count };
}

/** A standard deviation at or below this share of the mean absolute value is rounding noise, not movement. */
const noiseShare = 1e-6;

/** Whether values with these moments do not move: fewer than two, or a deviation within rounding noise. */
export const isStill = (count: number, squares: number, meanAbsolute: number): boolean =>
  count < 2 || Math.sqrt(squares / (count - 1)) <= noiseShare * meanAbsolute;
