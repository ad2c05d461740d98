import { createHash } from "node:crypto";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoDate } from "./dates.js";
import { parsePrices, readPrices } from "./read.js";
import { contentOf, droppedRows, folderOf } from "./sources/folder.samples.js";

const header = "Date,Open,Close,Volume";
const bars = (closes: readonly number[]) =>
  [header, ...closes.map((close, t) => `${isoDate(18_000 + t)},${close},${close},10`), ""].join("\n");

describe("a folder of files", () => {
  test("whose files all have one name, as those of a partitioned table, tells no symbol by it", async () => {
    const folder = folderOf({ "Name=A/data_0.csv": bars([1, 2]), "Name=B/data_0.csv": bars([3, 4]) });
    await expect(readPrices(join(folder, "**/*.csv"))).rejects.toThrow("no column is recognised as the symbol");
    const years = folderOf({ "2019/A.csv": bars([1]), "2020/A.csv": bars([1, 2]), "2020/B.csv": bars([3, 4]) });
    expect((await readPrices(join(years, "**/*.csv"))).symbols).toEqual(["A", "B"]);
  });

  test("reads as the one long file that holds the same rows, however they are spread and packed", async () => {
    const row = fc.record({
      symbol: fc.constantFrom("A", "B", "NAN", "000001", "TRUE", "BRK.B"),
      day: fc.integer({ min: 18_000, max: 18_004 }),
      close: fc.integer({ min: 1, max: 99 }),
      file: fc.integer({ min: 0, max: 3 }),
    });
    const table = fc.uniqueArray(row, {
      minLength: 4,
      maxLength: 40,
      selector: ({ symbol, day }) => `${symbol} ${day}`,
    });
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), async (rows, packed) => {
        fc.pre(new Set(rows.map(({ day }) => day)).size > 1 && new Set(rows.map(({ symbol }) => symbol)).size > 1);
        const text = (some: typeof rows) =>
          ["date,symbol,close", ...some.map((one) => `${isoDate(one.day)},${one.symbol},${one.close}`)].join("\n");
        const parts = packed.map((isPacked, file) => {
          const part = text(rows.filter((one) => one.file === file));
          return isPacked ? ([`part-${file}.csv.gz`, gzipSync(part)] as const) : ([`part-${file}.csv`, part] as const);
        });
        const panel = await readPrices(folderOf(Object.fromEntries(parts)));
        expect(contentOf(panel)).toEqual(contentOf(parsePrices(text(rows))));
        expect(panel.rows.used + droppedRows(panel)).toBe(rows.length);
      }),
      { numRuns: 40 },
    );
  });

  test("takes symbols from the files' names where no column bears them, to the character", async () => {
    const folder = folderOf({
      "NAN.csv": bars([1, 2]),
      "000001.txt": bars([3, 4]),
      "BRK.B.csv.gz": gzipSync(bars([5, 6])),
      "other.csv": `${bars([7, 8]).replace(header, `${header},ticker`).replaceAll(/,10$/gm, ",10,TRUE")}`,
      "_metadata.csv": "symbol,sector\nNAN,Energy\n",
      "notes.md": "about",
    });
    const panel = await readPrices(folder);
    expect(panel.symbols).toEqual(["000001", "BRK.B", "NAN", "TRUE"]);
    expect(panel.fields.close).toEqual(Float64Array.of(3, 4, 5, 6, 1, 2, 7, 8));
    expect(panel.rows).toMatchObject({ read: 8, used: 8, dropped: {} });
    expect(panel.rows.noted.fileLeftOut).toEqual({
      count: 2,
      example: "_metadata.csv: its name begins with a point or an underscore",
    });
    expect(panel.rows.noted.otherColumns).toEqual({
      count: 1,
      example: 'other.csv: beside 000001.txt it has "ticker"',
    });
    const some = await readPrices(join(folder, "{NAN,000001}.*"));
    expect(some.symbols).toEqual(["000001", "NAN"]);
  });

  test("recognises each file's columns on its own, and what a file does not have is missing on its rows alone", async () => {
    const folder = folderOf({
      "A.csv": "Date,Close,size,note\n2020-01-02,1,7,x\n2020-01-03,2,8,y\n",
      "B.csv": "trade_date;vol;close price;pe\n20200102;10;3;1\n20200103;20;4;2\n",
      "C.csv": "date,close,size\n2020-01-02,5,big\n2020-01-03,6,small\n",
    });
    const { fields, rows } = await readPrices(folder);
    expect(fields.close).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(fields.volume).toEqual(Float64Array.of(NaN, NaN, 10, 20, NaN, NaN));
    expect(fields.size).toEqual(Float64Array.of(7, 8, NaN, NaN, NaN, NaN));
    expect(fields.pe).toEqual(Float64Array.of(NaN, NaN, 1, 2, NaN, NaN));
    expect(rows.noted.otherColumns.count).toBe(2);
    expect(rows.noted.columnLeftOut).toEqual({
      count: 2,
      example: 'A.csv, line 2, column "note", value "x": not numeric',
    });
  });

  test("errors and counts name the file that they are of", async () => {
    const files = { "A.csv": bars([1, 2]), "B.csv": bars([3, 4]), "C.csv": bars([5, 6]) };
    const without = folderOf({ ...files, "B.csv": "day,value\n2020-01-02,1\n" });
    await expect(readPrices(without)).rejects.toThrow(/B\.csv: no column is recognised as the date/);
    const text = folderOf({
      ...files,
      "B.csv": bars([3, 4]).replaceAll(",3,10", ",n/k,10").replaceAll(",4,10", ",n/k,10"),
    });
    await expect(readPrices(text)).rejects.toThrow(/B\.csv, line 2, column "Close", value "n\/k": text stands/);
    const dates = folderOf({ ...files, "C.csv": bars([5, 6]).replaceAll("2019-", "x") });
    await expect(readPrices(dates)).rejects.toThrow(
      /C\.csv, line 2, column "Date", .*: 2 of 2 rows have no readable date/,
    );
    const twice = folderOf({ ...files, "B.csv.gz": gzipSync(bars([3, 9])) });
    await expect(readPrices(twice)).rejects.toThrow(
      /B\.csv\.gz, line 3, column "Open", value "9": a second row for B on 2019-04-15, first on line 3 of B\.csv, differs \(4/,
    );
    const { rows } = await readPrices(twice, { duplicates: "last" });
    expect(rows).toMatchObject({ read: 8, used: 6 });
    expect(rows.dropped.duplicate.example).toBe("B.csv.gz, line 2: again B on 2019-04-14, first on line 2 of B.csv");
  });

  test("files without rows, and one without any price, are said; all of them together are refused", async () => {
    const folder = folderOf({
      "A.csv": bars([1, 2]),
      "B.csv": bars([3, 4]),
      "EMPTY.csv": "",
      "PACKED.csv.gz": gzipSync(""),
      "HEADER.csv": `${header}\n`,
      "NOPRICE.csv": bars([5, 6]).replaceAll(/,\d,\d,/g, ",1,,"),
    });
    const { rows, symbols } = await readPrices(folder);
    expect(symbols).toEqual(["A", "B", "NOPRICE"]);
    expect(rows).toMatchObject({ read: 6, used: 6 });
    expect(rows.noted.fileWithoutRows).toEqual({ count: 2, example: "HEADER.csv" });
    expect(rows.noted.fileLeftOut).toEqual({ count: 1, example: "EMPTY.csv: it is empty" });
    expect(rows.noted.columnLeftOut.example).toBe('NOPRICE.csv, column "Close": holds no value');
    await expect(readPrices(join(folder, "{HEADER,PACKED}.*"))).rejects.toThrow(/a header but no rows/);
    await expect(readPrices(join(folder, "NO*.csv"))).rejects.toThrow(
      /column "Close": the column holds no price at all/,
    );
  });

  test("its hash is that of the names and the bytes, wherever the folder lies", async () => {
    const files = { "A.csv": bars([1, 2]), "B.csv": bars([3, 4]) };
    const [one, two] = [folderOf(files), folderOf(files)];
    const hashOf = async (path: string) => (await readPrices(path)).source?.sha256;
    const before = await hashOf(one);
    const lines = Object.entries(files).map(
      ([name, text]) => `"${name}" ${createHash("sha256").update(text).digest("hex")}\n`,
    );
    expect(before).toBe(createHash("sha256").update(lines.join("")).digest("hex"));
    expect([await hashOf(`${two}/`), await hashOf(`${two}/*.csv`)]).toEqual([before, before]);
    renameSync(join(two, "B.csv"), join(two, "C.csv"));
    expect(await hashOf(two)).not.toBe(before);
    const changed = await hashOf(folderOf({ ...files, "B.csv": bars([3, 5]) }));
    expect(changed).not.toBe(before);
  });
});
