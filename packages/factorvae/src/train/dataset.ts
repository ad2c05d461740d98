import type { Config } from "../config.js";
import { type ClippedShares, clippedShares } from "../data/clipped-shares.js";
import { crossSection } from "../data/cross-section.js";
import { choiceAmong, computableFeatures, lookBackOf } from "../data/feature-choice.js";
import { computeFeatures, type FeatureTable } from "../data/feature-table.js";
import { labelSpan, returnLabels } from "../data/label.js";
import type { Panel } from "../data/panel.js";
import { applyNormaliser, fitNormaliser, type Normaliser } from "../data/processors/normaliser.js";
import { processorsLookBack } from "../data/processors/processor-settings.js";
import type { Sheet } from "../data/processors/sheet.js";
import { inOnePart } from "../data/processors/sheet-parts.js";
import { type DateSplit, splitDates } from "../data/split.js";
import { pooledLabelDeviation } from "../data/target.js";
import { universeMembers } from "../data/universe.js";
import type { FeatureRows } from "../data/windows.js";

/** What the training dates taught about the data, and predictions need again. Plain data, stored with a run. */
export interface Fit {
  readonly normaliser: Normaliser;
  /** Standard deviation of the label over the training dates, in units of return: the unit of a label in the loss. */
  readonly labelScale: number;
  /** Of the features' values on the training dates; absent where no processor's cut shows. */
  readonly clipped?: ClippedShares;
}

/** A panel as a model takes it: normalised features, labels, and who is there on each date. */
export interface Dataset<Features extends FeatureRows = FeatureRows> {
  readonly panel: Panel;
  /** Normalised, no value missing: a table in memory, or a store on disk. */
  readonly features: Features;
  /** Raw returns after each date, symbol-major `[symbols, dates]`; NaN where there is none. */
  readonly labels: Float64Array;
  /** Symbols in the cross-section of each date. */
  readonly crossSections: readonly Int32Array[];
  /** Per cell of the panel, 1 where the symbol may be in the date's cross-section; absent where everybody is in. */
  readonly universe?: Uint8Array | undefined;
  readonly fit: Fit;
}

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
 * @throws RangeError if a feature is unknown or lacks its field, the training dates hold no two labels that differ, or the features
 *   are too many for memory; DataError if the prices lack what a processor or the universe needs.
 */
export function fitDataset(panel: Panel, config: Config, split: DateSplit): Dataset<FeatureTable> {
  const frame = frameOf(panel, config);
  const sheet = sheetInMemory(frame, panel, config);
  const isTraining = trainingMarks(split);
  const { processors, clip } = config.features;
  const parts = inOnePart(sheet);
  const normaliser = fitNormaliser(parts, isTraining, processors, clip);
  const clipped = clippedShares(normaliser, parts, isTraining);
  const fit = { normaliser, ...(clipped && { clipped }), labelScale: labelScaleOf(frame, split) };
  return assembled(panel, config, frame, tableOf(sheet), fit);
}

/** Makes a dataset by an earlier fit: for predictions, which must not learn from the data they score. Throws as `fitDataset`. */
export function appliedDataset(panel: Panel, config: Config, fit: Fit): Dataset<FeatureTable> {
  const frame = frameOf(panel, config);
  const sheet = sheetInMemory(frame, panel, config);
  applyNormaliser(fit.normaliser, sheet);
  return assembled(panel, config, frame, tableOf(sheet), fit);
}

/** What a dataset has beside its features. */
export interface Frame {
  readonly universe?: Uint8Array | undefined;
  /** 1 where a symbol has a row and is in the universe. */
  readonly members: Uint8Array;
  readonly labels: Float64Array;
}

/** Universe and labels of a panel as configured. Throws DataError if the prices lack what the universe needs. */
export function frameOf(panel: Panel, config: Config): Frame {
  const universe = universeMembers(panel, config.universe);
  const members = universe === undefined ? panel.present : panel.present.map((one, cell) => one & universe[cell]);
  return { universe, members, labels: returnLabels(panel, config.label) };
}

/** Per date, whether it is one of training. */
export const trainingMarks = ({ splitOf }: DateSplit): boolean[] => splitOf.map((name) => name === "train");

/** The standard deviation of the labels that end in training. Throws RangeError where no two of them differ. */
export function labelScaleOf({ universe, labels }: Frame, split: DateSplit): number {
  return pooledLabelDeviation(
    universe === undefined ? labels : labels.map((label, cell) => (universe[cell] === 1 ? label : Number.NaN)),
    trainingMarks(split).map((training, date) => training && split.usable[date] === 1),
  );
}

/** A dataset of these features. */
export function assembled<Features extends FeatureRows>(
  panel: Panel,
  config: Config,
  { universe, labels }: Frame,
  features: Features,
  fit: Fit,
): Dataset<Features> {
  const crossSections = panel.dates.map((_, date) => crossSection(panel, date, { ...config.window, universe }));
  return { panel, features, labels, crossSections, universe, fit };
}

/** Values of features, 2 GiB of them, beyond which memory is not the place for a table. */
const mostValues = 2 ** 29;

function sheetInMemory({ members }: Frame, panel: Panel, { features, data }: Config): Sheet {
  const { dates, symbols, fields, groups } = panel;
  const { length: count } = computableFeatures(panel, features, data.missingVolume);
  const size = symbols.length * dates.length * count;
  if (size > mostValues)
    throw new RangeError(
      `features: ${symbols.length} stocks x ${dates.length} dates x ${count} features take ${(size / 2 ** 28).toFixed(1)} GiB; ` +
        "train keeps them on disk: --store FILE on the command line, the option store in the library",
    );
  const table = computeFeatures(panel, features, { missingVolume: data.missingVolume });
  return { ...table, members, fields, ...(groups && { groups }) };
}

const tableOf = ({ names, dates, symbols, values }: Sheet): FeatureTable => ({ names, dates, symbols, values });

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
