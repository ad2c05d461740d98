import type { BacktestResult } from "./backtest/backtest.js";
import { configuredBacktest } from "./backtest/configured.js";
import { requireInputs } from "./backtest/inputs.js";
import { ridgeScores, trainRidges } from "./baselines/trained-ridges.js";
import { type Config, type ConfigInput, resolveConfig } from "./config.js";
import { labelSpan } from "./data/label.js";
import type { SimulatedMarket } from "./data/simulate.js";
import { evaluate, type Summary } from "./evaluate/evaluate.js";
import { type DailySeries, informationCoefficients } from "./evaluate/information-coefficient.js";
import { pairedDifference } from "./evaluate/significance.js";
import { validationError } from "./evaluate/validation-error.js";
import type { Predictions } from "./predictions/predictions.js";
import { predictionsOf } from "./predictions/predictions-days.js";
import { type RunSummary, runSummary } from "./run/run-summary.js";
import { configuredSplit } from "./train/dataset.js";
import { hasReturnUnits } from "./train/score.js";
import { type TrainingResult, train } from "./train/train.js";
import type { TrainingHooks } from "./train/trainer.js";

/** Hooks of a demonstration: those of its training, and the names of the stages it enters. */
export interface DemoHooks extends TrainingHooks {
  /** Called as each stage begins, with its name. */
  readonly onStage?: (stage: string) => void;
}

/** Other scores of the model's own stock-days. */
export interface ReferenceScores {
  readonly predictions: Predictions;
  readonly test: Summary;
  /** Daily Rank IC on the test dates. */
  readonly rankIc: DailySeries;
}

/** How a model stands against one other. */
export interface Difference {
  /** Mean test Rank IC less the other's, as a share of the oracle's; absent where one of the three is. */
  readonly ofOracle?: number;
  /** Newey-West t-value of the daily differences; absent where they do not vary. */
  readonly t?: number;
}

/** How the model stands against the truth and against the ridges, by the Rank IC on the same test stock-days. */
export interface Comparison {
  /** Test Rank IC as a share of the oracle's; absent where either is. */
  readonly ofOracle?: number;
  readonly ridges: { readonly lastDay: Difference; readonly window: Difference };
}

/** What the demo's `summary.json` holds; `ridge` is the one of `ridges` with the better Rank IC on test. */
export interface DemoSummary extends RunSummary {
  readonly oracle: Summary;
  readonly observable: Summary;
  readonly ridge: Summary;
  readonly ridges: { readonly lastDay: Summary; readonly window: Summary };
  readonly comparison: Comparison;
}

/** What a demonstration gives. */
export interface DemoResult {
  readonly training: TrainingResult;
  readonly backtest: BacktestResult;
  readonly references: {
    readonly oracle: ReferenceScores;
    readonly observable: ReferenceScores;
    readonly lastDay: ReferenceScores;
    readonly window: ReferenceScores;
  };
  readonly summary: DemoSummary;
}

/**
 * The main job on a market whose truth is known: trains, scores and backtests the model, and sets it beside the oracle
 * (the true expected return and risk), the observable (the same with the premia at their long-run mean) and two ridges,
 * each scored on exactly the model's stock-days. A ridge's risk is one constant, its error on validation.
 *
 * @throws what `train` and `backtest` throw.
 */
export async function runDemo(
  { panel, truth }: SimulatedMarket,
  settings: ConfigInput = {},
  { onStage, ...hooks }: DemoHooks = {},
): Promise<DemoResult> {
  requireInputs(resolveConfig(settings).backtest, {});
  onStage?.("training");
  const training = await train(panel, settings, hooks);
  const { dataset, predictions } = training;
  const { config } = training.run;
  const split = configuredSplit(panel, config);
  const dates = split.splitOf.flatMap((name, date) => (name === "valid" || name === "test" ? [date] : []));
  const scoredBy = (values: (date: number, stocks: Int32Array) => Float64Array): Float64Array =>
    Float64Array.from(dates.flatMap((date) => [...values(date, dataset.crossSections[date])]));
  const trueValues = (cells: Float64Array): Float64Array =>
    scoredBy((date, stocks) => Float64Array.from(stocks, (stock) => cells[stock * panel.dates.length + date]));

  onStage?.("ridges");
  const ridges = trainRidges(dataset, split, config);
  const unit = hasReturnUnits(config) ? dataset.fit.labelScale : 1;
  const ridge = (name: keyof typeof ridges): ReferenceScores => {
    const score = scoredBy((date) => ridgeScores(ridges[name].model, dataset, date, config).map((x) => x * unit));
    return reference(withConstantRisk({ ...predictions, score }, config), config);
  };
  const risk = trueValues(truth.standardDeviation);
  const references = {
    oracle: reference({ ...predictions, score: trueValues(truth.expectedReturn), risk }, config),
    observable: reference({ ...predictions, score: trueValues(truth.observableReturn), risk }, config),
    lastDay: ridge("lastDay"),
    window: ridge("window"),
  };

  onStage?.("backtest");
  const traded = configuredBacktest(predictions, panel, config);
  return { training, backtest: traded, references, summary: demoSummary(training, traded, references) };
}

function withConstantRisk({ risk: _, ...predictions }: Predictions, config: Config): Predictions {
  const error = hasReturnUnits(config) ? validationError(predictions, labelSpan(config.label)) : undefined;
  return error === undefined
    ? predictions
    : { ...predictions, risk: new Float64Array(predictions.score.length).fill(error) };
}

function reference(predictions: Predictions, { train: { minimumStocks }, label }: Config): ReferenceScores {
  const constantRisk = predictions.risk && validationError(predictions, labelSpan(label));
  return {
    predictions,
    test: evaluate(predictions, {
      minimumStocks,
      horizon: label.horizon,
      ...(constantRisk !== undefined && { constantRisk }),
    }),
    rankIc: dailyRankIc(predictions, minimumStocks),
  };
}

function dailyRankIc(predictions: Predictions, minimumStocks: number): DailySeries {
  const { dates, rankIc } = informationCoefficients(predictionsOf(predictions, "test"), minimumStocks);
  return { dates, values: rankIc };
}

function demoSummary(
  training: TrainingResult,
  traded: BacktestResult,
  { oracle, observable, lastDay, window }: DemoResult["references"],
): DemoSummary {
  const { train: settings, label } = training.run.config;
  const own = dailyRankIc(training.predictions, settings.minimumStocks);
  const share = (part: number | undefined): number | undefined =>
    part === undefined || !oracle.test.rankIc ? undefined : part / oracle.test.rankIc;
  const against = ({ test, rankIc }: ReferenceScores): Difference => {
    if (training.test.rankIc === undefined || test.rankIc === undefined) return {};
    const { t } = pairedDifference(own, rankIc, label.horizon);
    const ofOracle = share(training.test.rankIc - test.rankIc);
    return { ...(ofOracle !== undefined && { ofOracle }), ...(t !== undefined && { t }) };
  };
  const ofOracle = share(training.test.rankIc);
  return {
    ...runSummary(training, traded),
    oracle: oracle.test,
    observable: observable.test,
    ridge: (lastDay.test.rankIc ?? -1) > (window.test.rankIc ?? -1) ? lastDay.test : window.test,
    ridges: { lastDay: lastDay.test, window: window.test },
    comparison: {
      ...(ofOracle !== undefined && { ofOracle }),
      ridges: { lastDay: against(lastDay), window: against(window) },
    },
  };
}
