/** How many trading days a year has, and how that was found out. */
export interface YearLength {
  readonly periodsPerYear: number;
  /** A sentence for the reader of the figures. */
  readonly reason: string;
}

const millisecondsPerDay = 86_400_000;
/** Shorter calendars say too little about holidays to tell 242 from 252. */
const shortestTellingYears = 0.9;

/**
 * Trading days a year by the calendar: 365 if there are weekends in it, else 242 (Chinese exchanges) if it has fewer
 * than 247 dates a year, else 252.
 *
 * `dates` are ISO dates, ascending. A calendar shorter than 0.9 years without weekends counts as 252.
 */
export function inferYearLength(dates: readonly string[]): YearLength {
  const days = dates.map((date) => Date.parse(`${date}T00:00:00Z`) / millisecondsPerDay);
  const weekendDates = dates.filter((date) => isWeekend(date)).length;
  if (dates.length >= 7 && weekendDates / dates.length > 1 / 7) {
    return { periodsPerYear: 365, reason: "365 periods a year: the calendar holds weekends" };
  }
  const years = days.length < 2 ? 0 : (days[days.length - 1] - days[0]) / 365.25;
  if (years < shortestTellingYears) {
    return { periodsPerYear: 252, reason: `252 periods a year: ${dates.length} dates are too few to tell` };
  }
  const perYear = (days.length - 1) / years;
  const periodsPerYear = perYear < 247 ? 242 : 252;
  return {
    periodsPerYear,
    reason: `${periodsPerYear} periods a year: the calendar has ${perYear.toFixed(1)} dates a year`,
  };
}

function isWeekend(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
