import { scope } from "@factorvae/autograd";
import type { Config } from "../config.js";
import { dayTargets } from "../data/target.js";
import type { DailySeries } from "../evaluate/information-coefficient.js";
import { type Covariance, covarianceOf, type FactorVAE } from "../model/factorvae.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { windowsOn } from "./batch.js";
import { type Dataset, labelsOn } from "./dataset.js";

/** Scores of some dates, and the risk that the model's covariance gives each date's equal-weight portfolio. */
export interface Scores {
  readonly predictions: Predictions;
  /** Absent where the training label has no unit. */
  readonly portfolioRisk?: DailySeries;
}

/** Whether the training label is in units of return, so that a risk can be too. */
export const hasReturnUnits = ({ label }: Config): boolean => label.target === "label" || label.target === "excess";

/**
 * Scores every stock in the cross-sections of some dates through the prior, date by date: mean and standard deviation in
 * units of return, where the training label has them (else the score's unit is the label's, and there is no risk).
 */
export function scoreDates(
  model: FactorVAE,
  config: Config,
  dataset: Dataset,
  dates: readonly number[],
  splitOf: (date: number) => Split,
): Scores {
  const inReturns = hasReturnUnits(config);
  const unit = inReturns ? dataset.fit.labelScale : 1;
  const days = dates
    .filter((date) => dataset.crossSections[date].length > 0)
    .map((date) => scoreDate(model, dataset, date, config));
  const joined = (pick: (day: DayScore) => ArrayLike<number>, scale: number): Float64Array =>
    Float64Array.from(days.flatMap((day) => Array.from(pick(day), (value) => value * scale)));
  const perRow = <T>(pick: (day: DayScore) => T): T[] =>
    days.flatMap((day) => new Array<T>(day.stocks.length).fill(pick(day)));
  const calendar = dataset.panel.dates;
  return {
    predictions: {
      date: perRow(({ date }) => calendar[date]),
      symbol: days.flatMap(({ stocks }) => Array.from(stocks, (stock) => dataset.panel.symbols[stock])),
      score: joined(({ mean }) => mean, unit),
      ...(inReturns && { risk: joined(({ std }) => std, unit) }),
      label: joined(({ labels }) => labels, 1),
      split: perRow(({ date }) => splitOf(date)),
      ...(config.label.target !== "label" && { target: joined(({ targets }) => targets, unit) }),
    },
    ...(inReturns && {
      portfolioRisk: {
        dates: days.map(({ date }) => calendar[date]),
        values: Float64Array.from(days, ({ portfolioStd }) => portfolioStd * unit),
      },
    }),
  };
}

/** The scores with every risk multiplied by one number. */
export function rescaled({ predictions, portfolioRisk }: Scores, riskScale: number): Scores {
  const { risk } = predictions;
  return {
    predictions: { ...predictions, ...(risk && { risk: risk.map((value) => value * riskScale) }) },
    ...(portfolioRisk && {
      portfolioRisk: { ...portfolioRisk, values: portfolioRisk.values.map((value) => value * riskScale) },
    }),
  };
}

interface DayScore {
  readonly date: number;
  readonly stocks: Int32Array;
  readonly mean: ArrayLike<number>;
  readonly std: ArrayLike<number>;
  readonly labels: Float64Array;
  readonly targets: Float64Array;
  /** Of the mean of all stocks' returns, in units of the training label. */
  readonly portfolioStd: number;
}

function scoreDate(model: FactorVAE, dataset: Dataset, date: number, { window, label }: Config): DayScore {
  const stocks = dataset.crossSections[date];
  const labels = labelsOn(dataset, date, stocks);
  const { targets } = dayTargets(labels, { kind: label.target, scale: dataset.fit.labelScale });
  return scope(() => {
    const prediction = model.predict(windowsOn(dataset, [date], window.steps));
    const portfolioStd = equalWeightStd(covarianceOf(prediction));
    return { date, stocks, mean: prediction.mean.data, std: prediction.std.data, labels, targets, portfolioStd };
  });
}

/** The standard deviation of the mean of all returns: of `w'(B diag(s^2) B' + diag(r^2)) w` with w = 1/N. */
function equalWeightStd({ loadings, factorStd, residualStd }: Covariance): number {
  const [stocks, factors] = loadings.shape;
  const [b, s, r] = [loadings.data, factorStd.data, residualStd.data];
  let variance = 0;
  for (let k = 0; k < factors; k++) {
    let exposure = 0;
    for (let i = 0; i < stocks; i++) exposure += b[i * factors + k];
    variance += (exposure * s[k]) ** 2;
  }
  for (let i = 0; i < stocks; i++) variance += r[i] ** 2;
  return Math.sqrt(variance) / stocks;
}
