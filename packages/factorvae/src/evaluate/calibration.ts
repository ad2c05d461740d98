import type { Predictions } from "../predictions/predictions.js";
import { predictionDays } from "../predictions/predictions-days.js";
import type { DailySeries } from "./information-coefficient.js";

/** Standard normal quantiles at .55, .60, ... .95; those below the median are their negatives. */
const upperQuantiles = [
  0.12566134685507402, 0.2533471031357998, 0.38532046640756773, 0.5244005127080407, 0.6744897501960817,
  0.8416212335729143, 1.0364333894937898, 1.2815515655446004, 1.6448536269514722,
];

/** The 97.5 % quantile of the standard normal: half the width of its central 95 % interval. */
const quantile975 = 1.959963984540054;

const halfLogTwoPi = Math.log(2 * Math.PI) / 2;

/** One point of a calibration curve: shares in [0, 1]. */
export interface Coverage {
  /** Share of labels that score +- z risk should hold. */
  readonly nominal: number;
  /** Share of labels that it did hold. */
  readonly realised: number;
}

/** How well the risks describe the errors, over the labelled stock-days that have a risk. */
export interface Calibration {
  readonly stockDays: number;
  /** Coverage of the central intervals of 10, 20, ... 90 and 95 %. */
  readonly coverage: readonly Coverage[];
  /** Mean of ((label - score) / risk)^2; 1 when the risk has the right size, above 1 when it is too small. */
  readonly meanSquaredZ: number;
  /** Shares of the probability integral transform in 20 equal bins; each 0.05 when the forecasts are exact. */
  readonly pit: readonly number[];
  /** Mean negative log-likelihood of the labels under N(score, risk^2), in nats. */
  readonly nll: number;
  /**
   * Mean square of (error of the day's equal-weight portfolio / its risk if the stocks' errors were independent). Far
   * above 1 wherever errors share a factor.
   */
  readonly portfolioSquaredZIndependent: number;
  /** The same over the portfolio risk that the caller's covariance gives; near 1 when the factors are right. */
  readonly portfolioSquaredZ?: number;
}

/**
 * Calibration of the risks in units of return against the raw labels, pooled over stock-days.
 *
 * `portfolioRisk` is the predicted standard deviation of the equal-weight portfolio's return on each date, from the
 * model's covariance. Undefined when no stock-day has both a label and a risk. Throws what `predictionDays` throws,
 * when `portfolioRisk` lacks a date of the predictions that is needed, and when it is not positive there.
 */
export function calibration(predictions: Predictions, portfolioRisk?: DailySeries): Calibration | undefined {
  const { dates, offsets } = predictionDays(predictions);
  const { score, risk, label } = predictions;
  if (risk === undefined) return undefined;
  const bins = new Float64Array(2 * upperQuantiles.length + 2);
  let stockDays = 0;
  let within95 = 0;
  let squaredZ = 0;
  let nll = 0;
  const portfolio = portfolioTotals(portfolioRisk);
  for (let day = 0; day < dates.length; day++) {
    let count = 0;
    let errors = 0;
    let variance = 0;
    for (let row = offsets[day]; row < offsets[day + 1]; row++) {
      if (Number.isNaN(label[row]) || Number.isNaN(risk[row])) continue;
      const error = label[row] - score[row];
      const z = error / risk[row];
      count++;
      errors += error;
      variance += risk[row] * risk[row];
      bins[pitBin(z)]++;
      if (Math.abs(z) <= quantile975) within95++;
      squaredZ += z * z;
      nll += halfLogTwoPi + Math.log(risk[row]) + (z * z) / 2;
    }
    stockDays += count;
    if (count > 0) portfolio.add(dates[day], errors / count, Math.sqrt(variance) / count);
  }
  if (stockDays === 0) return undefined;
  return {
    stockDays,
    coverage: [...centralCoverage(bins, stockDays), { nominal: 0.95, realised: within95 / stockDays }],
    meanSquaredZ: squaredZ / stockDays,
    pit: Array.from(bins, (count) => count / stockDays),
    nll: nll / stockDays,
    ...portfolio.means(),
  };
}

/**
 * Mean negative log-likelihood, in nats, of the labels under N(score, `sigma`^2) with one `sigma` for every stock-day:
 * what a model's risks have to beat. Over the stock-days that `calibration` counts where there are risks, and over all
 * labelled ones otherwise. Undefined without such stock-days; throws when `sigma` is not a positive number.
 */
export function constantRiskNll(predictions: Predictions, sigma: number): number | undefined {
  if (!(sigma > 0 && sigma < Infinity)) {
    throw new Error(`constantRiskNll: sigma is ${sigma}; it is a positive standard deviation in units of return`);
  }
  const meanSquare = meanSquaredError(predictions);
  return meanSquare === undefined ? undefined : halfLogTwoPi + Math.log(sigma) + meanSquare / (2 * sigma * sigma);
}

/**
 * Root mean square of label - score over the labelled stock-days (with a risk, where there are risks), in units of
 * return. On the validation split it is the constant risk to compare with. Undefined without labels.
 */
export function rootMeanSquaredError(predictions: Predictions): number | undefined {
  const meanSquare = meanSquaredError(predictions);
  return meanSquare === undefined ? undefined : Math.sqrt(meanSquare);
}

function meanSquaredError({ score, risk, label }: Predictions): number | undefined {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < label.length; row++) {
    if (Number.isNaN(label[row]) || (risk !== undefined && Number.isNaN(risk[row]))) continue;
    sum += (label[row] - score[row]) ** 2;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

/**
 * Bin of Phi(z) among 20 equal ones, lower edge included below the median and upper edge above, so that z -> -z mirrors
 * it.
 */
function pitBin(z: number): number {
  let above = 0;
  while (above < upperQuantiles.length && Math.abs(z) > upperQuantiles[above]) above++;
  return z < 0 ? upperQuantiles.length - above : upperQuantiles.length + 1 + above;
}

function centralCoverage(bins: Float64Array, stockDays: number): Coverage[] {
  const middle = bins.length / 2;
  let within = 0;
  return upperQuantiles.map((_, index) => {
    within += bins[middle - 1 - index] + bins[middle + index];
    return { nominal: (index + 1) / 10, realised: within / stockDays };
  });
}

/** Running means of the squared z of the day's equal-weight portfolio, under independence and under the given risks. */
function portfolioTotals(portfolioRisk: DailySeries | undefined) {
  const given = portfolioRisk && new Map(portfolioRisk.dates.map((date, day) => [date, portfolioRisk.values[day]]));
  let days = 0;
  let independent = 0;
  let factors = 0;
  return {
    add(date: string, error: number, independentRisk: number): void {
      days++;
      independent += (error / independentRisk) ** 2;
      if (given === undefined) return;
      const risk = given.get(date);
      if (risk === undefined || !(risk > 0)) {
        throw new Error(
          `calibration: portfolioRisk on ${date} is ${risk}; give a positive number for every labelled date`,
        );
      }
      factors += (error / risk) ** 2;
    },
    means() {
      const portfolioSquaredZIndependent = independent / days;
      return given === undefined
        ? { portfolioSquaredZIndependent }
        : { portfolioSquaredZIndependent, portfolioSquaredZ: factors / days };
    },
  };
}
