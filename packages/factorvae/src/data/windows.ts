import type { FeatureTable } from "./feature-table.js";

/** The stocks of one day, as rows of a batch. */
export interface DayRows {
  /** Index into the calendar. */
  readonly date: number;
  /** Indices of symbols. */
  readonly stocks: Int32Array;
}

/**
 * Copies the windows that end on the given days: `[R, T, C]`, R the days' stocks stacked in order, T = `steps` dates, oldest
 * first, C features. Steps before the calendar are zero vectors, like missing rows after normalisation.
 *
 * One copy a stock: a stock's window is one stretch of a symbol-major table.
 * @param table normalised features, symbol-major `[symbol, date, feature]`, no NaN
 * @throws RangeError for a date or a stock outside the table
 */
export function windowsOf(
  table: Pick<FeatureTable, "names" | "dates" | "symbols" | "values">,
  days: readonly DayRows[],
  steps: number,
): Float32Array {
  const width = table.names.length;
  const calendar = table.dates.length;
  const rows = days.reduce((sum, { stocks }) => sum + stocks.length, 0);
  const windows = new Float32Array(rows * steps * width);
  let end = 0;
  for (const { date, stocks } of days) {
    if (!(date >= 0 && date < calendar))
      throw new RangeError(`windowsOf: date ${date} is not one of ${calendar} dates`);
    const length = Math.min(steps, date + 1);
    for (const stock of stocks) {
      if (!(stock >= 0 && stock < table.symbols.length)) {
        throw new RangeError(`windowsOf: stock ${stock} is not one of ${table.symbols.length} symbols`);
      }
      end += steps * width;
      const newest = (stock * calendar + date + 1) * width;
      windows.set(table.values.subarray(newest - length * width, newest), end - length * width);
    }
  }
  return windows;
}

/** The windows of consecutive dates over one table of rows: most rows stand in several windows, and are there once. */
export interface SharedWindows {
  /** `[U, C]`, row-major; row 0 is zero, for steps before the calendar. */
  readonly rows: Float32Array;
  /** Which row each window has at each step, `[R, T]`, oldest step first. */
  readonly places: Int32Array;
}

/**
 * The same windows as those of `windowsOf`, as places in a table of rows.
 *
 * @throws RangeError for a date or a stock outside the table
 */
export function sharedWindowsOf(
  table: Pick<FeatureTable, "names" | "dates" | "symbols" | "values">,
  days: readonly DayRows[],
  steps: number,
): SharedWindows {
  const width = table.names.length;
  const calendar = table.dates.length;
  const dates = days.map(({ date }) => date);
  const newest = Math.max(...dates);
  const oldest = Math.max(0, Math.min(...dates) - steps + 1);
  if (!(Math.min(...dates) >= 0 && newest < calendar))
    throw new RangeError(
      `sharedWindowsOf: date ${newest < calendar ? Math.min(...dates) : newest} is not one of ${calendar} dates`,
    );
  const span = newest + 1 - oldest;
  const stocks = [...new Set(days.flatMap((day) => [...day.stocks]))].sort((a, b) => a - b);
  const beyond = stocks.find((stock) => !(stock >= 0 && stock < table.symbols.length));
  if (beyond !== undefined)
    throw new RangeError(`sharedWindowsOf: stock ${beyond} is not one of ${table.symbols.length} symbols`);
  const rows = new Float32Array((1 + stocks.length * span) * width);
  const firstRow = new Map<number, number>();
  stocks.forEach((stock, at) => {
    const start = (stock * calendar + oldest) * width;
    firstRow.set(stock, 1 + at * span);
    rows.set(table.values.subarray(start, start + span * width), (1 + at * span) * width);
  });
  const places = new Int32Array(days.reduce((sum, day) => sum + day.stocks.length, 0) * steps);
  let next = 0;
  for (const { date, stocks: present } of days)
    for (const stock of present) {
      const first = (firstRow.get(stock) ?? 0) - oldest;
      for (let step = date - steps + 1; step <= date; step++) places[next++] = step < 0 ? 0 : first + step;
    }
  return { rows, places };
}
