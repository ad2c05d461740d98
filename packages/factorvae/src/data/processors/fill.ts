import { medianInPlace } from "../median.js";
import { changeDays, memberValues, type Sheet } from "./sheet.js";

/** Sets what is missing to 0, in place; a symbol and date without a row becomes the zero vector. */
export function fillZero({ values }: Sheet): void {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = 0;
}

/** Sets what is missing to the median of the date's members, in place; where none has a value it stays missing. */
export function fillMedian(sheet: Sheet): void {
  const room = new Float64Array(sheet.symbols.length);
  changeDays(sheet, (column, { members }) => {
    const median = medianInPlace(memberValues(column, members, room));
    for (let n = 0; n < column.length; n++) if (Number.isNaN(column[n])) column[n] = median;
  });
}

/**
 * Sets what is missing to the symbol's last known value of at most `limit` market dates ago, in place; never to a later
 * one. The limit keeps a value's past short, so that it does not depend on where the data begins.
 */
export function fillForward({ values, names, dates, symbols }: Sheet, limit: number): void {
  const width = names.length;
  const known = new Int32Array(width);
  for (let n = 0; n < symbols.length; n++) {
    known.fill(-1);
    for (let t = 0; t < dates.length; t++)
      for (let c = 0; c < width; c++) {
        const place = (n * dates.length + t) * width + c;
        if (!Number.isNaN(values[place])) known[c] = t;
        else if (known[c] >= 0 && t - known[c] <= limit) values[place] = values[place - (t - known[c]) * width];
      }
  }
}
