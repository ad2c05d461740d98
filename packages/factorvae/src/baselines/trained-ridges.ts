import type { Config } from "../config.js";
import type { DateSplit } from "../data/split.js";
import { dayTargets } from "../data/target.js";
import { windowsOf } from "../data/windows.js";
import { type Dataset, labelsOn } from "../train/dataset.js";
import { usableDates } from "../train/trainer.js";
import { type LabelledDay, lastColumns, normalEquations } from "./normal-equations.js";
import { fitRidge, type LinearModel, linearScores, type RidgeFit } from "./ridge.js";

/** The two ridges that a model has to beat: on the features of the day itself, and on those of the whole window. */
export interface TrainedRidges {
  readonly lastDay: RidgeFit;
  readonly window: RidgeFit;
}

const rowWidth = ({ features }: Dataset, { window }: Config): number => window.steps * features.names.length;

function* labelledDays(dataset: Dataset, dates: readonly number[], config: Config): Generator<LabelledDay> {
  for (const date of dates) {
    const stocks = dataset.crossSections[date];
    const { targets } = dayTargets(labelsOn(dataset, date, stocks), {
      kind: config.label.target,
      scale: dataset.fit.labelScale,
    });
    yield { features: windowsOf(dataset.features, [{ date, stocks }], config.window.steps), targets };
  }
}

/**
 * Fits both ridges to the training dates that a model is trained on, with its labels and features, the penalty chosen by
 * the Rank IC on validation.
 *
 * @throws Error if no validation date can be ranked.
 */
export function trainRidges(dataset: Dataset, split: DateSplit, config: Config): TrainedRidges {
  const width = rowWidth(dataset, config);
  const datesOf = (name: "train" | "valid") => usableDates(dataset, split, name, config.train.minimumStocks);
  const equations = normalEquations(labelledDays(dataset, datesOf("train"), config), width);
  const validation = [...labelledDays(dataset, datesOf("valid"), config)];
  return {
    lastDay: fitRidge(lastColumns(equations, dataset.features.names.length), validation, width),
    window: fitRidge(equations, validation, width),
  };
}

/** Scores of the cross-section of one date, in units of the training label. */
export function ridgeScores(model: LinearModel, dataset: Dataset, date: number, config: Config): Float64Array {
  const windows = windowsOf(dataset.features, [{ date, stocks: dataset.crossSections[date] }], config.window.steps);
  return linearScores(model, windows, rowWidth(dataset, config));
}
