import type { Config } from "../config.js";
import { type ClippedShares, clippedShares } from "../data/clipped-shares.js";
import { crossSection } from "../data/cross-section.js";
import { choiceAmong, lookBackOf } from "../data/feature-choice.js";
import { computeFeatures, type FeatureTable } from "../data/feature-table.js";
import { labelSpan, returnLabels } from "../data/label.js";
import type { Panel } from "../data/panel.js";
import { applyNormaliser, fitNormaliser, type Normaliser } from "../data/processors/normaliser.js";
import { processorsLookBack } from "../data/processors/processor-settings.js";
import type { Sheet } from "../data/processors/sheet.js";
import { type DateSplit, splitDates } from "../data/split.js";
import { pooledLabelDeviation } from "../data/target.js";
import { universeMembers } from "../data/universe.js";

/** What the training dates taught about the data, and predictions need again. Plain data, stored with a run. */
export interface Fit {
  readonly normaliser: Normaliser;
  /** Standard deviation of the label over the training dates, in units of return: the unit of a label in the loss. */
  readonly labelScale: number;
  /** Of the features' values on the training dates; absent where no processor's cut shows. */
  readonly clipped?: ClippedShares;
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
  /** Per cell of the panel, 1 where the symbol may be in the date's cross-section; absent where everybody is in. */
  readonly universe?: Uint8Array | undefined;
  readonly fit: Fit;
}

const rawFeatures = (panel: Panel, { features, data }: Config): FeatureTable =>
  computeFeatures(panel, features, { missingVolume: data.missingVolume });

/**
 * How many market dates of prices the score of a date needs, its own the last: the window, what its features and processors look
 * back on, and what tells the universe of each of its dates.
 *
 * @param names the features that the model was trained on
 */
export function historyOf({ window, features, universe }: Config, names: readonly string[]): number {
  const ofFeatures = lookBackOf(choiceAmong(features, names));
  const ofUniverse = universe.top === "all" ? 0 : universe.days - 1;
  return window.steps + processorsLookBack(features.processors) + Math.max(ofFeatures, ofUniverse);
}

/**
 * The splits of a panel's dates as configured; a date is usable where its label ends in its own split.
 *
 * @throws RangeError as `splitDates`, and for a walk forward, which is many splits
 */
export function configuredSplit(panel: Panel, { split, label }: Config): DateSplit {
  if ("trainDays" in split)
    throw new RangeError(
      "split: split.trainDays makes a training for each step of a walk forward; run walkForward(panel, settings), or give shares or dates",
    );
  const how =
    "train" in split
      ? split
      : {
          validFrom: split.validFrom,
          testFrom: split.testFrom,
          ...(split.trainFrom && { trainFrom: split.trainFrom }),
          ...(split.testTo && { testTo: split.testTo }),
        };
  return splitDates(panel.dates, how, labelSpan(label), split.embargo);
}

/**
 * Makes a dataset for training: fits the processors and the label's scale on the training dates, and applies them.
 *
 * @throws RangeError if a feature is unknown or lacks its field, or the training dates hold no two labels that differ; DataError
 *   if the prices lack what a processor or the universe needs.
 */
export function fitDataset(panel: Panel, config: Config, split: DateSplit): Dataset {
  const universe = universeMembers(panel, config.universe);
  const sheet = sheetOf(panel, config, universe);
  const labels = returnLabels(panel, config.label);
  const isTraining = split.splitOf.map((name) => name === "train");
  const normaliser = fitNormaliser(sheet, isTraining, config.features.processors, config.features.clip);
  const clipped = clippedShares(normaliser, sheet, isTraining);
  const fit = {
    normaliser,
    ...(clipped && { clipped }),
    labelScale: pooledLabelDeviation(
      universe === undefined ? labels : labels.map((label, cell) => (universe[cell] === 1 ? label : Number.NaN)),
      isTraining.map((training, date) => training && split.usable[date] === 1),
    ),
  };
  return assemble(panel, config, sheet, labels, fit, universe);
}

/** Makes a dataset by an earlier fit: for predictions, which must not learn from the data they score. */
export function appliedDataset(panel: Panel, config: Config, fit: Fit): Dataset {
  const universe = universeMembers(panel, config.universe);
  const sheet = sheetOf(panel, config, universe);
  applyNormaliser(fit.normaliser, sheet);
  return assemble(panel, config, sheet, returnLabels(panel, config.label), fit, universe);
}

function sheetOf(panel: Panel, config: Config, universe: Uint8Array | undefined): Sheet {
  const { present, fields, groups } = panel;
  const members = universe === undefined ? present : present.map((one, cell) => one & universe[cell]);
  return { ...rawFeatures(panel, config), members, fields, ...(groups && { groups }) };
}

function assemble(
  panel: Panel,
  config: Config,
  { names, dates, symbols, values }: FeatureTable,
  labels: Float64Array,
  fit: Fit,
  universe: Uint8Array | undefined,
): Dataset {
  return {
    panel,
    features: { names, dates, symbols, values },
    labels,
    crossSections: panel.dates.map((_, date) => crossSection(panel, date, { ...config.window, universe })),
    universe,
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
