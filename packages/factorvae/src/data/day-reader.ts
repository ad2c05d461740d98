import { dateFormatReader } from "./date-format.js";
import { parseDay } from "./dates.js";
import { textOf, type Value } from "./sources/table.js";

const millisecondsPerDay = 86_400_000;

/**
 * Makes the reader of a column of dates. Text and numbers are read by `parseDay`, or by `format` alone where one is given
 * (`DD/MM/YYYY`); a date of a typed column is what it is, in UTC.
 * @returns a function from a value to days since 1970-01-01, NaN where it is no date; each text is read once
 * @throws DataError if the format is none.
 */
export function dayReader(format?: string): (value: Value) => number {
  const read = format === undefined ? parseDay : dateFormatReader(format);
  const known = new Map<Value, number>();
  return (value) => {
    if (value instanceof Date) return Math.floor(value.getTime() / millisecondsPerDay);
    let day = known.get(value);
    if (day === undefined) {
      day = read(textOf(value));
      known.set(value, day);
    }
    return day;
  };
}
