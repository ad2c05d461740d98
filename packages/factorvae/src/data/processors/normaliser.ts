import type { z } from "zod";
import { rankCrossSections, scoreCrossSections } from "./cross-section-scores.js";
import { fillForward, fillMedian, fillZero } from "./fill.js";
import type { FittedProcessor, normaliserRecord } from "./fitted-processor.js";
import { neutraliseColumns, neutraliseGroups } from "./neutralise.js";
import { applyScaling, fitScaling } from "./pooled-z-score.js";
import type { ProcessorSettings } from "./processor-settings.js";
import type { Sheet } from "./sheet.js";
import type { SheetParts } from "./sheet-parts.js";
import { applyBounds, fitBounds } from "./winsorise.js";

/**
 * Processors in order, with what the training dates taught them, for features of these names; `notes` has a sentence for
 * each feature that could not be treated as the others. Plain data, stored with a run.
 */
export type Normaliser = z.output<typeof normaliserRecord>;

/**
 * Fits processors one after the other, each to what those before it made of the features, and processes the sheet in place.
 *
 * @param isTraining per date of the sheet, true or 1 on the dates that may be seen
 * @param clip where z-scores are cut whose settings do not say it, in deviations
 * @throws RangeError if `isTraining` does not fit the calendar or names no date; DataError if the prices lack what a processor needs
 */
export function fitNormaliser(
  sheet: SheetParts,
  isTraining: ArrayLike<number | boolean>,
  processors: readonly ProcessorSettings[],
  clip: number,
): Normaliser {
  const notes = new Set<string>();
  const fitted = processors.map((settings) => {
    const fit = fitProcessor(settings, sheet, isTraining, clip);
    for (const note of fit.notes) notes.add(note);
    sheet.change(directionOf(fit.fitted), (part) => applyProcessor(fit.fitted, part));
    return fit.fitted;
  });
  return { names: [...sheet.names], processors: fitted, notes: [...notes] };
}

/**
 * Processes a sheet in place as fitted before; the same values give the same bits.
 *
 * @throws RangeError if the sheet's features are not those of the fit, in its order; DataError if the prices lack what a processor needs
 */
export function applyNormaliser({ names, processors }: Normaliser, sheet: Sheet): void {
  if (names.join() !== sheet.names.join())
    throw new RangeError(`processors: fitted to ${names.join(", ")}; got ${sheet.names.join(", ")}`);
  for (const processor of processors) applyProcessor(processor, sheet);
}

/** Whether a processor goes stock by stock, or needs to see all stocks of a day. */
function directionOf({ kind }: FittedProcessor): "stocks" | "days" {
  switch (kind) {
    case "cross-section-z-score":
    case "cross-section-rank":
    case "fill-median":
    case "neutralise-group":
    case "neutralise-regression":
      return "days";
    default:
      return "stocks";
  }
}

function fitProcessor(
  settings: ProcessorSettings,
  sheet: SheetParts,
  isTraining: ArrayLike<number | boolean>,
  defaultClip: number,
): { readonly fitted: FittedProcessor; readonly notes: readonly string[] } {
  switch (settings.kind) {
    case "robust-z-score":
    case "z-score":
      return fitScaling(settings.kind, sheet, isTraining, settings.clip ?? defaultClip);
    case "winsorise-quantiles":
    case "winsorise-deviations":
      return fitBounds(settings, sheet, isTraining);
    case "cross-section-z-score":
      return { fitted: { kind: settings.kind, clip: settings.clip ?? defaultClip }, notes: [] };
    default:
      return { fitted: settings, notes: [] };
  }
}

function applyProcessor(processor: FittedProcessor, sheet: Sheet): void {
  switch (processor.kind) {
    case "robust-z-score":
    case "z-score":
      applyScaling(processor, sheet);
      break;
    case "winsorise-quantiles":
    case "winsorise-deviations":
      applyBounds(processor, sheet);
      break;
    case "cross-section-z-score":
      scoreCrossSections(sheet, processor.clip);
      break;
    case "cross-section-rank":
      rankCrossSections(sheet);
      break;
    case "fill-zero":
      fillZero(sheet);
      break;
    case "fill-median":
      fillMedian(sheet);
      break;
    case "fill-forward":
      fillForward(sheet, processor.limit);
      break;
    case "neutralise-group":
      neutraliseGroups(sheet);
      break;
    case "neutralise-regression":
      neutraliseColumns(sheet, processor.columns);
      break;
  }
}
