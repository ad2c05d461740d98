import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { isoDate } from "./dates.js";
import type { FeatureTable } from "./feature-table.js";
import { featuresParquet } from "./features-parquet.js";

/** The bytes of the file; pieces are valid only until the next, so each is copied. */
function fileOf(table: FeatureTable, present: Uint8Array, groupRows?: number): ArrayBuffer {
  const pieces: Uint8Array[] = [];
  for (const piece of featuresParquet(table, present, groupRows)) pieces.push(piece.slice());
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes.buffer;
}

/** What should be read back: a row for each that there is, date by date. */
function rowsOf({ names, dates, symbols, values }: FeatureTable, present: Uint8Array): Record<string, unknown>[] {
  return dates.flatMap((date, t) =>
    symbols.flatMap((symbol, n) => {
      const cell = n * dates.length + t;
      if (present[cell] === 0) return [];
      const features = names.map((name, c): [string, number | null] => {
        const value = values[cell * names.length + c];
        return [name, Number.isNaN(value) ? null : value];
      });
      return [{ date: new Date(date), symbol, ...Object.fromEntries(features) }];
    }),
  );
}

const tables = fc
  .record({
    dates: fc.integer({ min: 0, max: 9 }),
    symbols: fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 6 }),
    names: fc.uniqueArray(fc.constantFrom("KLEN", "ROC60", "own name", "é", "a.b"), { minLength: 1 }),
  })
  .chain(({ dates, symbols, names }) => {
    const cells = dates * symbols.length;
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.float({ noDefaultInfinity: true }) },
      { weight: 1, arbitrary: fc.constantFrom(0, -0, Number.NaN) },
    );
    const count = cells * names.length;
    return fc.record({
      table: fc.array(value, { minLength: count, maxLength: count }).map(
        (values): FeatureTable => ({
          names,
          symbols: symbols.toSorted(),
          dates: Array.from({ length: dates }, (_, t) => isoDate(-2 + 4000 * t)),
          values: Float32Array.from(values),
        }),
      ),
      present: fc
        .array(fc.constantFrom(0, 1, 1), { minLength: cells, maxLength: cells })
        .map((flags) => Uint8Array.from(flags)),
      groupRows: fc.integer({ min: 1, max: 20 }),
    });
  });

describe("featuresParquet", () => {
  test("whatever table is written is read back to the same bits, missing values as null", async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ table, present, groupRows }) => {
        const file = fileOf(table, present, groupRows);
        expect(await parquetReadObjects({ file })).toEqual(rowsOf(table, present));
      }),
    );
  });

  test("long columns are read back, with a missing value here and there, none, or nothing else", async () => {
    const [dates, symbols] = [400, 30];
    const values = Float32Array.from({ length: dates * symbols * 3 }, (_, at) => {
      const isMissing = at % 3 === 2 || (at % 3 === 1 && at % 7 === 0);
      return isMissing ? Number.NaN : Math.sin(at);
    });
    const table = {
      names: ["whole", "some", "none"],
      dates: Array.from({ length: dates }, (_, t) => isoDate(15_000 + t)),
      symbols: Array.from({ length: symbols }, (_, n) => `S${String(n).padStart(2, "0")}`),
      values,
    };
    const present = new Uint8Array(dates * symbols).fill(1);
    expect(await parquetReadObjects({ file: fileOf(table, present) })).toEqual(rowsOf(table, present));
  });

  test("dates are DATE, symbols strings, features FLOAT, and row groups tell their dates and bounds", () => {
    const table = {
      names: ["f"],
      dates: ["2020-01-02", "2020-01-03", "2020-01-06"],
      symbols: ["000001", "NAN"],
      values: Float32Array.of(1, Number.NaN, 3, -4, 0, 6),
    };
    const metadata = parquetMetadata(fileOf(table, new Uint8Array(6).fill(1), 3));
    expect(metadata.schema.slice(1)).toMatchObject([
      { name: "date", type: "INT32", converted_type: "DATE", repetition_type: "REQUIRED" },
      { name: "symbol", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      { name: "f", type: "FLOAT", repetition_type: "OPTIONAL" },
    ]);
    expect(metadata.num_rows).toBe(6n);
    const statistics = metadata.row_groups.map(({ columns }) => [
      columns[0].meta_data?.statistics,
      columns[2].meta_data?.statistics,
    ]);
    expect(statistics).toMatchObject([
      [
        { min_value: new Date("2020-01-02"), max_value: new Date("2020-01-03") },
        { min_value: -4, max_value: 1, null_count: 1n },
      ],
      [
        { min_value: new Date("2020-01-06"), max_value: new Date("2020-01-06") },
        { min_value: 3, max_value: 6, null_count: 0n },
      ],
    ]);
  });
});
