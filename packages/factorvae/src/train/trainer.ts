import { fold, key, type Tensor } from "@factorvae/autograd";
import type { Config } from "../config.js";
import type { DateSplit } from "../data/split.js";
import { evaluate } from "../evaluate/evaluate.js";
import type { FactorVAE } from "../model/factorvae.js";
import { breathe } from "./breathe.js";
import { type Dataset, labelledCount } from "./dataset.js";
import { type TrainingFigures, trainEpoch } from "./epoch.js";
import { type Learner, startLearner } from "./learner.js";
import { scoreDates } from "./score.js";
import { type Choice, chooseEpoch, minimumValidationDays } from "./selection.js";

/** One epoch of training, as `metrics.jsonl` holds it. */
export interface EpochMetrics extends TrainingFigures {
  /** 1-based. */
  readonly epoch: number;
  /** Of the averaged parameters on validation; absent where no day of it can tell. */
  readonly validRankIc?: number;
  /** Of the same on the raw labels, per stock-day, in units of the training label: beside `nll`. */
  readonly validNll?: number;
  /** Absent without a clock. */
  readonly seconds?: number;
}

/** Everything that training needs to go on from the end of an epoch. */
export interface Checkpoint {
  readonly metrics: readonly EpochMetrics[];
  /** Parameters, their averages, the optimizer's state and the best epoch's parameters, under names of their own. */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** How far training is. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
}

/** What the caller of a training may watch and govern. */
export interface TrainingHooks {
  /** Called after each step. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called at the end of each epoch with its figures. */
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** Called at the end of each epoch; training waits for it. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  /** Where to go on from: the same settings and data give the same bits as without an interruption. */
  readonly resume?: Checkpoint;
  readonly signal?: AbortSignal;
  /** Milliseconds; gives the epochs their `seconds`. */
  readonly clock?: () => number;
}

/** A trained model, the averaged parameters of its best epoch in place. */
export interface Trained {
  readonly model: FactorVAE;
  readonly metrics: readonly EpochMetrics[];
  readonly bestEpoch: number;
  /** How many dates were trained on, and selected by. */
  readonly trainingDays: number;
  readonly validationDays: number;
  /** Sentences that a reader of the results should know. */
  readonly notes: readonly string[];
}

/** The dates of one split that may be trained or selected on: labels end within it, and enough stocks have one. */
export function usableDates(
  dataset: Dataset,
  { splitOf, usable }: DateSplit,
  name: "train" | "valid",
  minimumStocks: number,
): number[] {
  return splitOf.flatMap((split, date) =>
    split === name && usable[date] === 1 && labelledCount(dataset, date) >= minimumStocks ? [date] : [],
  );
}

/**
 * Trains a model: epochs of shuffled days, and after each the averaged parameters judged on validation through the prior
 * path, as predictions go. The best epoch's averages stay.
 *
 * @throws RangeError if there are too few training days, or a gradient is not finite.
 * @throws the signal's reason when it aborts.
 */
export async function trainModel(
  dataset: Dataset,
  split: DateSplit,
  config: Config,
  hooks: TrainingHooks = {},
): Promise<Trained> {
  const { minimumStocks, minimumDays, epochs } = config.train;
  const trainingDates = usableDates(dataset, split, "train", minimumStocks);
  const validationDates = usableDates(dataset, split, "valid", minimumStocks);
  if (trainingDates.length < minimumDays)
    throw new RangeError(
      `train: ${trainingDates.length} training dates have at least ${minimumStocks} labelled stocks; ${minimumDays} are needed (train.minimumDays)`,
    );
  const learner = startLearner(config, dataset.features.names.length);
  let metrics: readonly EpochMetrics[] = [];
  if (hooks.resume) {
    learner.load(hooks.resume.tensors);
    metrics = hooks.resume.metrics;
  }
  const selecting = validationDates.length >= minimumValidationDays;
  const chosen = (): Choice =>
    selecting
      ? chooseEpoch(
          metrics.map((epoch) => validationScore(epoch, config)),
          config.train,
        )
      : { best: 0, stop: false };
  while (metrics.length < epochs && !chosen().stop) {
    const epoch = metrics.length + 1;
    const started = hooks.clock?.();
    const figures = await runEpoch(learner, dataset, trainingDates, config, epoch, hooks);
    const valid = learner.average.withAverages(() => validate(learner.model, dataset, validationDates, config));
    const seconds = started === undefined || !hooks.clock ? {} : { seconds: (hooks.clock() - started) / 1000 };
    metrics = [...metrics, { epoch, ...figures, ...valid, ...seconds }];
    if (chosen().best === epoch) learner.markBest();
    hooks.onEpoch?.(metrics[metrics.length - 1]);
    await hooks.onCheckpoint?.({ metrics, tensors: learner.tensors() });
  }
  await breathe();
  hooks.signal?.throwIfAborted();
  const { best } = chosen();
  if (best === 0) learner.markBest();
  learner.restoreBest();
  return {
    model: learner.model,
    metrics,
    bestEpoch: best || metrics.length,
    trainingDays: trainingDates.length,
    validationDays: validationDates.length,
    notes: best > 0 ? shortTrainingNote(config.train) : [lastEpochNote(validationDates.length, metrics.length)],
  };
}

const shortTrainingNote = ({ firstEpoch, epochs }: Config["train"]): string[] =>
  firstEpoch > epochs
    ? [`train.firstEpoch, ${firstEpoch}, lies beyond train.epochs, ${epochs}: the last epoch was taken.`]
    : [];

const lastEpochNote = (days: number, epochs: number): string =>
  days < minimumValidationDays
    ? `Validation has ${days} labelled days, fewer than ${minimumValidationDays}: the last of ${epochs} epochs was taken, none chosen.`
    : `No epoch from the first that may be chosen has a figure on validation: the last of ${epochs} was taken.`;

/** What validation says of an epoch by the configured figure; larger is better, -Infinity where there is none. */
export const validationScore = ({ validRankIc, validNll }: EpochMetrics, { train }: Config): number =>
  (train.select === "nll" ? validNll && -validNll : validRankIc) ?? Number.NEGATIVE_INFINITY;

async function runEpoch(
  learner: Learner,
  dataset: Dataset,
  dates: readonly number[],
  config: Config,
  epoch: number,
  { onProgress, signal }: TrainingHooks,
): Promise<TrainingFigures> {
  const steps = Math.ceil(dates.length / config.train.daysPerStep);
  const run = trainEpoch(learner, dataset, dates, config, epoch, fold(fold(key(config.seed), "epoch"), epoch));
  for (;;) {
    signal?.throwIfAborted();
    const next = run.next();
    if (next.done) return next.value;
    onProgress?.({ epoch, epochs: config.train.epochs, step: next.value, steps });
    await breathe();
  }
}

function validate(
  model: FactorVAE,
  dataset: Dataset,
  dates: readonly number[],
  config: Config,
): Pick<EpochMetrics, "validRankIc" | "validNll"> {
  if (dates.length === 0) return {};
  const { predictions } = scoreDates(model, config, dataset, dates, () => "valid");
  const { rankIc, nll } = evaluate(predictions, { split: "valid", minimumStocks: config.train.minimumStocks });
  return {
    ...(rankIc !== undefined && { validRankIc: rankIc }),
    // A density in units of return is that in units of the label over the label's scale.
    ...(nll !== undefined && { validNll: nll - Math.log(dataset.fit.labelScale) }),
  };
}
