import { dateFormatReader } from "./date-format.js";
import { epochMoment, parseDay } from "./dates.js";
import { Instant, textOf, type Value } from "./sources/table.js";
import { writtenMoment, zoneDayReader } from "./time-zone.js";

const millisecondsPerDay = 86_400_000;
const utcDay = (milliseconds: number): number => Math.floor(milliseconds / millisecondsPerDay);

/**
 * Makes the reader of a column of dates. Text and numbers are read by `parseDay`, or by `format` alone where one is given
 * (`DD/MM/YYYY`); a date of a typed column is what it is.
 * @param timeZone the zone whose dates are meant by what is a moment: a moment of a typed column, a number of seconds since
 *   1970, and a text with an offset. By default moments are read in UTC, and of a text the date that is written.
 * @returns a function from a value to days since 1970-01-01, NaN where it is no date; each text is read once
 * @throws DataError if the format is none, or there is no such zone.
 */
export function dayReader(format?: string, timeZone?: string): (value: Value) => number {
  const written = format === undefined ? parseDay : dateFormatReader(format);
  const zoneDay = timeZone === undefined ? undefined : zoneDayReader(timeZone);
  const read = (text: string): number => {
    const day = written(text);
    if (zoneDay === undefined || Number.isNaN(day)) return day;
    const moment = format === undefined ? epochMoment(text) : Number.NaN;
    const meant = Number.isNaN(moment) ? writtenMoment(text, day) : moment;
    return Number.isNaN(meant) ? day : zoneDay(meant);
  };
  const known = new Map<Value, number>();
  const momentDays = new Map<number, number>();
  return (value) => {
    if (value instanceof Date) return utcDay(value.getTime());
    if (!(value instanceof Instant)) return once(known, value, () => read(textOf(value)));
    const { milliseconds } = value;
    return zoneDay === undefined ? utcDay(milliseconds) : once(momentDays, milliseconds, () => zoneDay(milliseconds));
  };
}

function once<Key>(known: Map<Key, number>, key: Key, work: () => number): number {
  let day = known.get(key);
  if (day === undefined) {
    day = work();
    known.set(key, day);
  }
  return day;
}
