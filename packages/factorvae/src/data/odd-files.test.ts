import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePrices, readPrices } from "./read.js";
import { folderOf } from "./sources/folder.samples.js";

const header = "date,symbol,open,high,low,close,volume";
const rows = ["2013-02-08", "2013-02-11", "2013-02-12"].flatMap((date) =>
  ["A", "B"].map((symbol) => `${date},${symbol},10,12,9,11,100`),
);
const csv = (lines: readonly string[], first = header) => [first, ...lines, ""].join("\n");
const clean = csv(rows);
const each = (change: (row: string) => string) => csv(rows.map(change));

/** What becomes of a file: its message where it is refused. */
async function outcome(text: string | Uint8Array): Promise<string> {
  return readPrices(`${folderOf({ "p.csv": text })}/p.csv`).then(
    () => "read",
    (error: unknown) => (error instanceof Error && error.name === "DataError" ? error.message : String(error)),
  );
}

describe("a file that is none of prices is refused by what it is:", () => {
  const others: readonly (readonly [what: string, text: string | Uint8Array, message: string])[] = [
    ["a page of HTML", "<!DOCTYPE html>\n<html><body>Not found</body></html>\n", "p.csv: this is an HTML page"],
    ["JSON", JSON.stringify([{ date: "2013-02-08", symbol: "A", close: 1 }]), "p.csv: this is JSON"],
    ["UTF-16 without a mark", Buffer.from(clean, "utf16le"), "p.csv, line 1: the text holds a NUL character"],
    ["a file with a hole in it", `${clean}\0\0\0\0`, "p.csv, line 8: the text holds a NUL character"],
    ["a symbol with a NUL", clean.replace("11,B", "11,B\0"), "p.csv, line 5: the text holds a NUL character"],
    ["a separator of another kind", clean.replaceAll(",", ":"), "the first line is a single field"],
    ["a title above the header", `Prices\n${clean}`, "take away what stands above the header"],
    ["a title with separators", `Prices,,,,,,\n${clean}`, "take away what stands above the header"],
  ];
  test.each(others.map(([what, text, message]) => ({ what, text, message })))("$what", async ({ text, message }) => {
    expect(await outcome(text)).toContain(message);
  });

  test("a message is one short line, whatever the header holds", async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z\n\r\t]{1,9}$/), async (name) => {
        const message = await outcome(`"x${name.repeat(9000)}y",b\n1,2\n`);
        expect(message).toMatch(/recognised as the date/);
        expect(message.length).toBeLessThan(600);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
        expect(message).not.toMatch(/[\x00-\x1f]/);
      }),
      { numRuns: 20 },
    );
  });

  test("a row of over a million characters is refused wherever it stands", async () => {
    const long = `2013-02-12,${"x".repeat(1_100_000)},10,12,9,11,100`;
    const message = /line \d: a row is longer than 1048576 characters/;
    expect(await outcome(csv([...rows, long]))).toMatch(message);
    expect(await outcome(csv([long, ...rows]))).toMatch(message);
    expect(await outcome(csv([...rows, long, ...rows.map((row) => row.replace("2013", "2014"))]))).toMatch(message);
    expect(() => parsePrices(csv([...rows, long]))).toThrow(message);
  });
});

describe("numbers and dates that look odd:", () => {
  test("minus zero is zero: it differs from no other zero, and shows in no field", () => {
    const more = csv(
      [`${rows[0]},-0`, `${rows[0]},0`, `${rows[1]},-0.00`, ...rows.slice(2).map((row) => `${row},-0e5`)],
      `${header},size`,
    );
    const panel = parsePrices(more);
    expect(Object.keys(panel.rows.dropped)).toEqual(["duplicate"]);
    expect(panel.fields.size).toEqual(new Float64Array(6));
  });

  test("a time of day may be of twelve hours, in dates of any format", () => {
    const expected = parsePrices(clean);
    const evening = each((row) => row.replace(/^\S{10}/, "$& 4:00:00 PM"));
    expect(parsePrices(evening)).toEqual(expected);
    const american = each((row) => row.replace(/^(\d+)-(\d+)-(\d+)/, "$2/$3/$1 4:00 pm"));
    expect(parsePrices(american, { dateFormat: "MM/DD/YYYY" })).toEqual(expected);
  });

  test.each(["99:99:99", "25:00", "12:60", "13:00 PM"])(
    "%s is no time of day, and a date beside it is none",
    (time) => {
      expect(() => parsePrices(each((row) => row.replace(/^\S{10}/, `$& ${time}`)))).toThrow(
        `value "2013-02-08 ${time}": 6 of 6 rows have no readable date`,
      );
    },
  );

  test("a day as Excel counts it is no date, and the refusal says which day it may be", () => {
    const serial = (row: string) => row.replace(/^\S{10}/, (date) => String(Date.parse(date) / 86_400_000 + 25_569));
    expect(() => parsePrices(each(serial))).toThrow(
      /line 2, column "date", value "41313": 6 of 6 rows.*as Excel counts days 41313 is 2013-02-08/,
    );
  });

  test.each(["$11.00", "11%", "1.2M", "€11"])("a column of values such as %s is refused with the repair", (value) => {
    expect(() => parsePrices(each((row) => row.replace(",11,", `,${value},`)))).toThrow(
      /line 2, column "close", value ".*": text stands.*write plain numbers, without signs or units/,
    );
  });

  test("a file of which no close is left is refused with the first of them", () => {
    expect(() => parsePrices(each((row) => row.replace(",11,", ",-11,")))).toThrow(
      'prices: no close is left: nonPositivePrice 6 (first: prices, line 2, column "close", value "-11")',
    );
  });
});

test("a symbol stays what it is to the character, and blanks around one are told", () => {
  const { symbols, rows: counts } = parsePrices(clean.replace("12,A,", "12,A ,"));
  expect(symbols).toEqual(["A", "A ", "B"]);
  expect(counts.noted.blankAroundSymbol).toEqual({ count: 1, example: 'prices, line 6, column "symbol", value "A "' });
});
