const millisecondsPerDay = 86_400_000;
const earliestYear = 1800;
const latestYear = 2199;

/** Days from 1970-01-01 to a day of the Gregorian calendar; NaN if there is no such day or the year is implausible. */
export function dayNumber(year: number, month: number, day: number): number {
  if (year < earliestYear || year > latestYear) return Number.NaN;
  const time = Date.UTC(year, month - 1, day);
  const written = new Date(time);
  const exists = written.getUTCMonth() === month - 1 && written.getUTCDate() === day;
  return exists ? time / millisecondsPerDay : Number.NaN;
}

/** Writes days since 1970-01-01 as an ISO date, `YYYY-MM-DD`. */
export function isoDate(day: number): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
}

const minutes = ":[0-5]\\d(?::[0-5]\\d(?:[.,]\\d+)?)?";
/** A time of day, which dates may bear: of 24 hours with its zone offset, or of twelve. */
export const clockPattern =
  `(?:[T ]\\s*(?:(?:[01]?\\d|2[0-4])${minutes}(?:\\s*(?:Z|UTC|[+-]\\d{2}:?(?:\\d{2})?))?` +
  `|(?:0?\\d|1[0-2])${minutes}\\s*[AP]M))?`;
const writtenDate = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${clockPattern}$`, "i");
const compactDate = new RegExp(`^(\\d{4})(\\d{2})(\\d{2})(?:\\.0+)?${clockPattern}$`, "i");
const plainNumber = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * Reads a date: `2013-02-08`, `2013/2/8`, `2013.2.8`, `20130208`, each also followed by a time and a zone offset, or a
 * number: seconds (9 or 10 digits), milliseconds (11 to 13), microseconds (14 to 16) or nanoseconds (17 to 19) since
 * 1970-01-01, read in UTC.
 *
 * A time of day and its offset are ignored: the date is the one written, which is the exchange's own.
 * Day-first and month-first dates (`08/02/2013`) cannot be told apart and are not read.
 * @returns days since 1970-01-01, or NaN where the text is no such date.
 */
export function parseDay(text: string): number {
  const trimmed = text.trim();
  const written = writtenDate.exec(trimmed);
  if (written) return dayNumber(Number(written[1]), Number(written[3]), Number(written[4]));
  const compact = compactDate.exec(trimmed);
  if (compact) return dayNumber(Number(compact[1]), Number(compact[2]), Number(compact[3]));
  if (plainNumber.test(trimmed)) return epochDay(Number(trimmed));
  return Number.NaN;
}

function epochDay(value: number): number {
  const compact = Math.trunc(value);
  if (compact >= 1e7 && compact < 1e8) {
    return dayNumber(Math.floor(compact / 10_000), Math.floor(compact / 100) % 100, compact % 100);
  }
  const day = Math.floor(epochMilliseconds(value) / millisecondsPerDay);
  const year = new Date(day * millisecondsPerDay).getUTCFullYear();
  return year >= earliestYear && year <= latestYear ? day : Number.NaN;
}

/** The moment that a number since 1970 means, in milliseconds; NaN where the text is none of `parseDay`'s. */
export function epochMoment(text: string): number {
  const trimmed = text.trim();
  if (!plainNumber.test(trimmed) || compactDate.test(trimmed)) return Number.NaN;
  return epochMilliseconds(Number(trimmed));
}

function epochMilliseconds(value: number): number {
  const size = Math.abs(value);
  if (size < 1e8) return Number.NaN;
  const unitsPerMillisecond = size < 1e10 ? 1e-3 : size < 1e13 ? 1 : size < 1e16 ? 1e3 : 1e6;
  return value / unitsPerMillisecond;
}
