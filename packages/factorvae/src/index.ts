/**
 * FactorVAE, from daily prices to scores, a backtest and a report.
 *
 * @module factorvae
 */

export { type Key, key } from "@factorvae/autograd";
export { audit, checks, type Outcome, trainingChecks } from "./audit/audit.js";
export type { Check } from "./audit/check.js";
export { type AuditContext, auditContext } from "./audit/context.js";
export { type Evidence, readEvidence } from "./audit/evidence.js";
export { type BacktestOptions, type BacktestResult, type BacktestSummary, backtest } from "./backtest/backtest.js";
export type { BenchmarkPrices } from "./backtest/benchmark.js";
export { type FileBenchmark, readBenchmark } from "./backtest/benchmark-file.js";
export type { Performance } from "./backtest/performance.js";
export { type Config, ConfigError, type ConfigInput, configSchema, resolveConfig } from "./config.js";
export { alpha158 } from "./data/alpha158.js";
export { featureNames, paperFeatures } from "./data/alpha158-features.js";
export type { DuplicatePolicy } from "./data/build-panel.js";
export type { ClippedShares } from "./data/clipped-shares.js";
export type { ColumnMapping, ColumnRole } from "./data/columns.js";
export type { CrossSectionCounts } from "./data/cross-section.js";
export { DataError, type Place } from "./data/data-error.js";
export { ExpressionError } from "./data/expressions/expression-error.js";
export type { FeatureChoice, MissingVolume } from "./data/feature-choice.js";
export { computeFeatures, type FeatureOptions, type FeatureTable } from "./data/feature-table.js";
export { computeFeaturesInThreads } from "./data/features-in-threads.js";
export { type LabelOptions, returnLabels } from "./data/label.js";
export { type CalendarOptions, type MarketCalendar, readCalendar } from "./data/market-calendar.js";
export { type FeatureFileOptions, withFeatures } from "./data/own-features.js";
export {
  type GivenCalendar,
  type Groups,
  type OwnFeatures,
  type Panel,
  type PanelSource,
  panelFromFields,
  type RowCounts,
  type Tally,
  type Universe,
} from "./data/panel.js";
export type { FittedProcessor } from "./data/processors/fitted-processor.js";
export type { Normaliser } from "./data/processors/normaliser.js";
export type { ProcessorSettings } from "./data/processors/processor-settings.js";
export { parsePrices, type ReadOptions, readPrices } from "./data/read.js";
export { type SimulatedMarket, type SimulateOptions, simulate, type Truth } from "./data/simulate.js";
export { pricesCsv } from "./data/simulate-csv.js";
export type { DateSplit, ExplicitSplit, FractionSplit } from "./data/split.js";
export { universeMembers, withUniverse, withUniverseFile } from "./data/universe.js";
export { parseUniverse, type Spell } from "./data/universe-file.js";
export { type WalkForwardSplit, walkForwardSplits } from "./data/walk-forward.js";
export {
  type Comparison,
  type DemoHooks,
  type DemoResult,
  type DemoSummary,
  type Difference,
  type ReferenceScores,
  runDemo,
} from "./demo.js";
export type { Factors, Features, Hidden, Portfolios, Stocks } from "./dims.js";
export { type Calibration, type Coverage, calibration } from "./evaluate/calibration.js";
export { type EvaluateOptions, evaluate, type Summary } from "./evaluate/evaluate.js";
export { type GroupReturns, groupReturns } from "./evaluate/groups.js";
export {
  type DailySeries,
  type InformationCoefficients,
  informationCoefficients,
  type SkippedDays,
} from "./evaluate/information-coefficient.js";
export { neweyWest, pairedDifference, type Significance } from "./evaluate/significance.js";
export { type Found, type Inspection, inspect } from "./inspect/inspect.js";
export {
  type Covariance,
  FactorVAE,
  type LossParts,
  type Prediction,
} from "./model/factorvae.js";
export type { Gaussian } from "./model/gaussian.js";
export type { Likelihood } from "./model/likelihood.js";
export type { FactorVAEOptions, LossOptions } from "./model/options.js";
export type { Predictions, Split } from "./predictions/predictions.js";
export { predictionsCsv } from "./predictions/predictions-csv.js";
export { readPredictions } from "./predictions/predictions-file.js";
export { type LabelledPredictions, withLabels } from "./predictions/predictions-labels.js";
export {
  type ParsedPredictions,
  type ParsePredictionsOptions,
  parsePredictions,
} from "./predictions/predictions-parse.js";
export { report } from "./report/report.js";
export type { ReportInput } from "./report/report-input.js";
export { loadRun, RunFolderError } from "./run/run-folder.js";
export { type RunSummary, runSummary, type TrainingSummary } from "./run/run-summary.js";
export type { Dataset, Fit } from "./train/dataset.js";
export type { Drift, FeatureDrift } from "./train/drift.js";
export { type DriftingPredictions, type PredictOptions, predict, predictWithDrift } from "./train/predict.js";
export { type Run, type TrainingResult, type TrainOptions, train } from "./train/train.js";
export type { Checkpoint, EpochMetrics, Progress, TrainingHooks } from "./train/trainer.js";
export { type Fold, type WalkForwardOptions, type WalkForwardResult, walkForward } from "./train/walk-forward.js";
