import type { Predictions } from "../predictions/predictions.js";
import { predictionDays } from "../predictions/predictions-days.js";
import { averageRanks, pearson, spearman } from "./ranks.js";

/** One number a date, dates ascending. */
export interface DailySeries {
  readonly dates: readonly string[];
  readonly values: Float64Array;
}

/** Why a date has no information coefficient, and how many such dates there are. */
export interface SkippedDays {
  /** No stock has a label yet (the last dates of a file). */
  readonly unlabelled: number;
  /** Fewer labelled stocks than the minimum. */
  readonly tooFewStocks: number;
  /** Every score, or every label, of the date is the same. */
  readonly constant: number;
}

/** The information coefficients of each date that has them. */
export interface InformationCoefficients {
  readonly dates: readonly string[];
  /** Pearson's correlation of score and raw label over the labelled stocks, [-1, 1]. */
  readonly ic: Float64Array;
  /** Spearman's correlation of the same, ties sharing their mean rank, [-1, 1]. */
  readonly rankIc: Float64Array;
  /** Labelled stocks a date. */
  readonly stocks: Int32Array;
  readonly skipped: SkippedDays;
}

/** Fewest labelled stocks that make a cross-section worth correlating. */
export const defaultMinimumStocks = 10;

/**
 * IC and Rank IC of every date of the predictions, over the stocks that have a label.
 *
 * A date with fewer than `minimumStocks` labelled stocks (at least 2), or with a constant score or label, is left out
 * and counted. Throws what `predictionDays` throws.
 */
export function informationCoefficients(
  predictions: Predictions,
  minimumStocks = defaultMinimumStocks,
): InformationCoefficients {
  checkMinimumStocks(minimumStocks);
  const days = predictionDays(predictions);
  const dates: string[] = [];
  const ic: number[] = [];
  const rankIc: number[] = [];
  const stocks: number[] = [];
  const skipped = { unlabelled: 0, tooFewStocks: 0, constant: 0 };
  for (let day = 0; day < days.dates.length; day++) {
    const { score, label } = labelled(predictions, days.offsets[day], days.offsets[day + 1]);
    if (score.length === 0) skipped.unlabelled++;
    else if (score.length < minimumStocks) skipped.tooFewStocks++;
    else {
      const linear = pearson(score, label);
      const ranked = pearson(averageRanks(score), averageRanks(label));
      if (linear === undefined || ranked === undefined) skipped.constant++;
      else {
        dates.push(days.dates[day]);
        ic.push(linear);
        rankIc.push(ranked);
        stocks.push(score.length);
      }
    }
  }
  return {
    dates,
    ic: Float64Array.from(ic),
    rankIc: Float64Array.from(rankIc),
    stocks: Int32Array.from(stocks),
    skipped,
  };
}

/**
 * Mean over consecutive dates of the Spearman correlation between a date's scores and the scores of the date before,
 * over the symbols that both have. Near 1: the ranking hardly moves. Undefined where no pair of dates has one.
 */
export function rankAutocorrelation(
  predictions: Predictions,
  minimumStocks = defaultMinimumStocks,
): number | undefined {
  checkMinimumStocks(minimumStocks);
  const { dates, offsets } = predictionDays(predictions);
  let sum = 0;
  let pairs = 0;
  for (let day = 1; day < dates.length; day++) {
    const [before, after] = commonScores(predictions, offsets[day - 1], offsets[day], offsets[day + 1]);
    const correlation = before.length < minimumStocks ? undefined : spearman(before, after);
    if (correlation === undefined) continue;
    sum += correlation;
    pairs++;
  }
  return pairs === 0 ? undefined : sum / pairs;
}

function checkMinimumStocks(minimumStocks: number): void {
  if (!Number.isInteger(minimumStocks) || minimumStocks < 2) {
    throw new Error(`evaluate: minimumStocks is ${minimumStocks}; a correlation needs a whole number of at least 2`);
  }
}

function labelled({ score, label }: Predictions, start: number, end: number) {
  const rows: number[] = [];
  for (let row = start; row < end; row++) if (!Number.isNaN(label[row])) rows.push(row);
  return { score: Float64Array.from(rows, (row) => score[row]), label: Float64Array.from(rows, (row) => label[row]) };
}

/** Scores of the symbols that stand both in rows [first, second) and in rows [second, end), both ordered by symbol. */
function commonScores({ symbol, score }: Predictions, first: number, second: number, end: number) {
  const before: number[] = [];
  const after: number[] = [];
  for (let a = first, b = second; a < second && b < end; ) {
    if (symbol[a] === symbol[b]) {
      before.push(score[a++]);
      after.push(score[b++]);
    } else if (symbol[a] < symbol[b]) a++;
    else b++;
  }
  return [before, after] as const;
}
