import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../data-error.js";
import { parsePrices, readPrices } from "../read.js";
import { duckDb, needsDuckDb, writeParquet } from "./duckdb.samples.js";
import { contentOf, folderOf } from "./folder.samples.js";

const csv = `date,symbol,open,close,volume,size
2020-01-02,NAN,1.1,2400.07,10,1.15
2020-01-02,000001,,0.07,20,
2020-01-03,NAN,1.3,2400.09,30,-0.29
2020-01-03,000001,1.4,5.03,0,1234567.89
`;
const values = csv
  .split("\n")
  .slice(1, -1)
  .map((line) => line.split(",").map((cell) => (cell === "" ? "NULL" : `'${cell}'`)));
const table = (types: readonly string[]) => {
  const names = csv.slice(0, csv.indexOf("\n")).split(",");
  const rows = values.map((row) => `(${row.map((cell, i) => `${cell}::${types[i]}`).join(", ")})`).join(", ");
  return `SELECT * FROM (VALUES ${rows}) AS t(${names.join(", ")})`;
};
const doubles = ["DOUBLE", "DOUBLE", "BIGINT", "DOUBLE"];
const plain = ["DATE", "VARCHAR", ...doubles];

describe.skipIf(duckDb === undefined)(`reading Parquet ${needsDuckDb}`, () => {
  test("every compression, any size of a group and any type of a date give the table's panel", async () => {
    const expected = parsePrices(csv);
    const path = join(folderOf({}), "t.parquet");
    const dates = ["DATE", "VARCHAR", "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_S", "TIMESTAMPTZ"];
    for (const codec of ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"]) {
      for (const date of dates) {
        const more = `, COMPRESSION ${codec}, ROW_GROUP_SIZE 3`;
        await writeParquet(path, table([date, "VARCHAR", ...doubles]), more);
        const panel = await readPrices(path);
        expect(contentOf(panel)).toEqual(contentOf(expected));
        expect(panel.rows).toMatchObject({ read: 4, used: 4 });
        expect(panel.source?.sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
      }
    }
  });

  test("numbers of every type come back, decimals to the nearest number, text as in a CSV file", async () => {
    const path = join(folderOf({}), "t.parquet");
    const expected = parsePrices(csv);
    for (const type of ["DECIMAL(9,2)", "DECIMAL(18,2)", "DECIMAL(30,2)", "VARCHAR"]) {
      await writeParquet(path, table(["DATE", "VARCHAR", type, type, "UBIGINT", type]));
      expect(contentOf(await readPrices(path))).toEqual(contentOf(expected));
    }
    await writeParquet(path, table(["DATE", "VARCHAR", "FLOAT", "FLOAT", "UINTEGER", "FLOAT"]));
    const single = await readPrices(path);
    expect(single.fields.close).toEqual(expected.fields.close.map(Math.fround));
    const codes = `SELECT * REPLACE ((600000 + length(symbol))::BIGINT AS symbol, 20200102 + day(date) - 2 AS date) FROM (${table(plain)})`;
    await writeParquet(path, codes);
    expect((await readPrices(path)).symbols).toEqual(["600003", "600006"]);
    expect((await readPrices(path)).dates).toEqual(expected.dates);
  });

  test("places are counted by rows, and nested columns are left out", async () => {
    const path = join(folderOf({}), "t.parquet");
    await writeParquet(path, `SELECT *, [1, 2] AS list, {'a': 1} AS struct FROM (${table(plain)})`);
    const panel = await readPrices(path);
    expect(Object.keys(panel.fields)).toEqual(["open", "close", "volume", "size"]);
    expect(panel.rows.noted.suspended.example).toBe('t.parquet, row 4, column "volume", value "0"');
    const twice = table(plain);
    await writeParquet(path, `${twice} UNION ALL SELECT * REPLACE (7 AS close) FROM (${twice}) WHERE close < 1`);
    await expect(readPrices(path)).rejects.toThrow(
      /t\.parquet, row 5, column "close", value "7": a second row for 000001 on 2020-01-02, first in row 2, differs/,
    );
  });

  test("a folder may hold Parquet beside CSV, symbols from the files' names", async () => {
    const folder = folderOf({ "B.csv": "date,close\n2020-01-02,3\n2020-01-03,4\n" });
    await writeParquet(join(folder, "A.parquet"), `SELECT date, close FROM (${table(plain)}) WHERE symbol = 'NAN'`);
    const panel = await readPrices(folder);
    expect(panel.symbols).toEqual(["A", "B"]);
    expect(panel.fields.close).toEqual(Float64Array.of(2400.07, 2400.09, 3, 4));
  });

  describe("a broken file", () => {
    async function brokenFile() {
      const path = join(folderOf({}), "broken.parquet");
      await writeParquet(path, table(plain), ", COMPRESSION snappy");
      return { path, whole: readFileSync(path) };
    }

    test("cut anywhere is refused by name", async () => {
      const { path, whole } = await brokenFile();
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 4, max: whole.length - 1 }), async (length) => {
          writeFileSync(path, whole.subarray(0, length));
          await expect(readPrices(path)).rejects.toThrow(/broken\.parquet: the Parquet file cannot be read/);
        }),
        { numRuns: 60 },
      );
    });

    const codecs = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"];
    const writers = codecs.flatMap((codec) => ["V1", "V2"].map((version) => ({ codec, version })));
    const stretch = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 24 }) });

    test.each(writers)(
      "$codec $version with wrong bytes gives a panel of its shape or an error of ours, and ends",
      async (writer) => {
        const path = join(folderOf({}), "broken.parquet");
        const more = `, COMPRESSION ${writer.codec}, PARQUET_VERSION ${writer.version}, ROW_GROUP_SIZE 2048`;
        // Dictionaries, runs, delta-coded numbers and texts, and nulls: some pages of each.
        const rows = `SELECT DATE '2020-01-01' + (range // 4)::INTEGER AS date, ['AA', 'B', 'CCC', 'D'][1 + range % 4] AS symbol,
        round(100 + 9 * sin(range), 2) AS close, CASE WHEN range % 7 > 0 THEN range * range END AS volume,
        (range % 3)::TINYINT AS few, (range / 8)::DECIMAL(30, 4) AS decimal, range % 5 > 0 AS flag,
        md5(range::VARCHAR) AS text FROM range(320)`;
        await writeParquet(path, rows, more);
        const whole = readFileSync(path);
        const read = (await readPrices(path)).rows.read;
        await fc.assert(
          fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 3 }), async (stretches) => {
            const bytes = Buffer.from(whole);
            for (const { at, bytes: wrong } of stretches)
              bytes.set(wrong, 4 + (at % (bytes.length - 8 - wrong.length)));
            writeFileSync(path, bytes);
            const outcome = await readPrices(path).catch((error: unknown) => error);
            if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DataError);
            else expect(outcome).toMatchObject({ rows: { read } });
          }),
          { numRuns: 250 },
        );
      },
    );
  });

  test("gzipped, it gives the same panel, whatever its name", async () => {
    const folder = folderOf({});
    const path = join(folder, "t.parquet");
    await writeParquet(path, table(plain));
    const expected = await readPrices(path);
    for (const name of ["t.parquet.gz", "t.csv"]) {
      const bytes = gzipSync(readFileSync(path));
      writeFileSync(join(folder, name), bytes);
      const panel = await readPrices(join(folder, name));
      expect(contentOf(panel)).toEqual(contentOf(expected));
      expect(panel.source?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
    writeFileSync(path, gzipSync(readFileSync(path)).subarray(0, -20));
    await expect(readPrices(path)).rejects.toThrow(/t\.parquet: the gzip data are broken/);
  });
});
