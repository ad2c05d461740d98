import type { Predictions } from "../predictions.js";
import { predictionDays, takeRows } from "../predictions-days.js";
import { rootMeanSquaredError } from "./calibration.js";

/**
 * Root mean squared error on validation, in units of return: the constant risk that predicted risks have to beat. The
 * last `span` dates of validation stay out, as in training: their labels reach into the test (`labelSpan`).
 *
 * Undefined where no other validation row has a label. Throws what `predictionDays` throws.
 */
export function validationError(predictions: Predictions, span: number): number | undefined {
  const valid = takeRows(
    predictions,
    predictions.split.flatMap((split, row) => (split === "valid" ? [row] : [])),
  );
  const { dates, offsets } = predictionDays(valid);
  const end = offsets[Math.max(0, dates.length - span)];
  return rootMeanSquaredError(
    takeRows(
      valid,
      Uint32Array.from({ length: end }, (_, row) => row),
    ),
  );
}
