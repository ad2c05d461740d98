import { isStill, type RollingMoments, rollingMoments } from "./rolling-moments.js";

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

/**
 * Least squares of the values on their position 1 ... `days` (newest = `days`) over the last `days` dates up to each date;
 * a missing value leaves its position out. NaN with fewer than two values.
 */
export function rollingLine(values: Float64Array, days: number): RollingLine {
  const dates = values.length;
  const moments = rollingMoments(values, days);
  const [slope, last, explained] = Array.from({ length: 3 }, () => new Float64Array(dates).fill(Number.NaN));
  for (let t = 0; t < dates; t++) {
    const count = moments.count[t];
    if (count < 2) continue;
    const mean = moments.mean[t];
    const from = t < days ? 0 : t - days + 1;
    const shift = days - t;
    let positions = 0;
    for (let s = from; s <= t; s++) if (!Number.isNaN(values[s])) positions += s + shift;
    const meanPosition = positions / count;
    let positionSquares = 0;
    let products = 0;
    for (let s = from; s <= t; s++) {
      const deviation = values[s] - mean;
      if (Number.isNaN(deviation)) continue;
      const position = s + shift - meanPosition;
      positionSquares += position * position;
      products += position * deviation;
    }
    const rise = products / positionSquares;
    slope[t] = rise;
    last[t] = mean + rise * (days - meanPosition);
    if (!isStill(count, moments.squares[t], moments.meanAbsolute[t]))
      explained[t] = Math.min(1, (rise * products) / moments.squares[t]);
  }
  return { moments, slope, last, explained };
}
