import { indices, scope, tensor } from "@factorvae/autograd";
import type { Config } from "../config.js";
import { dayTargets } from "../data/target.js";
import { sharedWindowsOf } from "../data/windows.js";
import type { DailySeries } from "../evaluate/information-coefficient.js";
import type { FactorVAE } from "../model/factorvae.js";
import type { Predictions, Split } from "../predictions/predictions.js";
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
 * Scores every stock in the cross-sections of some dates through the prior: mean and standard deviation in
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
  const days = together(dates.filter((date) => dataset.crossSections[date].length > 0)).flatMap((group) =>
    scoreTogether(model, dataset, group, config),
  );
  const count = days.reduce((sum, { stocks }) => sum + stocks.length, 0);
  const joined = (pick: (day: DayScore) => ArrayLike<number>, scale: number): Float64Array => {
    const all = new Float64Array(count);
    let next = 0;
    for (const day of days) {
      const values = pick(day);
      for (let at = 0; at < values.length; at++) all[next++] = values[at] * scale;
    }
    return all;
  };
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

/** Dates that are scored at once, so that what windows share is computed once; more would only need more memory. */
const mostDates = 24;

/** Dates in groups of neighbours. */
function together(dates: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const date of dates) {
    const group = groups[groups.length - 1];
    if (group && date >= group[0] && date < group[0] + mostDates) group.push(date);
    else groups.push([date]);
  }
  return groups;
}

function scoreTogether(
  model: FactorVAE,
  dataset: Dataset,
  dates: readonly number[],
  { window, label }: Config,
): DayScore[] {
  const { features, crossSections } = dataset;
  const days = dates.map((date) => ({ date, stocks: crossSections[date] }));
  const { rows, places } = sharedWindowsOf(features, days, window.steps);
  return scope(() => {
    const histories = {
      rows: tensor(rows, [rows.length / features.names.length, features.names.length]),
      places: indices(places),
    };
    const counts = days.map(({ stocks }) => stocks.length);
    const { mean, std, factors, decomposition } = model.predictShared(histories, counts);
    const [means, stds, residuals] = [mean, std, decomposition.alpha.std].map(({ data }) => data);
    const [loadings, factorStds] = [decomposition.beta.data, factors.std.data];
    const latent = factors.std.shape[1];
    let end = 0;
    return days.map(({ date, stocks }, day) => {
      const [start, count] = [end, stocks.length];
      end += count;
      const labels = labelsOn(dataset, date, stocks);
      return {
        date,
        stocks,
        mean: means.slice(start, end),
        std: stds.slice(start, end),
        labels,
        targets: dayTargets(labels, { kind: label.target, scale: dataset.fit.labelScale }).targets,
        portfolioStd: equalWeightStd(
          loadings.subarray(start * latent, end * latent),
          factorStds.subarray(day * latent, (day + 1) * latent),
          residuals.subarray(start, end),
        ),
      };
    });
  });
}

/** The standard deviation of the mean of all returns: of `w'(B diag(s^2) B' + diag(r^2)) w` with w = 1/N. */
function equalWeightStd(b: ArrayLike<number>, s: ArrayLike<number>, r: ArrayLike<number>): number {
  const [stocks, factors] = [r.length, s.length];
  let variance = 0;
  for (let k = 0; k < factors; k++) {
    let exposure = 0;
    for (let i = 0; i < stocks; i++) exposure += b[i * factors + k];
    variance += (exposure * s[k]) ** 2;
  }
  for (let i = 0; i < stocks; i++) variance += r[i] ** 2;
  return Math.sqrt(variance) / stocks;
}
