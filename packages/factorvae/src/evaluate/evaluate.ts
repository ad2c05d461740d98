import type { Predictions, Split } from "../predictions/predictions.js";
import { predictionsOf } from "../predictions/predictions-days.js";
import { calibration, constantRiskNll, rootMeanSquaredError } from "./calibration.js";
import { groupReturns } from "./groups.js";
import {
  type DailySeries,
  defaultMinimumStocks,
  type InformationCoefficients,
  informationCoefficients,
  rankAutocorrelation,
} from "./information-coefficient.js";
import { neweyWest } from "./significance.js";

/** What to evaluate, and what it takes that the predictions do not hold. */
export interface EvaluateOptions {
  /** Rows to evaluate, default `test`. */
  readonly split?: Split | "all";
  /** Fewest labelled stocks of a date that counts, default 10. */
  readonly minimumStocks?: number;
  /** Days that a label spans, default 1; sets the least lag of the Newey-West estimate. */
  readonly horizon?: number;
  /** Standard deviation in units of return for `nllConstant`: the root mean squared error on validation. */
  readonly constantRisk?: number;
  /** Predicted standard deviation of each date's equal-weight portfolio, for `portfolioSquaredZ`. */
  readonly portfolioRisk?: DailySeries;
}

/**
 * The figures of one split. Every field is a finite number (or a list of them), and absent where it cannot exist: a
 * correlation without a usable day, a calibration without risks, a t-value of a single day. (JSON leaves undefined
 * out.)
 */
export interface Summary {
  /** Dates with an information coefficient. */
  readonly days: number;
  /** Dates without one: the sum of the next three. */
  readonly skippedDays: number;
  readonly skippedUnlabelled: number;
  readonly skippedTooFewStocks: number;
  readonly skippedConstant: number;
  /** Distinct symbols with a score. */
  readonly stocks: number;
  /** Mean of the labelled stocks of the dates that count. */
  readonly stocksPerDay?: number | undefined;
  /** Labelled stock-days. */
  readonly stockDays: number;
  readonly ic?: number | undefined;
  /** Mean over standard deviation (ddof 1) of the daily IC, not annualised. */
  readonly icir?: number | undefined;
  readonly icStandardError?: number | undefined;
  /** Newey-West t-value of the mean. */
  readonly icT?: number | undefined;
  readonly rankIc?: number | undefined;
  readonly rankIcir?: number | undefined;
  readonly rankIcStandardError?: number | undefined;
  readonly rankIcT?: number | undefined;
  /** Share of dates with a Rank IC above 0. */
  readonly positiveDays?: number | undefined;
  /** Lag of the Newey-West estimates. */
  readonly lag?: number | undefined;
  /** Mean Spearman correlation of a date's scores with those of the date before. */
  readonly rankAutocorrelation?: number | undefined;
  /** Root mean square of label - score, in units of return; absent for scores without risk, which may have any unit. */
  readonly rootMeanSquaredError?: number | undefined;
  readonly nll?: number | undefined;
  readonly nllConstant?: number | undefined;
  readonly coverage50?: number | undefined;
  readonly coverage80?: number | undefined;
  readonly coverage90?: number | undefined;
  readonly coverage95?: number | undefined;
  readonly meanSquaredZ?: number | undefined;
  readonly portfolioSquaredZ?: number | undefined;
  readonly portfolioSquaredZIndependent?: number | undefined;
  /** Mean return a day of ten groups by score, the lowest first; absent if ties left one empty on every date. */
  readonly groupReturns?: readonly number[] | undefined;
}

/**
 * Evaluates the scores and risks of one split against the raw returns.
 *
 * Throws when the split has no row, when rows are out of order or hold impossible values, and when an option is out of
 * range.
 */
export function evaluate(predictions: Predictions, options: EvaluateOptions = {}): Summary {
  const rows = predictionsOf(predictions, options.split ?? "test");
  const minimumStocks = options.minimumStocks ?? defaultMinimumStocks;
  const coefficients = informationCoefficients(rows, minimumStocks);
  const { unlabelled, tooFewStocks, constant } = coefficients.skipped;
  return {
    days: coefficients.dates.length,
    skippedDays: unlabelled + tooFewStocks + constant,
    skippedUnlabelled: unlabelled,
    skippedTooFewStocks: tooFewStocks,
    skippedConstant: constant,
    stocks: new Set(rows.symbol).size,
    stockDays: rows.label.reduce((count, label) => count + (Number.isNaN(label) ? 0 : 1), 0),
    ...correlationFigures(coefficients, options.horizon ?? 1),
    rankAutocorrelation: rankAutocorrelation(rows, minimumStocks),
    ...calibrationFigures(rows, options),
    groupReturns: finiteGroups(rows, minimumStocks),
  };
}

function correlationFigures({ ic, rankIc, stocks }: InformationCoefficients, horizon: number) {
  if (ic.length === 0) return {};
  const linear = neweyWest(ic, horizon);
  const ranked = neweyWest(rankIc, horizon);
  return {
    stocksPerDay: mean(stocks),
    ic: linear.mean,
    icir: informationRatio(ic),
    icStandardError: linear.standardError,
    icT: linear.t,
    rankIc: ranked.mean,
    rankIcir: informationRatio(rankIc),
    rankIcStandardError: ranked.standardError,
    rankIcT: ranked.t,
    positiveDays: mean(rankIc.map((value) => (value > 0 ? 1 : 0))),
    lag: ranked.lag,
  };
}

function calibrationFigures(rows: Predictions, { constantRisk, portfolioRisk }: EvaluateOptions) {
  const nllConstant = constantRisk === undefined ? undefined : constantRiskNll(rows, constantRisk);
  const figures = calibration(rows, portfolioRisk);
  if (figures === undefined) return { nllConstant };
  const realised = new Map(figures.coverage.map((point) => [point.nominal, point.realised]));
  return {
    rootMeanSquaredError: rootMeanSquaredError(rows),
    nll: figures.nll,
    nllConstant,
    coverage50: realised.get(0.5),
    coverage80: realised.get(0.8),
    coverage90: realised.get(0.9),
    coverage95: realised.get(0.95),
    meanSquaredZ: figures.meanSquaredZ,
    portfolioSquaredZ: figures.portfolioSquaredZ,
    portfolioSquaredZIndependent: figures.portfolioSquaredZIndependent,
  };
}

function finiteGroups(rows: Predictions, minimumStocks: number): number[] | undefined {
  const means = Array.from(groupReturns(rows, 10, minimumStocks).mean);
  return means.every(Number.isFinite) ? means : undefined;
}

/** Mean over standard deviation with ddof 1; undefined for one value or a constant series. */
function informationRatio(values: Float64Array): number | undefined {
  if (values.length < 2 || values.every((value) => value === values[0])) return undefined;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return variance > 0 ? centre / Math.sqrt(variance) : undefined;
}

function mean(values: Float64Array | Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
