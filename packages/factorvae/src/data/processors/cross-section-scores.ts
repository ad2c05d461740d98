import { meanOf, standardDeviation } from "./pooled.js";
import { changeDays, memberValues, type Sheet } from "./sheet.js";

/**
 * Standardises each feature on each date by the mean and standard deviation (ddof 1) of the date's members, cut at
 * +-clip, in place; 0 where the members do not vary, missing where none has a value.
 */
export function scoreCrossSections(sheet: Sheet, clip: number): void {
  const room = new Float64Array(sheet.symbols.length);
  changeDays(sheet, (column, { members }) => {
    const values = memberValues(column, members, room);
    if (values.length === 0) return void column.fill(Number.NaN);
    const [mean, deviation] = [meanOf(values), standardDeviation(values)];
    const inverse = deviation > 0 ? 1 / deviation : 0;
    for (let n = 0; n < column.length; n++) column[n] = Math.max(-clip, Math.min(clip, (column[n] - mean) * inverse));
  });
}

/**
 * Replaces each feature on each date by its rank among the date's N members, ties averaged, in place: `(rank - (N + 1)/2) /
 * sqrt((N^2 - 1)/12)`, which has mean 0 and, without ties, variance 1; 0 for a single member. A stock outside the universe
 * gets the rank between the members that it would stand at. Missing where no member has a value.
 */
export function rankCrossSections(sheet: Sheet): void {
  const room = new Float64Array(sheet.symbols.length);
  changeDays(sheet, (column, { members }) => {
    const sorted = memberValues(column, members, room).sort();
    const count = sorted.length;
    if (count === 0) return void column.fill(Number.NaN);
    const inverse = count > 1 ? 1 / Math.sqrt((count * count - 1) / 12) : 0;
    for (let n = 0; n < column.length; n++) {
      const value = column[n];
      if (Number.isNaN(value)) continue;
      // Twice the middle of the places from 0 to N that the value could stand at.
      const twicePlace = placeOf(sorted, value, false) + placeOf(sorted, value, true);
      column[n] = ((twicePlace - count) / 2) * inverse;
    }
  });
}

/** How many sorted values lie below a value, or not above it. */
function placeOf(sorted: Float64Array, value: number, countsEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (countsEqual && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
