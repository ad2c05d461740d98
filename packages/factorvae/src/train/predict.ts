import { labelSpan } from "../data/label.js";
import { type Panel, panelFrom } from "../data/panel.js";
import { joinedPredictions } from "../predictions/joined-predictions.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { appliedDataset, historyOf } from "./dataset.js";
import { type Drift, driftCounts } from "./drift.js";
import { rescaled, scoreDates } from "./score.js";
import type { Run } from "./train.js";

/** Which dates to score: ISO, both included. */
export interface PredictOptions {
  /** Default: the newest date of the panel. */
  readonly from?: string;
  /** Default: the newest date of the panel. */
  readonly to?: string;
  /**
   * Bytes of features that are held at a time, default 512 MiB: dates are scored in groups, each with the history it needs, to
   * the same bits. At least 24 dates are scored at a time.
   */
  readonly featureBytes?: number;
}

/**
 * Scores dates of a panel by a trained run: what was fitted stays as it is, and no label is needed. `split` tells where
 * each date stands in the run's own splits, `new` for those outside them.
 *
 * @throws RangeError if no market date is asked for, the panel begins too late for the first date's window and what its
 *   features look back on, or no stock has a window.
 */
export const predict = (run: Run, whole: Panel, options: PredictOptions = {}): Predictions =>
  predictWithDrift(run, whole, options).predictions;

/** Scores, and how far what they were made from has drifted away from what the run was trained on. */
export interface DriftingPredictions {
  readonly predictions: Predictions;
  /** Absent where the run has no shares to compare with. */
  readonly drift?: Drift | undefined;
}

/**
 * `predict`, with a look at the features that it scored: how many were clipped, beside training.
 *
 * @throws as `predict`
 */
export function predictWithDrift(run: Run, whole: Panel, options: PredictOptions = {}): DriftingPredictions {
  const { config, model, fit, riskScale, edges } = run;
  const newest = whole.dates[whole.dates.length - 1];
  const { from = options.to ?? newest, to = newest } = options;
  const first = whole.dates.findIndex((date) => date >= from && date <= to);
  if (first < 0)
    throw new RangeError(
      `predict: no market date lies in ${from} to ${to}; the data covers ${whole.dates[0]} to ${newest}`,
    );
  const last = whole.dates.findLastIndex((date) => date >= from && date <= to);
  const history = historyOf(config, fit.normaliser.names);
  checkLookBack(run, whole, first, history);
  const together = datesTogether(run, whole, history, options.featureBytes ?? defaultFeatureBytes);
  const drift = driftCounts(fit, config.window.steps);
  const scored: Predictions[] = [];
  for (let begin = first; begin <= last; begin += together) {
    const end = Math.min(begin + together, last + 1);
    // Nothing earlier reaches the scores asked for, and nothing later their labels.
    const panel = panelFrom(whole, begin + 1 - history, end + labelSpan(config.label));
    const before = panel.dates.indexOf(whole.dates[begin]);
    const dates = Array.from({ length: end - begin }, (_, at) => before + at);
    const dataset = appliedDataset(panel, config, fit);
    const scores = scoreDates(model, config, dataset, dates, (at) => splitAt(panel.dates[at], edges));
    scored.push(rescaled(scores, riskScale).predictions);
    const { universe } = dataset;
    const members = universe === undefined ? panel.present : panel.present.map((one, cell) => one & universe[cell]);
    drift.add({ ...dataset.features, members }, dates);
  }
  const predictions = joinedPredictions(scored);
  if (predictions.date.length === 0)
    throw new RangeError(
      `predict: no stock has prices on enough of the ${config.window.steps} dates up to ${from} to ${to}`,
    );
  return { predictions, drift: drift.drift() };
}

const defaultFeatureBytes = 2 ** 29;
/** A group that were smaller would be mostly history. */
const fewestTogether = 24;

/** How many dates' features, their history's included, stay within some bytes. */
function datesTogether({ fit }: Run, { symbols }: Panel, history: number, bytes: number): number {
  const ofOneDate = symbols.length * fit.normaliser.names.length * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(fewestTogether, Math.floor(bytes / ofOneDate) - (history - 1));
}

/** Windows and the features in them must not be cut off where the data begins, but where training's own were. */
function checkLookBack({ config, edges }: Run, { dates }: Panel, first: number, history: number): void {
  const asInTraining = dates[0] <= edges.trainFrom;
  const needed = asInTraining ? config.window.steps : history;
  if (first + 1 < needed)
    throw new RangeError(
      `predict: scores of ${dates[first]} need ${needed} market dates of prices up to it, and the data has ${first + 1}, from ${dates[0]} on`,
    );
}

function splitAt(date: string, { trainFrom, validFrom, testFrom, testTo }: Run["edges"]): Split {
  if (date > testTo) return "new";
  if (date >= testFrom) return "test";
  if (date >= validFrom) return "valid";
  if (date >= trainFrom) return "train";
  return "new";
}
