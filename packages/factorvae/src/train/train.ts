import { type Config, type ConfigInput, resolveConfig } from "../config.js";
import { type CrossSectionCounts, crossSectionCounts } from "../data/cross-section.js";
import { labelSpan } from "../data/label.js";
import type { Panel } from "../data/panel.js";
import type { DateSplit, ExplicitSplit } from "../data/split.js";
import { outlierDeviations } from "../data/target.js";
import { calibration, rootMeanSquaredError } from "../evaluate/calibration.js";
import { evaluate, type Summary } from "../evaluate/evaluate.js";
import { validationRows } from "../evaluate/validation-error.js";
import type { FactorVAE } from "../model/factorvae.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { configuredSplit, type Dataset, type Fit, fitDataset } from "./dataset.js";
import { rescaled, type Scores, scoreDates } from "./score.js";
import { storedDataset } from "./stored-dataset.js";
import { type EpochMetrics, type TrainingHooks, trainModel } from "./trainer.js";

/** A trained model and all that it takes to score other data by it. */
export interface Run {
  readonly config: Config;
  readonly model: FactorVAE;
  readonly fit: Fit;
  /** Root mean squared z on validation, which every risk is multiplied by; 1 where risks have no unit. */
  readonly riskScale: number;
  /** Edges of the splits, as market dates. */
  readonly edges: Required<ExplicitSplit>;
}

/** What training gives: the run, and how it does on validation and test. */
export interface TrainingResult {
  readonly run: Run;
  /** Features that were kept in a store are closed. */
  readonly dataset: Dataset;
  readonly metrics: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly trainingDays: number;
  readonly validationDays: number;
  /** Scores of every stock on every date of validation and test. */
  readonly predictions: Predictions;
  readonly valid: Summary;
  readonly test: Summary;
  /** The same figures for the risk as the model gave it, before `riskScale`. */
  readonly testUnscaled: Summary;
  /** Stock-days in and out of the cross-sections of all dates. */
  readonly stockDays: CrossSectionCounts;
  readonly notes: readonly string[];
}

/** The dates of some splits, ascending. */
const datesOf = ({ splitOf }: DateSplit, names: readonly Split[]): number[] =>
  splitOf.flatMap((name, date) => (name !== undefined && names.includes(name) ? [date] : []));

interface ValidationRisk {
  readonly riskScale: number;
  /** Root mean squared error, in units of return: the constant risk that a model's risk has to beat. */
  readonly constantRisk?: number;
  readonly notes: readonly string[];
}

/** What validation says of the risks. */
function riskOnValidation({ predictions }: Scores, { label }: Config): ValidationRisk {
  if (!predictions.risk) return { riskScale: 1, notes: [] };
  const { rows, cut } = validationRows(predictions, labelSpan(label));
  const constantRisk = rootMeanSquaredError(rows);
  const meanSquaredZ = calibration(rows)?.meanSquaredZ;
  return {
    riskScale: meanSquaredZ === undefined ? 1 : Math.sqrt(meanSquaredZ),
    ...(constantRisk !== undefined && { constantRisk }),
    notes:
      cut === 0
        ? []
        : [
            `${cut} label${cut === 1 ? "" : "s"} of validation, ${outlierDeviations} root mean squared errors or more from the score, ${cut === 1 ? "was" : "were"} cut there before the size of the risks was learned: see whether the prices are right.`,
          ],
  };
}

/** Sentences on what files beside the prices do not have in common with them. */
export const inputNotes = ({ calendar, ownFeatures = [], universe }: Panel): string[] => [
  ...(calendar?.notes ?? []),
  ...ownFeatures.flatMap(({ notes }) => notes),
  ...(universe?.notes ?? []),
];

/** Options of `train`: hooks to watch and govern it, and where features are kept that are too many for memory. */
export interface TrainOptions extends TrainingHooks {
  /**
   * A file for the processed features, which are then read from it day by day. One that holds them already, of the same prices,
   * settings, training dates and version, is used as it is; any other store of features is replaced.
   */
  readonly store?: string;
}

/**
 * The whole way from prices to scores: features, labels, a trained FactorVAE, scores of validation and test, their
 * figures. Uses no clock, console or file but the store that it is given; yields to other work after each step.
 *
 * @throws ConfigError if a setting is wrong.
 * @throws RangeError if the data cannot be trained on; the message tells what is missing.
 */
export async function train(
  panel: Panel,
  settings: ConfigInput = {},
  options: TrainOptions = {},
): Promise<TrainingResult> {
  const config = resolveConfig(settings);
  return trainOn(panel, config, configuredSplit(panel, config), options);
}

/**
 * `train` with settings as resolved and a split that need not be the one they name.
 *
 * @throws as `train`
 */
export async function trainOn(
  panel: Panel,
  config: Config,
  split: DateSplit,
  options: TrainOptions = {},
): Promise<TrainingResult> {
  const { store, ...hooks } = options;
  if (store === undefined) return trainOnDataset(fitDataset(panel, config, split), config, split, hooks);
  const dataset = await storedDataset(panel, config, split, store);
  try {
    return await trainOnDataset(dataset, config, split, hooks);
  } finally {
    dataset.features.close();
  }
}

async function trainOnDataset(
  dataset: Dataset,
  config: Config,
  split: DateSplit,
  hooks: TrainingHooks,
): Promise<TrainingResult> {
  const { panel } = dataset;
  const trained = await trainModel(dataset, split, config, hooks);
  const raw = scoreDates(
    trained.model,
    config,
    dataset,
    datesOf(split, ["valid", "test"]),
    (date) => split.splitOf[date] ?? "new",
  );
  const { riskScale, constantRisk, notes } = riskOnValidation(raw, config);
  const scores = rescaled(raw, riskScale);
  const figures = (of: Scores, name: Split): Summary =>
    evaluate(of.predictions, {
      split: name,
      minimumStocks: config.train.minimumStocks,
      horizon: config.label.horizon,
      ...(constantRisk !== undefined && { constantRisk }),
      ...(of.portfolioRisk && { portfolioRisk: of.portfolioRisk }),
    });
  return {
    run: { config, model: trained.model, fit: dataset.fit, riskScale, edges: split.edges },
    dataset,
    ...trained,
    predictions: scores.predictions,
    valid: figures(scores, "valid"),
    test: figures(scores, "test"),
    testUnscaled: figures(raw, "test"),
    stockDays: crossSectionCounts(
      panel,
      panel.dates.map((_, date) => date),
      { ...config.window, universe: dataset.universe },
    ),
    notes: [...inputNotes(panel), ...dataset.fit.normaliser.notes, ...trained.notes, ...notes],
  };
}
