import type { FeatureTable } from "../feature-table.js";
import type { Panel } from "../panel.js";

/** A table of features that processors change in place, and what they need to know beside it. */
export interface Sheet extends FeatureTable {
  /** Per cell of the panel, 1 where the symbol has a row and is in the date's universe: who makes statistics. */
  readonly members: Uint8Array;
  readonly fields: Panel["fields"];
  readonly groups?: Panel["groups"];
}

/** The stocks of one date. */
export interface SheetDay {
  readonly date: number;
  /** 1 for a member of the date's universe with a row. */
  readonly members: Uint8Array;
}

/**
 * Changes each feature on each date: `change` gets its values of all symbols and may write over them. What no finite
 * float32 holds becomes missing.
 */
export function changeDays(sheet: Sheet, change: (column: Float64Array, day: SheetDay) => void): void {
  const { values, names, symbols, dates } = sheet;
  const [width, calendar] = [names.length, dates.length];
  const column = new Float64Array(symbols.length);
  const members = new Uint8Array(symbols.length);
  for (let date = 0; date < calendar; date++) {
    for (let n = 0; n < symbols.length; n++) members[n] = sheet.members[n * calendar + date];
    for (let c = 0; c < width; c++) {
      for (let n = 0; n < symbols.length; n++) column[n] = values[(n * calendar + date) * width + c];
      change(column, { date, members });
      for (let n = 0; n < symbols.length; n++) {
        const stored = Math.fround(column[n]);
        values[(n * calendar + date) * width + c] = Number.isFinite(stored) ? stored : Number.NaN;
      }
    }
  }
}

/** The values that members have of a day's feature, as the front of `room`. */
export function memberValues(column: Float64Array, members: Uint8Array, room: Float64Array): Float64Array {
  let count = 0;
  for (let n = 0; n < column.length; n++) if (members[n] === 1 && !Number.isNaN(column[n])) room[count++] = column[n];
  return room.subarray(0, count);
}
