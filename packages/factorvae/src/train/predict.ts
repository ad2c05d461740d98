import type { Panel } from "../data/panel.js";
import type { Predictions, Split } from "../predictions.js";
import { appliedDataset } from "./dataset.js";
import { rescaled, scoreDates } from "./score.js";
import type { Run } from "./train.js";

/** Which dates to score: ISO, both included. */
export interface PredictOptions {
  /** Default: the newest date of the panel. */
  readonly from?: string;
  /** Default: the newest date of the panel. */
  readonly to?: string;
}

/**
 * Scores dates of a panel by a trained run: what was fitted stays as it is, and no label is needed. `split` tells where
 * each date stands in the run's own splits, `new` for those after them.
 *
 * @throws RangeError if no market date is asked for, the panel begins too late for a window, or no stock has one.
 */
export function predict(run: Run, panel: Panel, options: PredictOptions = {}): Predictions {
  const { config, model, fit, riskScale, edges } = run;
  const newest = panel.dates[panel.dates.length - 1];
  const { from = options.to ?? newest, to = newest } = options;
  const dates = panel.dates.flatMap((date, at) => (date >= from && date <= to ? [at] : []));
  if (dates.length === 0)
    throw new RangeError(
      `predict: no market date lies in ${from} to ${to}; the data covers ${panel.dates[0]} to ${newest}`,
    );
  const { steps } = config.window;
  if (dates[0] < steps - 1)
    throw new RangeError(
      `predict: scores of ${panel.dates[dates[0]]} need ${steps} dates of prices up to it, and the data has ${dates[0] + 1}`,
    );
  const dataset = appliedDataset(panel, config, fit);
  const scores = scoreDates(model, config, dataset, dates, (at) => splitAt(panel.dates[at], edges));
  if (scores.predictions.date.length === 0)
    throw new RangeError(`predict: no stock has prices on enough of the ${steps} dates before ${from} to ${to}`);
  return rescaled(scores, riskScale).predictions;
}

function splitAt(date: string, { trainFrom, validFrom, testFrom, testTo }: Run["edges"]): Split {
  if (date > testTo) return "new";
  if (date >= testFrom) return "test";
  if (date >= validFrom) return "valid";
  if (date >= trainFrom) return "train";
  return "new";
}
