import type { Config } from "../config.js";
import { crossSection } from "../data/cross-section.js";
import { computeFeatures, type FeatureTable } from "../data/feature-table.js";
import { labelSpan, returnLabels } from "../data/label.js";
import type { Panel } from "../data/panel.js";
import { applyRobustZScore, fitRobustZScore, type RobustZScore } from "../data/robust-z-score.js";
import { type DateSplit, splitDates } from "../data/split.js";
import { pooledLabelDeviation } from "../data/target.js";

/** What the training dates taught about the data, and predictions need again. Plain data, stored with a run. */
export interface Fit {
  readonly normaliser: RobustZScore;
  /** Standard deviation of the label over the training dates, in units of return: the unit of a label in the loss. */
  readonly labelScale: number;
}

/** A panel as a model takes it: normalised features, labels, and who is there on each date. */
export interface Dataset {
  readonly panel: Panel;
  /** Normalised, no value missing. */
  readonly features: FeatureTable;
  /** Raw returns after each date, symbol-major `[symbols, dates]`; NaN where there is none. */
  readonly labels: Float64Array;
  /** Symbols in the cross-section of each date. */
  readonly crossSections: readonly Int32Array[];
  readonly fit: Fit;
}

const rawFeatures = (panel: Panel, { features, data }: Config): FeatureTable =>
  computeFeatures(panel, features, { missingVolume: data.missingVolume });

/** The splits of a panel's dates as configured; a date is usable where its label ends in its own split. */
export function configuredSplit(panel: Panel, { split, label }: Config): DateSplit {
  const how =
    "train" in split
      ? split
      : {
          validFrom: split.validFrom,
          testFrom: split.testFrom,
          ...(split.trainFrom && { trainFrom: split.trainFrom }),
          ...(split.testTo && { testTo: split.testTo }),
        };
  return splitDates(panel.dates, how, labelSpan(label));
}

/**
 * Makes a dataset for training: fits the normaliser and the label's scale on the training dates, and applies them.
 *
 * @throws RangeError if a feature is unknown or lacks its field, or the training dates hold no two labels that differ.
 */
export function fitDataset(panel: Panel, config: Config, split: DateSplit): Dataset {
  const table = rawFeatures(panel, config);
  const labels = returnLabels(panel, config.label);
  const isTraining = split.splitOf.map((name) => name === "train");
  const fit = {
    normaliser: fitRobustZScore(table, isTraining, config.features.clip),
    labelScale: pooledLabelDeviation(
      labels,
      isTraining.map((training, date) => training && split.usable[date] === 1),
    ),
  };
  return assemble(panel, config, table, labels, fit);
}

/** Makes a dataset by an earlier fit: for predictions, which must not learn from the data they score. */
export const appliedDataset = (panel: Panel, config: Config, fit: Fit): Dataset =>
  assemble(panel, config, rawFeatures(panel, config), returnLabels(panel, config.label), fit);

function assemble(panel: Panel, config: Config, table: FeatureTable, labels: Float64Array, fit: Fit): Dataset {
  return {
    panel,
    features: { ...table, values: applyRobustZScore(fit.normaliser, table) },
    labels,
    crossSections: panel.dates.map((_, date) => crossSection(panel, date, config.window)),
    fit,
  };
}

/** The labels of some stocks on one date. */
export function labelsOn({ panel, labels }: Dataset, date: number, stocks: Int32Array): Float64Array {
  return Float64Array.from(stocks, (stock) => labels[stock * panel.dates.length + date]);
}

/** How many stocks of a date's cross-section have a label. */
export const labelledCount = (dataset: Dataset, date: number): number =>
  labelsOn(dataset, date, dataset.crossSections[date]).reduce(
    (count, label) => count + (Number.isNaN(label) ? 0 : 1),
    0,
  );
