import fc from "fast-check";
import type { ProcessorSettings } from "./processor-settings.js";
import type { Sheet } from "./sheet.js";

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }).map((one) => one / 8) },
  { weight: 3, arbitrary: fc.float({ noNaN: true, min: -100, max: 100 }) },
  { weight: 3, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constant(Math.fround(1e9)) },
);

const names = (count: number, letter: string): string[] => Array.from({ length: count }, (_, i) => `${letter}${i}`);

/** A sheet of which everybody is a member, no field and no group. */
export const sheetOf = (symbols: number, dates: number, features: number, values: readonly number[]): Sheet => ({
  names: names(features, "F"),
  dates: names(dates, "D"),
  symbols: names(symbols, "S"),
  values: Float32Array.from(values),
  members: new Uint8Array(symbols * dates).fill(1),
  fields: {},
});

/** Sheets of up to 7 symbols, 9 dates and 2 features, with outsiders, two fields `size` and `age`, and three groups. */
export const anySheet: fc.Arbitrary<Sheet> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 2 }))
  .chain(([symbols, dates, features]) => {
    const cells = symbols * dates;
    const filled = <T>(one: fc.Arbitrary<T>, length: number) => fc.array(one, { minLength: length, maxLength: length });
    const field = filled(fc.oneof({ weight: 6, arbitrary: fc.nat(20) }, fc.constant(Number.NaN)), cells);
    return fc
      .tuple(
        filled(value, cells * features),
        filled(fc.constantFrom(1, 1, 1, 0), cells),
        field,
        field,
        filled(fc.constantFrom(0, 1, 1, 2, -1), cells),
      )
      .map(([values, members, size, age, groups]) => ({
        ...sheetOf(symbols, dates, features, values),
        members: Uint8Array.from(members),
        fields: { size: Float64Array.from(size), age: Float64Array.from(age) },
        groups: { names: ["Energy", "Health", "Tech"], of: Int32Array.from(groups) },
      }));
  });

/** Lists of processors that end in a fill. */
export const anyProcessors: fc.Arbitrary<ProcessorSettings[]> = fc
  .array(
    fc.constantFrom<ProcessorSettings>(
      { kind: "robust-z-score" },
      { kind: "robust-z-score", clip: 1.5 },
      { kind: "z-score" },
      { kind: "cross-section-z-score" },
      { kind: "cross-section-rank" },
      { kind: "winsorise-quantiles", lower: 0.05, upper: 0.9 },
      { kind: "winsorise-deviations", deviations: 2 },
      { kind: "fill-median" },
      { kind: "fill-forward", limit: 2 },
      { kind: "neutralise-group" },
      { kind: "neutralise-regression", columns: ["size", "age"] },
    ),
    { maxLength: 3 },
  )
  .map((processors) => [...processors, { kind: "fill-zero" }]);

/** A sheet with a copy of the values, so that processing leaves the first as it is. */
export const copyOf = (sheet: Sheet): Sheet => ({ ...sheet, values: sheet.values.slice() });

/** One feature of a sheet on one date, symbol by symbol. */
export const columnOn = ({ values, names: { length: width }, dates, symbols }: Sheet, date: number, c: number) =>
  symbols.map((_, n) => values[(n * dates.length + date) * width + c]);

/** Calls back for each feature on each date, with its values before and after and who is a member. */
export function forEachColumn(
  before: Sheet,
  after: Sheet,
  check: (column: readonly number[], processed: readonly number[], isMember: readonly boolean[], date: number) => void,
): void {
  before.dates.forEach((_, date) => {
    const isMember = before.symbols.map((_, n) => before.members[n * before.dates.length + date] === 1);
    before.names.forEach((_, c) => {
      check(columnOn(before, date, c), columnOn(after, date, c), isMember, date);
    });
  });
}

/** The mean of some numbers, as the textbook has it. */
export const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Their standard deviation, ddof 1; 0 for fewer than two. */
export const deviation = (values: readonly number[]): number =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, one) => sum + (one - mean(values)) ** 2, 0) / (values.length - 1));

/** The quantile of some numbers, linear between ranks. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (place - Math.floor(place)) * (high - low);
}

/** Whether two numbers agree to float32's precision of a scale, or are both missing. */
export const agree = (a: number, b: number, scale = Math.abs(b)): boolean =>
  (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 2e-6 * Math.max(scale, 1e-3);
