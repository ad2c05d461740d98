import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { isoDate } from "./dates.js";
import { readCalendar } from "./market-calendar.js";
import { parsePrices, readPrices } from "./read.js";
import { contentOf, droppedRows, folderOf } from "./sources/folder.samples.js";

const written = (content: string | Uint8Array, name = "days.csv"): string => `${folderOf({ [name]: content })}/${name}`;
const anyDays = fc.uniqueArray(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 40 });
const ascending = (days: readonly number[]): number[] => days.toSorted((a, b) => a - b);

const header = "date,symbol,open,high,low,close,volume\n";
const rowsOn = (dates: readonly string[]): string =>
  dates.flatMap((date) => ["A", "B"].map((symbol) => `${date},${symbol},10,12,9,11,100\n`)).join("");

describe("reading a calendar", () => {
  test("a list of dates, a column of a CSV file and of a Parquet file hold the same dates, in whatever order and how often", async () => {
    await fc.assert(
      fc.asyncProperty(anyDays, fc.nat(40), async (days, again) => {
        const dates = days.map(isoDate);
        const repeated = [...dates, ...dates.slice(0, again)];
        const expected = ascending(days).map(isoDate);
        const table = `close,Date,note\n${repeated.map((date) => `1,${date},open\n`).join("")}`;
        const parquet = parquetWriteBuffer({
          columnData: [
            { name: "close", data: repeated.map(() => 1), type: "DOUBLE" },
            { name: "trade_date", data: repeated, type: "STRING" },
          ],
        });
        for (const content of [repeated.join("\n"), `date\r\n${repeated.join("\r\n")}`, table, gzipSync(table)])
          expect((await readCalendar(written(content))).dates).toEqual(expected);
        expect((await readCalendar(written(new Uint8Array(parquet), "days.parquet"))).dates).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test("its dates are written as those of the prices, and their columns' names are looked for in it", async () => {
    const path = written("day;Sitzung\n08/02/2013;1\n11/02/2013;1\n");
    const options = { columns: { date: "day" }, dateFormat: "DD/MM/YYYY" };
    expect((await readCalendar(path, options)).dates).toEqual(["2013-02-08", "2013-02-11"]);
    const ours = await readCalendar(written("date\n2013-02-08\n"), { columns: { date: "day" } });
    expect(ours.dates).toEqual(["2013-02-08"]);
  });

  test.each([
    ["", /days\.csv: the file is empty/],
    ["\n\n", /days\.csv: the calendar holds no date; write one a line/],
    ["date\n", /days\.csv: the calendar holds no date; write one a line/],
    ["2013-02-30\n2013-03-01\n", /days\.csv: no column is recognised as the date; the columns are "2013-02-30"/],
    ["2013-02-08\nholiday\n", /days\.csv, line 2, value "holiday": this is no date; write dates as YYYY-MM-DD/],
    ["date,note\n2013-02-08,a\n,b\n", /days\.csv, line 3, column "date", value "": this is no date/],
    ["note,date\na,2013-02-08\nb\n", /days\.csv, line 3, column "date", value "": this is no date/],
    ["date,datetime\n2013-02-08,2013-02-08\n", /several columns could be the date: "date", "datetime"/],
    [new Uint8Array([80, 75, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]), /this is a Zip or Excel file/],
  ])("%j is refused", async (content, message) => {
    await expect(readCalendar(written(content))).rejects.toThrow(message);
  });

  test("a file that is not there is named, and a folder is none", async () => {
    const folder = folderOf({ "a.csv": "date\n" });
    await expect(readCalendar(`${folder}/none.csv`)).rejects.toThrow(/none\.csv: there is no such file/);
    await expect(readCalendar(folder)).rejects.toThrow(/this is a folder; name one file/);
  });
});

describe("prices on a calendar", () => {
  test("every row is on a date of the calendar or counted, and every date of it between the first and the last row's is there", () => {
    fc.assert(
      fc.property(anyDays, anyDays, fc.nat(), (traded, open, seed) => {
        const shared = [open[seed % open.length], open[0]];
        const days = [...new Set([...traded, ...shared])];
        fc.pre(days.filter((day) => open.includes(day)).length > 1);
        const panel = parsePrices(header + rowsOn(days.map(isoDate)), { calendar: { dates: open.map(isoDate) } });
        const both = ascending(days.filter((day) => open.includes(day)));
        const within = ascending(open).filter((day) => day >= both[0] && day <= both[both.length - 1]);
        expect(panel.dates).toEqual(within.map(isoDate));
        expect(panel.rows).toMatchObject({ read: 2 * days.length, used: 2 * both.length });
        expect(panel.rows.used + droppedRows(panel)).toBe(panel.rows.read);
        expect(panel.rows.dropped.notInCalendar?.count ?? 0).toBe(2 * (days.length - both.length));
      }),
    );
  });

  test("the calendar that prices have of themselves changes nothing in them", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 20_000 }), { minLength: 2, maxLength: 40 }), (days) => {
        const text = header + rowsOn(days.map(isoDate));
        const panel = parsePrices(text);
        expect(contentOf(parsePrices(text, { calendar: { dates: panel.dates } }))).toEqual(contentOf(panel));
      }),
    );
  });

  const dates = ["2013-02-08", "2013-02-11", "2013-02-12"];

  test("a date with few rows stays where the calendar has it, and goes as thin where there is none", () => {
    const symbols = Array.from({ length: 10 }, (_, n) => `S${n}`);
    const rows = dates.flatMap((date, t) =>
      symbols.slice(0, t === 1 ? 1 : 10).map((symbol) => `${date},${symbol},10,12,9,11,100\n`),
    );
    const text = header + rows.join("");
    expect(parsePrices(text).dates).toEqual(["2013-02-08", "2013-02-12"]);
    expect(parsePrices(text, { calendar: { dates } })).toMatchObject({ dates, rows: { used: 21, dropped: {} } });
  });

  test("what it and the rows do not have in common is told, and rows that differ on other dates are not compared", async () => {
    const calendar = await readCalendar(written("2013-02-07\n2013-02-08\n2013-02-09\n2013-02-12\n2013-02-13\n"));
    const text = `${header}${rowsOn(dates)}2013-02-11,A,10,12,9,10,100\n`;
    expect(() => parsePrices(text)).toThrow("a second row for A on 2013-02-11");
    const panel = await readPrices(written(text, "prices.csv"), { calendar });
    expect(panel.dates).toEqual(["2013-02-08", "2013-02-09", "2013-02-12"]);
    expect([...panel.present]).toEqual([1, 0, 1, 1, 0, 1]);
    expect(panel.rows.dropped).toEqual({
      notInCalendar: { count: 3, example: "prices.csv, line 4: A on 2013-02-11" },
    });
    expect(panel.calendar).toEqual({
      source: calendar.source,
      notes: [
        "Rows on dates that the calendar days.csv does not have: 3, first prices.csv, line 4: A on 2013-02-11.",
        "Dates of the calendar days.csv without a row: 1, first 2013-02-09; a window that holds one is complete for no stock.",
      ],
    });
  });

  test("a calendar of another time, an empty one and one of no dates are refused", () => {
    const text = header + rowsOn(dates);
    const reading =
      (...own: readonly string[]) =>
      () =>
        parsePrices(text, { calendar: { dates: own } });
    expect(reading("2001-01-02", "2001-01-03")).toThrow(
      "prices: none of the 6 rows, the first of 2013-02-08, is on a date of the calendar; it goes from 2001-01-02 to 2001-01-03",
    );
    expect(reading()).toThrow("is on a date of the calendar; it has no date");
    expect(reading("soon")).toThrow('calendar, value "soon": this is no date; write dates as YYYY-MM-DD');
  });
});
