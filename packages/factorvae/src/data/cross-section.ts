import type { Panel } from "./panel.js";

/** Who is in a day's cross-section. */
export interface CrossSectionOptions {
  /** Market dates in a window, the day itself included; the paper's 20. */
  readonly steps: number;
  /** Dates of the window on which a stock may have no row; default 0, the paper's rule. */
  readonly allowMissing?: number;
  /** Per cell of the panel, 1 where the symbol may be in the date's cross-section; default everywhere. */
  readonly universe?: Uint8Array | undefined;
}

/** Stock-days of some dates, by whether and why they are out of the cross-section. */
export interface CrossSectionCounts {
  readonly used: number;
  /** Not in the universe of the date. */
  readonly outOfUniverse: number;
  /** No row on the day itself. */
  readonly noRow: number;
  /** A row on the day, but the stock's first row (or the file's) came too late to fill the window. */
  readonly shortHistory: number;
  /** A row on the day and a first row early enough, but too many dates of the window without one. */
  readonly gaps: number;
}

type Presence = Pick<Panel, "dates" | "symbols" | "present">;

/**
 * The stocks of one day: those of its universe with a row on the day and on at least `steps - allowMissing` of the last `steps` market
 * dates. Dates before the calendar count as without a row.
 * @returns indices of symbols, ascending, which is code-unit order
 * @throws RangeError for a date outside the calendar or impossible options
 */
export function crossSection(panel: Presence, date: number, options: CrossSectionOptions): Int32Array {
  const rowsNeeded = requiredRows(panel, date, options);
  const dates = panel.dates.length;
  const stocks = new Int32Array(panel.symbols.length);
  let count = 0;
  for (let n = 0; n < panel.symbols.length; n++) {
    const today = n * dates + date;
    if (panel.present[today] === 0 || options.universe?.[today] === 0) continue;
    if (rowsInWindow(panel.present, today, Math.min(options.steps, date + 1)) >= rowsNeeded) stocks[count++] = n;
  }
  return stocks.slice(0, count);
}

/**
 * Counts the stock-days in and out of the cross-sections of the given dates, by reason.
 * @throws RangeError as `crossSection`
 */
export function crossSectionCounts(
  panel: Presence,
  dates: readonly number[],
  options: CrossSectionOptions,
): CrossSectionCounts {
  const counts = { used: 0, outOfUniverse: 0, noRow: 0, shortHistory: 0, gaps: 0 };
  const calendar = panel.dates.length;
  for (let n = 0; n < panel.symbols.length; n++) {
    const first = panel.present.subarray(n * calendar, (n + 1) * calendar).indexOf(1);
    for (const date of dates) {
      const rowsNeeded = requiredRows(panel, date, options);
      const today = n * calendar + date;
      if (options.universe?.[today] === 0) counts.outOfUniverse++;
      else if (panel.present[today] === 0) counts.noRow++;
      else if (rowsInWindow(panel.present, today, Math.min(options.steps, date + 1)) >= rowsNeeded) counts.used++;
      else if (date - first + 1 < rowsNeeded) counts.shortHistory++;
      else counts.gaps++;
    }
  }
  return counts;
}

function rowsInWindow(present: Uint8Array, today: number, length: number): number {
  let rows = 0;
  for (let cell = today - length + 1; cell <= today; cell++) rows += present[cell];
  return rows;
}

function requiredRows({ dates }: Presence, date: number, { steps, allowMissing = 0 }: CrossSectionOptions): number {
  if (!Number.isInteger(date) || date < 0 || date >= dates.length) {
    throw new RangeError(`crossSection: date ${date} is not on the calendar, which has ${dates.length} dates`);
  }
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`crossSection: steps must be a positive whole number, got ${steps}`);
  }
  if (!Number.isInteger(allowMissing) || allowMissing < 0 || allowMissing >= steps) {
    throw new RangeError(`crossSection: allowMissing must be from 0 to ${steps - 1} (steps - 1), got ${allowMissing}`);
  }
  return steps - allowMissing;
}
