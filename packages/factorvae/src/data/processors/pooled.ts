import type { Sheet } from "./sheet.js";
import type { SheetParts } from "./sheet-parts.js";

/** What a processor learned of one feature, and a sentence where that is not the usual. */
export interface FeatureFit<Learned> {
  readonly learned: Learned;
  readonly note?: string;
}

/**
 * Learns from each feature's values, pooled over the members of the universe and the training dates, missing ones left
 * out. `learn` may reorder what it is given.
 *
 * @param isTraining per date of the sheet, true or 1 on the dates that may be seen
 * @throws RangeError if `isTraining` does not fit the calendar or names no date
 */
export function learnPooled<Learned>(
  sheet: SheetParts,
  isTraining: ArrayLike<number | boolean>,
  learn: (name: string, values: Float64Array) => FeatureFit<Learned>,
): { readonly learned: Learned[]; readonly notes: string[] } {
  const dates = trainingDates(sheet, isTraining);
  const room = dates.length * sheet.symbols.length;
  const columns = Array.from({ length: Math.min(sheet.featuresAtOnce(room), sheet.names.length) }, () => ({
    values: new Float64Array(room),
    count: 0,
  }));
  const fits: FeatureFit<Learned>[] = [];
  while (fits.length < sheet.names.length) {
    const first = fits.length;
    const gathered = columns.slice(0, sheet.names.length - first);
    for (const column of gathered) column.count = 0;
    sheet.visit((part) => {
      for (const [at, column] of gathered.entries()) gather(part, first + at, dates, column);
    });
    for (const { values, count } of gathered) fits.push(learn(sheet.names[fits.length], values.subarray(0, count)));
  }
  return { learned: fits.map(({ learned }) => learned), notes: fits.flatMap(({ note }) => note ?? []) };
}

function trainingDates({ dates }: SheetParts, isTraining: ArrayLike<number | boolean>): Int32Array {
  if (isTraining.length !== dates.length)
    throw new RangeError(`processors: ${isTraining.length} training marks for ${dates.length} dates`);
  const chosen = Int32Array.from(dates.keys()).filter((t) => Boolean(isTraining[t]));
  if (chosen.length === 0) throw new RangeError("processors: no date is marked as training");
  return chosen;
}

/** Adds to a column the values that the members of a part have of a feature on some dates. */
function gather(
  { values, names, dates, symbols, members }: Sheet,
  c: number,
  chosen: Int32Array,
  column: { readonly values: Float64Array; count: number },
): void {
  for (let n = 0; n < symbols.length; n++) {
    for (const t of chosen) {
      const cell = n * dates.length + t;
      const value = values[cell * names.length + c];
      if (members[cell] === 1 && Number.isFinite(value)) column.values[column.count++] = value;
    }
  }
}

/**
 * The standard deviation (ddof 1), exactly 0 for a constant; 0 for fewer than two values.
 */
export function standardDeviation(values: Float64Array): number {
  if (values.length < 2) return 0;
  // Deviations from the first value are exactly 0 for a constant, which a rounded mean would not give.
  const origin = values[0];
  let mean = 0;
  for (const value of values) mean += (value - origin) / values.length;
  let squares = 0;
  for (const value of values) squares += (value - origin - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** The mean, exactly the value itself for a constant. */
export function meanOf(values: Float64Array): number {
  const origin = values[0];
  let mean = 0;
  for (const value of values) mean += (value - origin) / values.length;
  return origin + mean;
}
