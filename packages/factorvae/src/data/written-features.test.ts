import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { csvReader } from "./csv-rows.js";
import { isoDate } from "./dates.js";
import type { FeatureFormat } from "./feature-file.js";
import { type Panel, panelFromFields } from "./panel.js";
import { writtenFeatures } from "./written-features.js";

/** The bytes of the file whose features are the panel's fields; pieces are valid only until the next, so each is copied. */
async function fileOf(panel: Panel, format: FeatureFormat, blockRows?: number): Promise<ArrayBuffer> {
  const choice = { columns: Object.keys(panel.fields) };
  const pieces: Uint8Array[] = [];
  for await (const piece of writtenFeatures(panel, choice, { format, threads: 1, ...(blockRows && { blockRows }) }))
    pieces.push(piece.slice());
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes.buffer;
}

/** What should be read back: a row for each that there is, symbol by symbol. */
function rowsOf({ dates, symbols, fields, present }: Panel): Record<string, unknown>[] {
  return symbols.flatMap((symbol, n) =>
    dates.flatMap((date, t) => {
      const cell = n * dates.length + t;
      if (present[cell] === 0) return [];
      const features = Object.entries(fields).map(([name, values]): [string, number | null] => {
        const stored = Math.fround(values[cell]);
        return [name, Number.isFinite(stored) ? stored : null];
      });
      return [{ date: new Date(date), symbol, ...Object.fromEntries(features) }];
    }),
  );
}

const panels = fc
  .record({
    dates: fc.integer({ min: 0, max: 9 }),
    symbols: fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), { maxLength: 6 }),
    names: fc.uniqueArray(fc.constantFrom("KLEN", "ROC60", "own name", "é", "a.b", 'with, "comma"'), { minLength: 1 }),
  })
  .chain(({ dates, symbols, names }) => {
    const cells = dates * symbols.length;
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.float({ noDefaultInfinity: true }) },
      { weight: 1, arbitrary: fc.constantFrom(0, -0, Number.NaN, 1e39) },
    );
    const values = fc.array(value, { minLength: cells, maxLength: cells }).map((all) => Float64Array.from(all));
    return fc.record({
      panel: fc
        .record({
          fields: fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), values))),
          present: fc.array(fc.constantFrom(0, 1, 1), { minLength: cells, maxLength: cells }),
        })
        .map(({ fields, present }) => {
          const calendar = Array.from({ length: dates }, (_, t) => isoDate(-2 + 4000 * t));
          return panelFromFields(calendar, symbols.toSorted(), Object.fromEntries(fields), Uint8Array.from(present));
        }),
      blockRows: fc.integer({ min: 1, max: 20 }),
    });
  });

describe("features written as Parquet", () => {
  test("whatever there is, it is read back to the same bits, missing values as null", async () => {
    await fc.assert(
      fc.asyncProperty(panels, async ({ panel, blockRows }) => {
        expect(await parquetReadObjects({ file: await fileOf(panel, "parquet", blockRows) })).toEqual(rowsOf(panel));
      }),
    );
  });

  test("long columns are read back, with a missing value here and there, many, none, or nothing else", async () => {
    const [dates, symbols] = [400, 30];
    const field = (isMissing: (at: number) => boolean) =>
      Float64Array.from({ length: dates * symbols }, (_, at) => (isMissing(at) ? Number.NaN : Math.sin(at)));
    const panel = panelFromFields(
      Array.from({ length: dates }, (_, t) => isoDate(15_000 + t)),
      Array.from({ length: symbols }, (_, n) => `S${String(n).padStart(2, "0")}`),
      {
        whole: field(() => false),
        some: field((at) => at % 7 === 0),
        few: field((at) => at % 1000 === 1),
        first: field((at) => at % dates < 60),
        none: field(() => true),
      },
      new Uint8Array(dates * symbols).fill(1),
    );
    expect(await parquetReadObjects({ file: await fileOf(panel, "parquet") })).toEqual(rowsOf(panel));
  });

  test("dates are DATE, symbols strings, features FLOAT, and row groups tell their symbols and bounds", async () => {
    const panel = panelFromFields(
      ["2020-01-02", "2020-01-03", "2020-01-06"],
      ["000001", "NAN"],
      { f: Float64Array.of(1, Number.NaN, 3, -4, 0, 6) },
      new Uint8Array(6).fill(1),
    );
    const metadata = parquetMetadata(await fileOf(panel, "parquet", 3));
    expect(metadata.schema.slice(1)).toMatchObject([
      { name: "date", type: "INT32", converted_type: "DATE", repetition_type: "REQUIRED" },
      { name: "symbol", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      { name: "f", type: "FLOAT", repetition_type: "OPTIONAL" },
    ]);
    expect(metadata.num_rows).toBe(6n);
    const statistics = metadata.row_groups.map(({ columns }) => columns.map((column) => column.meta_data?.statistics));
    const calendar = { min_value: new Date("2020-01-02"), max_value: new Date("2020-01-06") };
    expect(statistics).toMatchObject([
      [calendar, { min_value: "000001", max_value: "000001" }, { min_value: 1, max_value: 3, null_count: 1n }],
      [calendar, { min_value: "NAN", max_value: "NAN" }, { min_value: -4, max_value: 6, null_count: 0n }],
    ]);
  });
});

describe("features written as CSV", () => {
  test("whatever there is, it is read back to the same bits, missing values as empty cells", async () => {
    await fc.assert(
      fc.asyncProperty(panels, async ({ panel, blockRows }) => {
        // Readers of CSV make one line end of another.
        fc.pre(panel.symbols.every((symbol) => !symbol.includes("\r")));
        const lines: (readonly string[])[] = [];
        const reader = csvReader("features.csv", (cells) => lines.push(cells));
        reader.push(new TextDecoder().decode(await fileOf(panel, "csv", blockRows)));
        reader.end();
        const told = rowsOf(panel).map(({ date, ...cells }) => [
          date instanceof Date ? date.toISOString().slice(0, 10) : date,
          ...Object.values(cells).map((value) => (value === null ? "" : Object.is(value, -0) ? "0" : String(value))),
        ]);
        expect(lines).toEqual([["date", "symbol", ...Object.keys(panel.fields)], ...told]);
      }),
    );
  });
});
