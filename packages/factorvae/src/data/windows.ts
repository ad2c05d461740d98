import type { FeatureTable } from "./feature-table.js";
import type { FeatureStore } from "./store/feature-store.js";

/** Normalised features that windows are cut from, no NaN: in memory, or in a store on disk. */
export type FeatureRows = FeatureTable | FeatureStore;

/** Copies the features of one symbol from the date `first` on, `[date, feature]`: as many dates as `target` holds. */
function copyRows(features: FeatureRows, symbol: number, first: number, target: Float32Array): void {
  if ("readRows" in features) features.readRows(symbol, first, target);
  else {
    const start = (symbol * features.dates.length + first) * features.names.length;
    target.set(features.values.subarray(start, start + target.length));
  }
}

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
 * One copy a stock: features are symbol-major, a stock's window one stretch of them.
 * @throws RangeError for a date or a stock outside the table
 */
export function windowsOf(features: FeatureRows, days: readonly DayRows[], steps: number): Float32Array {
  const width = features.names.length;
  const calendar = features.dates.length;
  const rows = days.reduce((sum, { stocks }) => sum + stocks.length, 0);
  const windows = new Float32Array(rows * steps * width);
  let end = 0;
  for (const { date, stocks } of days) {
    if (!(date >= 0 && date < calendar))
      throw new RangeError(`windowsOf: date ${date} is not one of ${calendar} dates`);
    const length = Math.min(steps, date + 1);
    for (const stock of stocks) {
      if (!(stock >= 0 && stock < features.symbols.length)) {
        throw new RangeError(`windowsOf: stock ${stock} is not one of ${features.symbols.length} symbols`);
      }
      end += steps * width;
      copyRows(features, stock, date + 1 - length, windows.subarray(end - length * width, end));
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
export function sharedWindowsOf(features: FeatureRows, days: readonly DayRows[], steps: number): SharedWindows {
  const width = features.names.length;
  const calendar = features.dates.length;
  const dates = days.map(({ date }) => date);
  const newest = Math.max(...dates);
  const oldest = Math.max(0, Math.min(...dates) - steps + 1);
  if (!(Math.min(...dates) >= 0 && newest < calendar))
    throw new RangeError(
      `sharedWindowsOf: date ${newest < calendar ? Math.min(...dates) : newest} is not one of ${calendar} dates`,
    );
  const span = newest + 1 - oldest;
  const stocks = [...new Set(days.flatMap((day) => [...day.stocks]))].sort((a, b) => a - b);
  const beyond = stocks.find((stock) => !(stock >= 0 && stock < features.symbols.length));
  if (beyond !== undefined)
    throw new RangeError(`sharedWindowsOf: stock ${beyond} is not one of ${features.symbols.length} symbols`);
  const rows = new Float32Array((1 + stocks.length * span) * width);
  const firstRow = new Map<number, number>();
  stocks.forEach((stock, at) => {
    firstRow.set(stock, 1 + at * span);
    copyRows(features, stock, oldest, rows.subarray((1 + at * span) * width, (1 + (at + 1) * span) * width));
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
