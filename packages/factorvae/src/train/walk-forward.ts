import { type Config, type ConfigInput, resolveConfig } from "../config.js";
import { labelSpan } from "../data/label.js";
import type { Panel } from "../data/panel.js";
import type { DateSplit } from "../data/split.js";
import { walkForwardSplits } from "../data/walk-forward.js";
import { evaluate, type Summary } from "../evaluate/evaluate.js";
import { joinedPredictions } from "../predictions/joined-predictions.js";
import type { Predictions } from "../predictions/predictions.js";
import { type Run, type TrainingResult, type TrainOptions, trainOn } from "./train.js";

/** One training of a walk forward. */
export type Fold = Pick<
  TrainingResult,
  "metrics" | "bestEpoch" | "trainingDays" | "validationDays" | "valid" | "test" | "notes"
> & { readonly run: Run };

/** What a walk forward gives. */
export interface WalkForwardResult {
  /** Oldest first. */
  readonly folds: readonly Fold[];
  /** The scores of every date that a fold tests, each by the newest fold that does. */
  readonly predictions: Predictions;
  /** Their figures, all folds together. */
  readonly test: Summary;
}

/** Options of `walkForward`: hooks that are called for each fold, and which one it is. */
export interface WalkForwardOptions extends Pick<TrainOptions, "signal" | "clock"> {
  /** Called at the end of each fold. */
  readonly onFold?: (fold: Fold, index: number, count: number) => void;
}

/** One training that a walk forward consists of. */
export interface FoldPlan {
  /** The settings, with the fold's own dates as the split: it trains alike on its own. */
  readonly config: Config;
  readonly split: DateSplit;
}

/**
 * The trainings that a walk forward (`split.trainDays` and its companions) consists of, oldest first.
 *
 * @throws RangeError if the split is no walk forward, and as `walkForwardSplits`
 */
export function foldPlans({ dates }: Panel, config: Config): FoldPlan[] {
  const { split, label } = config;
  if (!("trainDays" in split))
    throw new RangeError(
      "walkForward: give its lengths, as in split: { trainDays: 500, validDays: 120, testDays: 60 }",
    );
  return walkForwardSplits(dates, split, labelSpan(label)).map((one) => ({
    config: { ...config, split: { ...one.edges, embargo: split.embargo } },
    split: one,
  }));
}

/**
 * Trains a model on each fold of a walk forward (`split.trainDays` and its companions) and joins their test scores. A fold's
 * run has its own dates as its settings, so that it trains alike on its own.
 *
 * @throws ConfigError if a setting is wrong; RangeError if the split is no walk forward, and as `walkForwardSplits` and `train`
 */
export async function walkForward(
  panel: Panel,
  settings: ConfigInput,
  { onFold, ...hooks }: WalkForwardOptions = {},
): Promise<WalkForwardResult> {
  const config = resolveConfig(settings);
  const plans = foldPlans(panel, config);
  const folds: Fold[] = [];
  const scored: Predictions[] = [];
  for (const [at, plan] of plans.entries()) {
    const { predictions, dataset: _, ...fold } = await trainOn(panel, plan.config, plan.split, hooks);
    folds.push(fold);
    scored.push(predictions);
    onFold?.(fold, at, plans.length);
  }
  const predictions = joinedTests(scored, plans);
  return { folds, predictions, test: walkForwardFigures(predictions, config) };
}

/** The figures of all folds' tests together. */
export const walkForwardFigures = (predictions: Predictions, { train, label }: Config): Summary =>
  evaluate(predictions, { split: "test", minimumStocks: train.minimumStocks, horizon: label.horizon });

/** The scores of every date that a fold tests, each by the newest fold that does, given each fold's scores. */
export const joinedTests = (scored: readonly Predictions[], plans: readonly FoldPlan[]): Predictions =>
  joinedPredictions(
    scored.map((predictions, at) => testRows(predictions, plans[at].split.edges, plans[at + 1]?.split.edges.testFrom)),
  );

/** The rows of a fold's test before the next one's begins. */
function testRows(predictions: Predictions, { testFrom }: DateSplit["edges"], before: string | undefined): Predictions {
  const isKept = (date: string): boolean => date >= testFrom && (before === undefined || date < before);
  const rows = predictions.date.flatMap((date, row) => (isKept(date) ? [row] : []));
  const texts = <Text>(values: readonly Text[]): Text[] => rows.map((row) => values[row]);
  const numbers = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
  const { date, symbol, score, risk, label, split, target } = predictions;
  return {
    date: texts(date),
    symbol: texts(symbol),
    score: numbers(score),
    ...(risk && { risk: numbers(risk) }),
    label: numbers(label),
    split: texts(split),
    ...(target && { target: numbers(target) }),
  };
}
