import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError } from "./data-error.js";
import { isoDate } from "./dates.js";
import { parsePrices, readPrices } from "./read.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prices-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const header = "date,symbol,open,high,low,close,volume\n";
const small = `${header}2020-01-02,A,1,2,1,2,10\n2020-01-02,B,5,6,4,5,20\n2020-01-03,A,2,3,2,3,30\n2020-01-03,B,5,7,5,6,40\n`;

describe("readPrices", () => {
  test("reads a file into a panel, plain or gzipped whatever its name, with the hash of its bytes", async () => {
    const plain = await readPrices(await fileOf("small.csv", small));
    expect(plain.dates).toEqual(["2020-01-02", "2020-01-03"]);
    expect(plain.symbols).toEqual(["A", "B"]);
    expect(plain.fields.close).toEqual(Float64Array.of(2, 3, 5, 6));
    expect(plain.fields.volume).toEqual(Float64Array.of(10, 30, 20, 40));
    expect(plain.rows).toEqual({ read: 4, used: 4, dropped: {}, noted: {} });
    expect(plain.source?.sha256).toBe(createHash("sha256").update(small).digest("hex"));

    const packed = gzipSync(small);
    const unpacked = await readPrices(await fileOf("misnamed.csv", packed));
    expect({ ...unpacked, source: undefined }).toEqual({ ...plain, source: undefined });
    expect(unpacked.source?.sha256).toBe(createHash("sha256").update(packed).digest("hex"));
  });

  test("UTF-8 cut anywhere and UTF-16 are read to the character", async () => {
    const text = small.replaceAll(",A,", ",Bühler é,");
    const utf8 = await readPrices(await fileOf("utf8.csv", `\ufeff${text}`));
    const utf16 = await readPrices(await fileOf("utf16.csv", Buffer.from(`\ufeff${text}`, "utf16le")));
    expect(utf8.symbols).toEqual(["B", "Bühler é"]);
    expect(utf16.fields).toEqual(utf8.fields);
  });

  test("what is no readable file is refused in one sentence that names it", async () => {
    const cases: [string, string | Uint8Array, RegExp][] = [
      ["empty.csv", "", /empty\.csv: the file is empty/],
      ["blank.csv", "\n\n", /blank\.csv: the file is empty/],
      ["empty.csv.gz", gzipSync(""), /the file is empty/],
      ["header.csv", header, /a header but no rows/],
      ["cut.csv.gz", gzipSync(small).subarray(0, 40), /gzip data are broken/],
      ["table.parquet", "PAR1....", /the Parquet file cannot be read/],
      ["table.xlsx", "PK\u0003\u0004....", /Zip or Excel/],
      ["latin.csv", Buffer.from("date,symbol,close\n2020-01-01,B\xfc,1\n", "latin1"), /not UTF-8/],
    ];
    for (const [name, content, message] of cases) {
      const reading = readPrices(await fileOf(name, content));
      await expect(reading).rejects.toThrow(DataError);
      await expect(reading).rejects.toThrow(message);
    }
    await expect(readPrices(join(folder, "nowhere.csv"))).rejects.toThrow(/nowhere\.csv: there is no such file/);
  });

  test("random bytes end in an error, never in a panel", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, packed) => {
        const path = await fileOf("noise.bin", packed ? gzipSync(bytes) : bytes);
        await expect(readPrices(path)).rejects.toThrow(DataError);
      }),
      { numRuns: 60 },
    );
  });
});

describe("parsePrices", () => {
  test("any table in any order and date format gives the same panel", () => {
    const cell = fc.record({ close: fc.integer({ min: 1, max: 9999 }), volume: fc.integer({ min: 1, max: 99 }) });
    const formats = [
      (day: number) => isoDate(day),
      (day: number) => isoDate(day).replaceAll("-", ""),
      (day: number) => isoDate(day).replaceAll("-", "/"),
      (day: number) => `${isoDate(day)}T00:00:00+08:00`,
      (day: number) => String(day * 86_400),
      (day: number) => String(day * 86_400_000),
    ];
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom("NAN", "TRUE", "000001", "BRK.B", "a", "Ä", "0"), { minLength: 2 }),
        fc.array(fc.array(cell, { minLength: 7, maxLength: 7 }), { minLength: 2, maxLength: 5 }),
        fc.constantFrom(...formats),
        fc.infiniteStream(fc.nat()),
        (symbols, cells, format, order) => {
          const rows = cells.flatMap((onDate, t) =>
            symbols.map((symbol, n) => `${format(18_000 + t)},${symbol},${onDate[n].close / 100},${onDate[n].volume}`),
          );
          const shuffled = rows.map((row) => ({ row, at: order.next().value })).sort((a, b) => a.at - b.at);
          const panel = parsePrices(`date,code,close,vol\n${shuffled.map(({ row }) => row).join("\n")}`);
          const sorted = [...symbols].sort();
          expect(panel.symbols).toEqual(sorted);
          expect(panel.dates).toEqual(cells.map((_, t) => isoDate(18_000 + t)));
          sorted.forEach((symbol, n) => {
            cells.forEach((onDate, t) => {
              const { close, volume } = onDate[symbols.indexOf(symbol)];
              expect(panel.fields.close[n * cells.length + t]).toBe(close / 100);
              expect(panel.fields.volume[n * cells.length + t]).toBe(volume);
            });
          });
          expect(panel.rows.used).toBe(symbols.length * cells.length);
        },
      ),
    );
  });

  test("numbers come back from quotes, separators and markers, and what is missing is counted with its place", () => {
    const panel = parsePrices(
      'Date,Name,Open,Close\n20200102,A,"2,400.00",1\n20200102,B,-,2\n20200103,A,#VALUE!,3\n20200103,B,oops,4\n' +
        "20200106,A,,5\n20200106,B,7,6\n20200107,A,8,7\n20200107,B,9,8\n",
    );
    expect(panel.fields.open).toEqual(Float64Array.of(2400, NaN, NaN, 8, NaN, NaN, 7, 9));
    expect(panel.rows.noted).toEqual({
      missingValue: { count: 3, example: 'prices, line 3, column "Open", value "-"' },
      notANumber: { count: 1, example: 'prices, line 5, column "Open", value "oops"' },
    });
  });

  test("counts and their examples are the same whatever the path, and errors name the path as given", () => {
    const text = `${small}2020-01-03,,1,1,1,1,1\n2020-01-02,A,1,2,1,2,10\n2020-01-06,A,-1,2,3,2,x\n2020-01-06,B,2,2,2,2,0\n`;
    const { rows } = parsePrices(text, {}, "/some/where/prices.csv");
    expect(Object.keys(rows.dropped)).toEqual(["noSymbol", "duplicate"]);
    expect(Object.keys(rows.noted)).toEqual(["notANumber", "nonPositivePrice", "inconsistentBar", "suspended"]);
    expect(rows).toEqual(parsePrices(text, {}, "prices.csv").rows);
    expect(() => parsePrices(header, {}, "/some/where/prices.csv")).toThrow("/some/where/prices.csv: the file has");
  });

  test("a column that the mapping says is none is no price under its own name", () => {
    const text =
      "date,symbol,close,adjustedClose\n2020-01-02,A,2,1\n2020-01-02,B,2,1\n2020-01-03,A,2,1\n2020-01-03,B,2,1\n";
    const { fields, rows } = parsePrices(text, { columns: { adjustedClose: null } });
    expect(fields.close).toEqual(Float64Array.of(2, 2, 2, 2));
    expect(rows.noted.columnLeftOut.example).toContain("data.columns.adjustedClose names another or none");
  });

  test("further numeric columns are kept under their names, columns of text are left out and said", () => {
    const panel = parsePrices(
      small.replace("volume", "volume,Market Cap,sector").replace(/(\d)\n/g, "$1,1e3,Energy\n"),
    );
    expect(Object.keys(panel.fields)).toEqual(["open", "high", "low", "close", "volume", "Market Cap"]);
    expect(panel.fields["Market Cap"]).toEqual(Float64Array.of(1000, 1000, 1000, 1000));
    expect(panel.rows.noted.columnLeftOut.example).toBe('prices, line 2, column "sector", value "Energy": not numeric');
  });

  test("text where prices belong is refused with the column and its first value", () => {
    const text = "date,symbol,close\n2020-01-02,A,high\n2020-01-02,B,low\n2020-01-03,A,high\n2020-01-03,B,3\n";
    expect(() => parsePrices(text)).toThrow(
      'prices, line 2, column "close", value "high": text stands where numbers belong: 3 values of this column are not numbers, 1 are',
    );
    const long = `date,symbol,close\n${"2020-01-02,A,word\n".repeat(1500)}`;
    expect(() => parsePrices(long)).toThrow(/1000 values of this column are not numbers/);
    expect(() => parsePrices("date,symbol,close\n2020-01-02,A,\n2020-01-03,B,-\n")).toThrow(/holds no price at all/);
  });

  test("rows that cannot be placed are dropped and counted; when most are, the file is refused", () => {
    const panel = parsePrices(
      `${small}n/a,A,1,1,1,1,1\n2020-01-03,,1,1,1,1,1\n2020-01-03,A,1\n2020-01-03,A,2,3,2,3,30,,\n`,
    );
    const { read, used, dropped } = panel.rows;
    expect({ read, used }).toEqual({ read: 8, used: 4 });
    expect(dropped).toEqual({
      unreadableDate: { count: 1, example: 'prices, line 6, column "date", value "n/a"' },
      noSymbol: { count: 1, example: 'prices, line 7, column "symbol", value ""' },
      fieldCount: { count: 1, example: 'prices, line 8, value "3 fields, the header has 7"' },
      duplicate: { count: 1, example: "prices, line 9: again A on 2020-01-03, first on line 4" },
    });
    const dayFirst = small.replaceAll(/2020-01-(\d\d)/g, "$1/01/2020");
    expect(() => parsePrices(dayFirst)).toThrow(
      'prices, line 2, column "date", value "02/01/2020": 4 of 4 rows have no readable date',
    );
  });

  test("a single date and a single symbol are refused by name", () => {
    expect(() => parsePrices(small.replaceAll("01-03,A", "01-02,C").replaceAll("01-03,B", "01-02,D"))).toThrow(
      "prices: the file holds a single date, 2020-01-02",
    );
    expect(() => parsePrices("date,symbol,close\n2020-01-02,A,1\n2020-01-03,A,2\n")).toThrow(
      'prices: the file holds a single symbol, "A"',
    );
  });

  test("a comma in a file separated by semicolons is refused until its meaning is said", () => {
    const text = "date;symbol;close\n2020-01-02;A;2,400\n2020-01-02;B;2,5\n2020-01-03;A;1.000,5\n2020-01-03;B;3\n";
    expect(() => parsePrices(text)).toThrow(/line 2, column "close", value "2,400": .*set data\.decimalMark to/);
    expect(parsePrices(text, { decimalMark: "," }).fields.close).toEqual(Float64Array.of(2.4, 1000.5, 2.5, 3));
    const whole = text.replace("1.000,5", "1.000");
    expect(parsePrices(whole, { decimalMark: "," }).fields.close).toEqual(Float64Array.of(2.4, 1000, 2.5, 3));
  });
});
