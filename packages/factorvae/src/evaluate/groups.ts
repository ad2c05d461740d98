import type { Predictions } from "../predictions/predictions.js";
import { predictionDays } from "../predictions/predictions-days.js";
import { defaultMinimumStocks } from "./information-coefficient.js";
import { averageRanks } from "./ranks.js";

/** Mean raw returns of stocks grouped by the rank of their score, group 0 the lowest. */
export interface GroupReturns {
  readonly groups: number;
  readonly dates: readonly string[];
  /**
   * Mean return of each group on each date, `[dates, groups]`; NaN where ties left a group without a labelled stock.
   */
  readonly daily: Float64Array;
  /** Mean over the dates of each group's daily mean, per day; NaN for a group that never held a stock. */
  readonly mean: Float64Array;
}

/**
 * Sorts each date's stocks into equal groups by score, and averages the labels in each.
 *
 * Stock with rank r of N (from 0, ties at their mean rank) goes to group floor(r groups / N): no remainder is dropped
 * and equal scores share a group. All scored stocks are ranked, so that no later label decides who is in a group. Dates
 * with fewer than `minimumStocks` labelled stocks are left out. Throws for `groups` below 2.
 */
export function groupReturns(
  predictions: Predictions,
  groups = 10,
  minimumStocks = defaultMinimumStocks,
): GroupReturns {
  if (!Number.isInteger(groups) || groups < 2) {
    throw new Error(`groupReturns: groups is ${groups}; it is a whole number of at least 2`);
  }
  const days = predictionDays(predictions);
  const dates: string[] = [];
  const daily: number[] = [];
  for (let day = 0; day < days.dates.length; day++) {
    const score = predictions.score.subarray(days.offsets[day], days.offsets[day + 1]);
    const label = predictions.label.subarray(days.offsets[day], days.offsets[day + 1]);
    if (label.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) < minimumStocks) continue;
    dates.push(days.dates[day]);
    daily.push(...groupMeans(score, label, groups));
  }
  return { groups, dates, daily: Float64Array.from(daily), mean: columnMeans(daily, groups) };
}

function groupMeans(score: Float64Array, label: Float64Array, groups: number): Float64Array {
  const ranks = averageRanks(score);
  const sums = new Float64Array(groups);
  const counts = new Float64Array(groups);
  for (let stock = 0; stock < score.length; stock++) {
    if (Number.isNaN(label[stock])) continue;
    const group = Math.floor(((ranks[stock] - 1) * groups) / score.length);
    sums[group] += label[stock];
    counts[group]++;
  }
  return sums.map((sum, group) => sum / counts[group]);
}

function columnMeans(daily: readonly number[], groups: number): Float64Array {
  const sums = new Float64Array(groups);
  const counts = new Float64Array(groups);
  daily.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    sums[index % groups] += value;
    counts[index % groups]++;
  });
  return sums.map((sum, group) => sum / counts[group]);
}
