import { coverage } from "../data/calendar.js";
import type { Panel } from "../data/panel.js";
import type { Finder, Finding } from "./finder.js";

const millisecondsPerDay = 86_400_000;
/** A date is thin below this share of the symbols seen on the 20 dates before. */
const thinShare = 0.8;
/** Consecutive days of the week's pattern without a row: more than holidays make. */
const longestHoliday = 3;

/** When there is a market. */
export interface CalendarPattern {
  /** Dates on each day of the week, Monday first. */
  readonly weekdays: readonly number[];
  /** Mean over the whole file. */
  readonly datesPerYear: number;
  /** Days of the week on which there mostly is a market, yet no row: holidays, or missing days. */
  readonly daysWithout: number;
}

/** Days since 1970-01-01 of an ISO date. */
const dayOf = (date: string): number => Date.parse(date) / millisecondsPerDay;
/** 0 is Monday. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The week's pattern of a calendar. */
export function calendarPattern(dates: readonly string[]): CalendarPattern {
  const weekdays = [0, 0, 0, 0, 0, 0, 0];
  for (const date of dates) weekdays[weekdayOf(dayOf(date))]++;
  const years = (dayOf(dates[dates.length - 1]) - dayOf(dates[0]) + 1) / 365.25;
  return {
    weekdays,
    datesPerYear: dates.length / years,
    daysWithout: closures(dates).reduce((sum, { days }) => sum + days, 0),
  };
}

/** Stretches of usual market days without a row. */
function closures(dates: readonly string[]): { after: string; days: number }[] {
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const date of dates) counts[weekdayOf(dayOf(date))]++;
  const usual = counts.map((count) => count > Math.max(...counts) / 2);
  return dates.slice(1).flatMap((date, at) => {
    let days = 0;
    for (let day = dayOf(dates[at]) + 1; day < dayOf(date); day++) if (usual[weekdayOf(day)]) days++;
    return days > 0 ? [{ after: dates[at], days }] : [];
  });
}

/** Dates with far fewer symbols than shortly before. */
export const thinDays: Finder = {
  name: "thin-day",
  about: `dates on which fewer than ${100 * thinShare} % of the symbols seen on the 20 dates before have a price`,
  find: ({ fields, symbols, dates }: Panel): Finding[] => {
    const isPriced = Uint8Array.from(fields.close, (price) => (Number.isNaN(price) ? 0 : 1));
    const { priced, seenBefore } = coverage(isPriced, symbols.length, dates.length);
    return dates.flatMap((date, t) =>
      priced[t] < thinShare * seenBefore[t]
        ? [{ date, detail: `${priced[t]} of ${seenBefore[t]} symbols`, weight: 1 - priced[t] / seenBefore[t] }]
        : [],
    );
  },
};

/** Stretches without any row that are longer than holidays. */
export const missingDays: Finder = {
  name: "missing-days",
  about: `${longestHoliday} or more usual market days in a row on which no symbol has a row`,
  find: ({ dates }) =>
    closures(dates)
      .filter(({ days }) => days >= longestHoliday)
      .map(({ after, days }) => ({
        date: after,
        detail: `no row on the next ${days} usual market days`,
        weight: days,
      })),
};
