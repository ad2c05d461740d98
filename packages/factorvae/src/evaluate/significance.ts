import type { DailySeries } from "./information-coefficient.js";

/** A mean of a daily series and how sure it is. */
export interface Significance {
  readonly days: number;
  readonly mean: number;
  /** Lag of the Newey-West estimate. */
  readonly lag: number;
  /** Standard error of the mean; absent for a constant series or a single day. */
  readonly standardError?: number;
  /** mean / standardError; absent where that is. */
  readonly t?: number;
}

/**
 * Lag of the Newey-West estimate for `days` values of a label `horizon` days long: max(horizon - 1,
 * floor(4 (days / 100)^(2/9))), and never more than `days` - 1.
 */
export function neweyWestLag(days: number, horizon = 1): number {
  const automatic = Math.floor(4 * (days / 100) ** (2 / 9));
  return Math.max(0, Math.min(days - 1, Math.max(horizon - 1, automatic)));
}

/**
 * Mean of a series with its Newey-West standard error: Bartlett weights 1 - l / (lag + 1), autocovariances divided by
 * the number of days, no small-sample correction (Newey and West 1987).
 *
 * The values are taken as equally spaced, whatever dates were skipped between them. Throws for an empty series, a value
 * that is not finite, or a horizon that is not a whole number of at least 1.
 */
export function neweyWest(values: ArrayLike<number>, horizon = 1): Significance {
  const days = values.length;
  if (days === 0) throw new Error("neweyWest: the series is empty; at least 1 day is needed for a mean");
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new Error(`neweyWest: horizon is ${horizon}; it is a whole number of days, at least 1`);
  }
  let sum = 0;
  let constant = true;
  for (let day = 0; day < days; day++) {
    if (!Number.isFinite(values[day])) throw new Error(`neweyWest: value ${day} of ${days} is ${values[day]}`);
    if (values[day] !== values[0]) constant = false;
    sum += values[day];
  }
  const mean = sum / days;
  const lag = neweyWestLag(days, horizon);
  // Rounding of the mean would give a constant series a tiny variance, and so an enormous t.
  if (constant) return { days, mean, lag };
  let variance = autocovariance(values, mean, 0);
  for (let l = 1; l <= lag; l++) variance += 2 * (1 - l / (lag + 1)) * autocovariance(values, mean, l);
  const standardError = Math.sqrt(variance / days);
  return standardError > 0 ? { days, mean, lag, standardError, t: mean / standardError } : { days, mean, lag };
}

/**
 * Significance of the daily differences `first` - `second` on the dates that both have.
 *
 * Throws when they have no date in common.
 */
export function pairedDifference(first: DailySeries, second: DailySeries, horizon = 1): Significance {
  const valueOn = new Map(second.dates.map((date, day) => [date, second.values[day]]));
  const differences: number[] = [];
  first.dates.forEach((date, day) => {
    const other = valueOn.get(date);
    if (other !== undefined) differences.push(first.values[day] - other);
  });
  if (differences.length === 0) {
    const range = ({ dates }: DailySeries) => (dates.length === 0 ? "no dates" : `${dates[0]} to ${dates.at(-1)}`);
    throw new Error(
      `pairedDifference: the two series have no date in common: ${range(first)} against ${range(second)}; ` +
        "compare scores of the same split",
    );
  }
  return neweyWest(differences, horizon);
}

function autocovariance(values: ArrayLike<number>, mean: number, lag: number): number {
  let sum = 0;
  for (let day = lag; day < values.length; day++) sum += (values[day] - mean) * (values[day - lag] - mean);
  return sum / values.length;
}
