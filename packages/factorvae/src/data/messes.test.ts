import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { DataError } from "./data-error.js";
import type { Panel } from "./panel.js";
import { type ReadOptions, readPrices } from "./read.js";
import { droppedRows, folderOf } from "./sources/folder.samples.js";

const header = "date,symbol,open,high,low,close,volume";
const dates = ["2013-02-08", "2013-02-11", "2013-02-12"];
/** Two stocks on three days, all in order. */
const rows = dates.flatMap((date) => ["A", "B"].map((symbol) => `${date},${symbol},10,12,9,11,100`));
const csv = (lines: readonly string[], first = header) => [first, ...lines, ""].join("\n");
const clean = csv(rows);
const edited = (line: number, row: string) => csv(rows.toSpliced(line - 2, 1, row));

async function read(text: string | Uint8Array, options?: ReadOptions): Promise<Panel> {
  const panel = await readPrices(`${folderOf({ "p.csv": text })}/p.csv`, options);
  expect(panel.rows.read).toBe(panel.rows.used + droppedRows(panel));
  return panel;
}

/** What the counts say: `missingValue 1: p.csv, line 2, ...`. */
const said = ({ rows: { dropped, noted } }: Panel): string[] =>
  [...Object.entries(dropped), ...Object.entries(noted)].map(
    ([reason, { count, example }]) => `${reason} ${count}: ${example}`,
  );

const readAlike: readonly (readonly [mess: string, text: string | Uint8Array, options?: ReadOptions])[] = [
  ["a byte order mark", `\ufeff${clean}`],
  ["Windows line ends", clean.replaceAll("\n", "\r\n")],
  ["gzip", gzipSync(clean)],
  ["quoted fields", clean.replaceAll(/[^,\n]+/g, '"$&"')],
  ["newest first", csv(rows.toReversed())],
  [
    "other names, capitals and spaces",
    clean.replace(header, " Trade Date ,TS_Code,OPEN, High,low_price,Close Price,Vol"),
  ],
  ["names that are mapped", clean.replace("symbol", "wkn"), { columns: { symbol: "wkn" } }],
  [
    "a nameless column of row numbers",
    csv(
      rows.map((row, i) => `${i},${row}`),
      `,${header}`,
    ),
  ],
  ["dates without signs", clean.replaceAll(/(\d{4})-(\d\d)-(\d\d)/g, "$1$2$3")],
  ["dates with slashes and no zeros", clean.replaceAll(/(\d{4})-0(\d)-0?(\d+)/g, "$1/$2/$3")],
  ["dates with a time and a zone", clean.replaceAll(/\d{4}-\d\d-\d\d/g, "$& 00:00:00-05:00")],
  ["dates as seconds since 1970", clean.replaceAll(/\d{4}-\d\d-\d\d/g, (date) => String(Date.parse(date) / 1000))],
  [
    "day-first dates that are said to be",
    clean.replaceAll(/(\d{4})-(\d\d)-(\d\d)/g, "$3/$2/$1"),
    { dateFormat: "DD/MM/YYYY" },
  ],
  ["blank lines and trailing separators", clean.replaceAll("\n", ",,\n\n").replace(",,", "")],
];

describe("a mess that is read as if it were none:", () => {
  test.each(readAlike.map(([mess, text, options]) => ({ mess, text, options })))("$mess", async ({ text, options }) => {
    const { fields, dates: read1, symbols } = await read(text, options);
    const expected = await read(clean);
    expect({ fields, dates: read1, symbols }).toEqual({
      fields: expected.fields,
      dates: expected.dates,
      symbols: expected.symbols,
    });
  });

  test("symbols that look like something else stay what they are", async () => {
    const text = clean.replaceAll(",A,", ",NAN,").replaceAll(",B,", ",TRUE,");
    expect((await read(text)).symbols).toEqual(["NAN", "TRUE"]);
    expect((await read(clean.replaceAll(",A,", ",000001,"))).symbols).toEqual(["000001", "B"]);
  });

  test("thousands separators are taken off", async () => {
    expect((await read(edited(2, '2013-02-08,A,10,"2,400.00",9,11,"1,000,000"'))).fields).toMatchObject({
      high: Float64Array.of(2400, 12, 12, 12, 12, 12),
      volume: Float64Array.of(1e6, 100, 100, 100, 100, 100),
    });
  });

  test("Adj Close beside Close adjusts prices, and not volumes", async () => {
    const text = csv(
      rows.map((row) => `${row},5.5`),
      `${header},Adj Close`,
    );
    const { fields } = await read(text);
    expect([fields.open[0], fields.close[0], fields.factor[0], fields.volume[0]]).toEqual([5, 5.5, 0.5, 100]);
  });
});

const counted: readonly (readonly [mess: string, text: string, counts: readonly string[], options?: ReadOptions])[] = [
  [
    "#VALUE!",
    edited(2, "2013-02-08,A,#VALUE!,12,9,11,100"),
    ['missingValue 1: p.csv, line 2, column "open", value "#VALUE!"'],
  ],
  ["a hyphen", edited(2, "2013-02-08,A,10,-,9,11,100"), ['missingValue 1: p.csv, line 2, column "high", value "-"']],
  ["an empty cell", edited(2, "2013-02-08,A,10,12,,11,100"), ['missingValue 1: p.csv, line 2, column "low", value ""']],
  [
    "a marker of one's own, however it is written",
    edited(2, "2013-02-08,A,-99.00,12,9,11,n.v."),
    ['missingValue 2: p.csv, line 2, column "open", value "-99.00"'],
    { missing: [-99, "n.v."] },
  ],
  [
    "text among numbers",
    edited(2, "2013-02-08,A,ten,12,9,11,100"),
    ['notANumber 1: p.csv, line 2, column "open", value "ten"'],
  ],
  [
    "an exact duplicate",
    csv([...rows, rows[0]]),
    ["duplicate 1: p.csv, line 8: again A on 2013-02-08, first on line 2"],
  ],
  [
    "a conflicting duplicate, by the policy",
    csv([...rows, "2013-02-08,A,10,12,9,11.5,100"]),
    ["conflictingDuplicate 1: p.csv, line 8: again A on 2013-02-08, first on line 2"],
    { duplicates: "first" },
  ],
  [
    "a row without a date",
    edited(2, ",A,10,12,9,11,100"),
    ['unreadableDate 1: p.csv, line 2, column "date", value ""'],
  ],
  [
    "a row without a symbol",
    edited(2, "2013-02-08, ,10,12,9,11,100"),
    ['noSymbol 1: p.csv, line 2, column "symbol", value " "'],
  ],
  [
    "a row that is cut",
    edited(7, "2013-02-12,B,10"),
    ['fieldCount 1: p.csv, line 7, value "3 fields, the header has 7"'],
  ],
  [
    "a zero price",
    edited(2, "2013-02-08,A,0,12,9,11,100"),
    ['nonPositivePrice 1: p.csv, line 2, column "open", value "0"'],
  ],
  [
    "a negative price",
    edited(2, "2013-02-08,A,10,12,-9,11,100"),
    ['nonPositivePrice 1: p.csv, line 2, column "low", value "-9"'],
  ],
  [
    "a suspended day",
    edited(2, "2013-02-08,A,10,12,9,11,0"),
    ['suspended 1: p.csv, line 2, column "volume", value "0"'],
  ],
  [
    "a bad tick outside the bar",
    edited(2, "2013-02-08,A,10,12,9,158,100"),
    ['inconsistentBar 1: p.csv, line 2, column "close", value "158 (high 12, low 9)"'],
  ],
  [
    "a column of text",
    csv(
      rows.map((row) => `${row},Energy`),
      `${header},sector`,
    ),
    ['columnLeftOut 1: p.csv, line 2, column "sector", value "Energy": not numeric'],
  ],
];

describe("a mess that is counted, with its first place:", () => {
  test.each(counted.map(([mess, text, counts, options]) => ({ mess, text, counts, options })))(
    "$mess",
    async ({ text, counts, options }) => {
      expect(said(await read(text, options))).toEqual(counts);
    },
  );

  test("a late listing, a delisting and a gap are dates without a row, and nothing fills them", async () => {
    const { present, fields, rows: counts } = await read(csv(rows.filter((_, i) => i !== 1 && i !== 5)));
    expect(present).toEqual(Uint8Array.of(1, 1, 1, 0, 1, 0));
    expect(fields.close).toEqual(Float64Array.of(11, 11, 11, NaN, 11, NaN));
    expect(counts).toEqual({ read: 4, used: 4, dropped: {}, noted: {} });
  });

  test("a date with hardly any stock is no market day", async () => {
    const names = Array.from({ length: 10 }, (_, n) => `S${n}`);
    const many = dates.flatMap((date) => names.map((symbol) => `${date},${symbol},10,12,9,11,100`));
    const panel = await read(csv([...many, "2013-02-10,S3,10,12,9,11,100"]));
    expect(panel.dates).toEqual(dates);
    expect(said(panel)).toEqual([
      "thinDate 1: p.csv: on 2013-02-10 1 symbols have a price, 10 had one on the 20 dates before",
    ]);
  });
});

const refused: readonly (readonly [mess: string, text: string, message: string | RegExp, options?: ReadOptions])[] = [
  [
    "a conflicting duplicate",
    csv([...rows, "2013-02-08,A,10,12,9,11.5,100"]),
    'line 8, column "close", value "11.5": a second row for A on 2013-02-08, first on line 2, differs (11 there)',
  ],
  [
    "dates that may be of two days",
    clean.replaceAll(/(\d{4})-(\d\d)-(\d\d)/g, "$3/$2/$1"),
    /line 2, column "date", value "08\/02\/2013": 6 of 6 rows have no readable date.*data\.dateFormat/,
  ],
  [
    "dates of another format than is said",
    clean,
    'value "2013-02-08": 6 of 6 rows have no date written as data.dateFormat says, DD/MM/YYYY',
    { dateFormat: "DD/MM/YYYY" },
  ],
  [
    "two columns that may be the symbol",
    clean.replace("volume", "name"),
    'several columns could be the symbol: "symbol", "name"',
  ],
  ["two columns of one name", clean.replace("high", "open"), 'column "open": two columns bear this name'],
  [
    "two adjustments",
    csv(
      rows.map((row) => `${row},11,1`),
      `${header},adj close,factor`,
    ),
    'both "adj close" and "factor" could adjust',
  ],
  [
    "a column of prices that is text",
    clean.replaceAll(",11,", ",eleven,"),
    'line 2, column "close", value "eleven": text stands where',
  ],
  [
    "a comma that may be a decimal mark",
    clean.replaceAll(",", ";").replace(";11;", ";11,5;"),
    'line 2, column "close", value "11,5"',
  ],
  ["an unclosed quote", edited(3, '2013-02-08,"B,10,12,9,11,100'), "line 3: a quoted field is malformed"],
  ["a wide file that is not said to be one", "date,A,B\n2013-02-08,1,2\n", "no column is recognised as the symbol"],
];

const otherKinds: readonly (readonly [kind: string, head: Uint8Array, message: string])[] = [
  ["Zip or Excel", Buffer.from("PK\x03\x04 and more", "latin1"), "this is a Zip or Excel file; write the table as CSV"],
  ["old Excel", Buffer.from("\xd0\xcf\x11\xe0 and more", "latin1"), "this is an Excel file; write the table as CSV"],
  ["Zstandard", Buffer.from("\x28\xb5\x2f\xfd and more", "latin1"), "this is packed by Zstandard; unpack it"],
  ["bzip2", Buffer.from("BZh91AY&SY and more", "latin1"), "this is packed by bzip2; unpack it"],
  ["xz", Buffer.from("\xfd7zXZ\0 and more", "latin1"), "this is packed by xz; unpack it"],
  ["gzip in gzip", gzipSync(gzipSync(clean)), "this is packed by gzip twice; unpack it once"],
  [
    "Feather",
    Buffer.from("ARROW1\0\0 and more", "latin1"),
    "this is an Arrow or Feather file; write the table as Parquet or CSV",
  ],
  [
    "Latin-1",
    Buffer.from(clean.replaceAll("A", "\xc4"), "latin1"),
    "the file is not UTF-8 text; write it as CSV in UTF-8",
  ],
];

describe("a file of another kind is refused by its name:", () => {
  test.each(otherKinds.map(([kind, head, message]) => ({ kind, head, message })))(
    "$kind",
    async ({ head, message }) => {
      await expect(read(head)).rejects.toThrow(`p.csv: ${message}`);
    },
  );
});

describe("a mess that is refused, in one sentence with its place:", () => {
  test.each(refused.map(([mess, text, message, options]) => ({ mess, text, message, options })))(
    "$mess",
    async ({ text, message, options }) => {
      const outcome = await read(text, options).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(DataError);
      expect(outcome).toHaveProperty(
        "message",
        message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
      );
      expect(outcome).toHaveProperty("message", expect.stringContaining("p.csv"));
    },
  );
});
