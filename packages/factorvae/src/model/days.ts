import { gather, indices, type Mat, type Vec } from "@factorvae/autograd";
import type { Stocks } from "../dims.js";

/** Which rows have a label: one entry a row, true or 1 where there is one. */
export type Labelled = readonly boolean[] | Uint8Array;

/**
 * Rows per day, in order: what is given, or one day of all rows.
 *
 * @throws RangeError if they do not add up to the rows, or a day has none.
 */
export function daysOf(rows: number, days: readonly number[] | undefined): readonly number[] {
  if (!days) return [rows];
  const total = days.reduce((sum, count) => sum + count, 0);
  if (total !== rows || days.some((count) => !Number.isInteger(count) || count < 1))
    throw new RangeError(
      `days: rows per day [${days}] must be whole numbers of at least 1 that add up to the ${rows} rows`,
    );
  return days;
}

/** The labelled rows of a batch: how many each day has, and how to pick them from what has a row per stock. */
export interface LabelledRows {
  readonly days: readonly number[];
  readonly vector: (x: Vec<Stocks>) => Vec<Stocks>;
  readonly matrix: <N extends number>(x: Mat<Stocks, N>) => Mat<Stocks, N>;
}

/**
 * Finds the labelled rows; without a mask all are.
 *
 * @throws RangeError if the mask has another length, a day has no labelled row, or a labelled return is not finite.
 */
export function labelledRows(returns: Vec<Stocks>, days: readonly number[], mask: Labelled | undefined): LabelledRows {
  const values = returns.data;
  if (mask && mask.length !== values.length)
    throw new RangeError(`labelled: ${mask.length} entries for ${values.length} rows`);
  const chosen: number[] = [];
  let row = 0;
  const counts = days.map((rows) => {
    const before = chosen.length;
    for (const end = row + rows; row < end; row++) {
      if (mask && !mask[row]) continue;
      if (!Number.isFinite(values[row]))
        throw new RangeError(`returns: row ${row} is ${values[row]}; leave it out by the labelled mask`);
      chosen.push(row);
    }
    return chosen.length - before;
  });
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new RangeError(`labelled: day ${empty} of the batch has no labelled row`);
  if (chosen.length === values.length) return { days: counts, vector: (x) => x, matrix: (x) => x };
  const rows = indices(chosen);
  return {
    days: counts,
    vector: (x) => gather(x, rows, 0) as Vec<Stocks>,
    matrix: (x) => gather(x, rows, 0) as typeof x,
  };
}
