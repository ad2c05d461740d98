import { DataError } from "./data-error.js";
import { dayNumber } from "./dates.js";

/** A time of day with its offset from UTC, at the end of a written date. */
const clockWithOffset = /[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:(Z|UTC)|([+-])(\d{2}):?(\d{2})?)$/i;
const millisecondsPerMinute = 60_000;
const millisecondsPerDay = 86_400_000;

/**
 * Makes the reader of moments as dates of one zone.
 * @param timeZone an IANA name, such as `America/New_York`
 * @returns a function from milliseconds since 1970 to days since 1970-01-01, NaN where there is no such date
 * @throws DataError if there is no such zone.
 */
export function zoneDayReader(timeZone: string): (milliseconds: number) => number {
  const calendar = calendarOf(timeZone);
  return (milliseconds) => {
    if (Number.isNaN(new Date(milliseconds).getTime())) return Number.NaN;
    const parts = new Map(calendar.formatToParts(milliseconds).map(({ type, value }) => [type, Number(value)]));
    const of = (type: "year" | "month" | "day") => parts.get(type) ?? Number.NaN;
    return dayNumber(of("year"), of("month"), of("day"));
  };
}

function calendarOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
      timeZone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
    });
  } catch {
    throw new DataError("there is no such time zone; take an IANA name, such as America/New_York", {
      file: "data.timeZone",
      value: timeZone,
    });
  }
}

/**
 * The moment that a written date with a time and an offset means, in milliseconds since 1970.
 * @param day its date as it is written, in days since 1970-01-01
 * @returns NaN where the text bears no offset
 */
export function writtenMoment(text: string, day: number): number {
  const found = clockWithOffset.exec(text.trim());
  if (found === null) return Number.NaN;
  const [, hours, minutes, seconds = "0", , sign, offsetHours = "0", offsetMinutes = "0"] = found;
  const offset = (sign === "-" ? -1 : 1) * (60 * Number(offsetHours) + Number(offsetMinutes));
  const clock = 60 * Number(hours) + Number(minutes) - offset;
  return day * millisecondsPerDay + clock * millisecondsPerMinute + 1000 * Number(seconds);
}
