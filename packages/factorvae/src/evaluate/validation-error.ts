import { outlierDeviations } from "../data/target.js";
import type { Predictions } from "../predictions/predictions.js";
import { predictionDays, takeRows } from "../predictions/predictions-days.js";
import { rootMeanSquaredError } from "./calibration.js";

/** What may be learned from validation about the size of errors. */
export interface ValidationRows {
  /** The rows of validation whose labels end within it, labels too far from their score cut. */
  readonly rows: Predictions;
  /** How many labels were cut. */
  readonly cut: number;
}

/** Errors are cut again by what is left, until that changes little, but not for ever. */
const mostRounds = 20;
const settled = 0.999;

/**
 * The rows of validation, less those of its last `span` dates, whose labels reach into the test (`labelSpan`). Labels are
 * cut at 10 root mean squared errors from their score, the error being that of the cut labels: otherwise one wrong price
 * (a close 100 times too high gives a label of 99) would make the size of every risk. Throws what `predictionDays` throws.
 */
export function validationRows(predictions: Predictions, span: number): ValidationRows {
  const valid = takeRows(
    predictions,
    predictions.split.flatMap((split, row) => (split === "valid" ? [row] : [])),
  );
  const { dates, offsets } = predictionDays(valid);
  const end = offsets[Math.max(0, dates.length - span)];
  const raw = takeRows(
    valid,
    Uint32Array.from({ length: end }, (_, row) => row),
  );
  let error = rootMeanSquaredError(raw) ?? 0;
  for (let round = 0; round < mostRounds; round++) {
    const { rows, cut } = cutLabels(raw, outlierDeviations * error);
    const next = rootMeanSquaredError(rows) ?? 0;
    if (cut === 0 || next > settled * error) return { rows, cut };
    error = next;
  }
  return cutLabels(raw, outlierDeviations * error);
}

function cutLabels(predictions: Predictions, bound: number): ValidationRows {
  let cut = 0;
  const label = predictions.label.map((value, row) => {
    const score = predictions.score[row];
    if (Number.isNaN(value) || Math.abs(value - score) <= bound) return value;
    cut++;
    return score + Math.sign(value - score) * bound;
  });
  return { rows: { ...predictions, label }, cut };
}

/**
 * Root mean squared error on validation, in units of return: the constant risk that predicted risks have to beat; of the
 * labels as `validationRows` cuts them. Undefined where no validation row has a label.
 */
export const validationError = (predictions: Predictions, span: number): number | undefined =>
  rootMeanSquaredError(validationRows(predictions, span).rows);
