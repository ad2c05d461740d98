import type { FeatureTable } from "./alpha158.js";

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
