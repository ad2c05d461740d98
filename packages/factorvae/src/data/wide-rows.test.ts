import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoDate } from "./dates.js";
import { parsePrices, readPrices } from "./read.js";
import { contentOf, droppedRows, folderOf } from "./sources/folder.samples.js";

describe("wide files", () => {
  const cell = fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined });
  const symbols = ["A", "NAN", "000001", "BRK.B"];
  const field = fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 5, maxLength: 5 });

  test("one file a field reads as the long file of the same values; where all are empty there is no row", async () => {
    await fc.assert(
      fc.asyncProperty(field, field, field, async (open, close, size) => {
        const fields = { open, close, size };
        fc.pre([close, open, size].every((rows) => symbols.every((_, n) => rows.some((row) => row[n] !== undefined))));
        const wide = (rows: typeof open) =>
          ["date", ...symbols].join(",") +
          rows.map((row, t) => `\n${[isoDate(18_000 + t), ...row.map((value) => value ?? "")].join(",")}`).join("");
        const long = ["date,symbol,open,close,size"];
        for (let t = 0; t < 5; t++) {
          symbols.forEach((symbol, n) => {
            const values = [open, close, size].map((rows) => rows[t][n]);
            if (values.every((value) => value === undefined)) return;
            long.push([isoDate(18_000 + t), symbol, ...values.map((value) => value ?? "")].join(","));
          });
        }
        const folder = folderOf(
          Object.fromEntries(Object.entries(fields).map(([name, rows]) => [`${name}.csv`, wide(rows)])),
        );
        const panel = await readPrices(folder, { wide: "files" });
        expect(contentOf(panel)).toEqual(contentOf(parsePrices(long.join("\n"))));
        expect([panel.rows.read, panel.rows.used + droppedRows(panel)]).toEqual([long.length - 1, long.length - 1]);
      }),
      { numRuns: 50 },
    );
  });

  const close = "Date,A,B\n2020-01-02,1,2\n2020-01-03,,4\n2020-01-06,5,6\n";

  test("one file holds the field that the setting names, and the other fields are missing", () => {
    const panel = parsePrices(close, { wide: "close" });
    expect(panel.symbols).toEqual(["A", "B"]);
    expect(panel.fields).toEqual({ close: Float64Array.of(1, NaN, 5, 2, 4, 6) });
    expect(panel.present).toEqual(Uint8Array.of(1, 0, 1, 1, 1, 1));
    expect(panel.rows).toMatchObject({ read: 5, used: 5 });
  });

  test("dates may stand in a nameless first column, as pandas writes them, or where the mapping says", () => {
    const named = parsePrices(close, { wide: "close" });
    expect(contentOf(parsePrices(close.replace("Date", ""), { wide: "close" }))).toEqual(contentOf(named));
    const mapped = parsePrices(close.replace("Date", "day"), { wide: "close", columns: { date: "day" } });
    expect(contentOf(mapped)).toEqual(contentOf(named));
    expect(() => parsePrices(close.replace("Date", "day"), { wide: "close" })).toThrow(/recognised as the date/);
  });

  test("a wide file is not guessed: without the setting its columns are refused", () => {
    expect(() => parsePrices(close)).toThrow(/no column is recognised as the symbol; the columns are "Date", "A", "B"/);
  });

  test("files of different dates and symbols join, and a second row of a date follows the policy", async () => {
    const folder = folderOf({
      "close.csv": `${close}2020-01-06,5,7\n`,
      "vol.csv": "date,B,C\n2020-01-03,10,20\n2020-01-07,30,40\n",
    });
    await expect(readPrices(folder, { wide: "files" })).rejects.toThrow(
      /close\.csv, line 5, column "close", value "7": a second row for B on 2020-01-06, first on line 4, differs \(6/,
    );
    const panel = await readPrices(folder, { wide: "files", duplicates: "last" });
    expect(panel.symbols).toEqual(["A", "B", "C"]);
    expect(panel.dates).toEqual(["2020-01-02", "2020-01-03", "2020-01-06"]);
    expect(panel.fields.close).toEqual(Float64Array.of(1, NaN, 5, 2, 4, 7, NaN, NaN, NaN));
    expect(panel.fields.volume).toEqual(Float64Array.of(NaN, NaN, NaN, NaN, 10, NaN, NaN, 20, NaN));
    expect(Object.entries(panel.rows.dropped).map(([reason, { count }]) => [reason, count])).toEqual([
      ["duplicate", 1],
      ["conflictingDuplicate", 1],
      ["thinDate", 2],
    ]);
    expect(panel.rows.read).toBe(panel.rows.used + 4);
  });

  test("text, unreadable dates and rows of another length are counted or refused with their place", () => {
    const mixed = `${close}n/a,7,8\n2020-01-07,1,2,3\n2020-01-08,oops,8\n2020-01-09,9,9\n`;
    const { rows } = parsePrices(mixed, { wide: "close" });
    expect(rows.dropped).toEqual({
      unreadableDate: { count: 2, example: 'prices, line 5, column "Date", value "n/a"' },
      fieldCount: { count: 3, example: 'prices, line 6, value "4 fields, the header has 3"' },
    });
    expect(rows.noted.notANumber.example).toBe('prices, line 7, column "A", value "oops"');
    expect(rows.read).toBe(rows.used + 5);
    const dayFirst = close.replaceAll(/2020-01-(\d\d)/g, "$1/01/2020");
    expect(() => parsePrices(dayFirst, { wide: "close" })).toThrow(
      /line 2, column "Date".*3 of 3 rows have no readable date/,
    );
    const read = parsePrices(dayFirst, { wide: "close", dateFormat: "DD/MM/YYYY" });
    expect(contentOf(read)).toEqual(contentOf(parsePrices(close, { wide: "close" })));
  });

  test("what cannot be fields is refused by name", async () => {
    const folder = folderOf({ "open.csv": close, "Open Price.csv": close });
    await expect(readPrices(folder, { wide: "files" })).rejects.toThrow(
      /holds the field "open", and so does .*Open Price/,
    );
    await expect(readPrices(folder, { wide: "close" })).rejects.toThrow(
      /data\.wide=close is for one file; set data\.wide=files/,
    );
    const noClose = folderOf({ "open.csv": close, "size.csv": close });
    await expect(readPrices(noClose, { wide: "files" })).rejects.toThrow(
      /no file holds the close; the fields are "open", "size"/,
    );
    expect(() => parsePrices(close, { wide: "symbol" })).toThrow(/cannot hold the field "symbol"/);
    expect(() => parsePrices("date\n2020-01-02\n", { wide: "close" })).toThrow(/needs a column for each symbol/);
  });
});
