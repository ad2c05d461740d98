import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoDate } from "./dates.js";
import { type ReadOptions, readPrices } from "./read.js";
import { duckDb, needsDuckDb, writeParquet } from "./sources/duckdb.samples.js";
import { contentOf, droppedRows, folderOf } from "./sources/folder.samples.js";

const symbols = ["NAN", "TRUE", "000001", "BRK.B", "nul l", "Ä", '"Q"', "a;b,c|d\te", "-", "1e5"];
const days = 4;

/** Close and volume by symbol and day; no row where there is none. */
const bar = fc.record({
  close: fc.integer({ min: 1, max: 99_999_999 }).map((cents) => cents / 100),
  volume: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }),
});
const market = fc.record({
  symbols: fc.uniqueArray(fc.constantFrom(...symbols), { minLength: 2, maxLength: 6 }),
  bars: fc.array(fc.array(bar, { minLength: days, maxLength: days }), { minLength: 6, maxLength: 6 }),
});
type Market = typeof market extends fc.Arbitrary<infer Value> ? Value : never;

const dateFormats: readonly (readonly [write: (day: number) => string, dateFormat?: string])[] = [
  [isoDate],
  [(day) => isoDate(day).replaceAll("-", "")],
  [(day) => isoDate(day).replace(/(\d+)-0?(\d+)-0?(\d+)/, "$1/$2/$3")],
  [(day) => `${isoDate(day)} 15:00:00+08:00`],
  [(day) => `${isoDate(day)}T00:00:00.000Z`],
  [(day) => String(day * 86_400)],
  [(day) => String(day * 86_400_000)],
  [(day) => isoDate(day).replace(/(\d+)-(\d+)-(\d+)/, "$3/$2/$1"), "DD/MM/YYYY"],
  [(day) => isoDate(day).replace(/(\d+)-0?(\d+)-0?(\d+)/, "$2/$3/$1"), "MM/DD/YYYY"],
];

const dialect = fc.record({
  separator: fc.constantFrom(",", ";", "\t", "|"),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
  mark: fc.constantFrom("utf8", "bom", "utf16"),
  quoteAll: fc.boolean(),
  lastLineEnds: fc.boolean(),
  thousands: fc.boolean(),
  missing: fc.constantFrom("", "-", "N/A", "#VALUE!", "null", "-99", "n.v."),
  dates: fc.constantFrom(...dateFormats),
  dateName: fc.constantFrom("date", "Date", "datetime", "trade_date", "timestamp", "<DATE>"),
  symbolName: fc.constantFrom("symbol", "Name", "ticker", "ts_code", "instrument", "code", "<TICKER>"),
  closeName: fc.constantFrom("close", "CLOSE", "Close Price", "$close", "<CLOSE>"),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
  shuffle: fc.infiniteStream(fc.nat()),
  isPacked: fc.boolean(),
});
type Dialect = typeof dialect extends fc.Arbitrary<infer Value> ? Value : never;

interface Row {
  readonly symbol: string;
  readonly day: number;
  readonly close: number;
  readonly volume: number | undefined;
}

const rowsOf = ({ symbols: names, bars }: Market): Row[] =>
  names.flatMap((symbol, n) => bars[n].map((one, t) => ({ symbol, day: 18_000 + t, ...one })));

/** What reading has to give, computed from the market itself. */
function expected({ symbols: names, bars }: Market): object {
  const sorted = [...names].sort();
  const field = (of: (one: (typeof bars)[number][number]) => number) =>
    Float64Array.from(sorted.flatMap((symbol) => bars[names.indexOf(symbol)].map(of)));
  const volume = field((one) => one.volume ?? Number.NaN);
  return {
    dates: Array.from({ length: days }, (_, t) => isoDate(18_000 + t)),
    symbols: sorted,
    fields: { close: field(({ close }) => close), ...(!volume.every(Number.isNaN) && { volume }) },
    present: new Uint8Array(sorted.length * days).fill(1),
  };
}

function written(rows: readonly Row[], how: Dialect): Uint8Array {
  const number = (value: number) =>
    how.thousands ? value.toFixed(2).replace(/\B(?=(\d{3})+(?=\.))/g, ",") : String(value);
  const quoted = (text: string) =>
    how.quoteAll || /["\n\r]/.test(text) || text.includes(how.separator) ? `"${text.replaceAll('"', '""')}"` : text;
  const cells = rows.map(({ symbol, day, close, volume }) => [
    how.dates[0](day),
    symbol,
    number(close),
    volume === undefined ? how.missing : number(volume),
  ]);
  const lines = [[how.dateName, how.symbolName, how.closeName, "vol"], ...cells].map((row) =>
    how.order.map((column) => quoted(row[column])).join(how.separator),
  );
  const text = `${how.mark === "utf8" ? "" : "\ufeff"}${lines.join(how.lineEnd)}${how.lastLineEnds ? how.lineEnd : ""}`;
  const bytes = Buffer.from(text, how.mark === "utf16" ? "utf16le" : "utf8");
  return how.isPacked ? gzipSync(bytes) : bytes;
}

const optionsOf = ({ dates, missing }: Dialect): ReadOptions => ({
  decimalMark: ".",
  missing: [-99, "n.v.", missing],
  ...(dates[1] !== undefined && { dateFormat: dates[1] }),
});

describe("any table in any dialect", () => {
  test("of CSV comes back equal, and every row is accounted for", async () => {
    await fc.assert(
      fc.asyncProperty(market, dialect, async (given, how) => {
        const path = join(folderOf({}), "prices");
        const rows = rowsOf(given)
          .map((row) => ({ row, at: how.shuffle.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ row }) => row);
        writeFileSync(path, written(rows, how));
        const panel = await readPrices(path, optionsOf(how));
        expect(contentOf(panel)).toEqual(expected(given));
        expect([panel.rows.read, panel.rows.used + droppedRows(panel)]).toEqual([rows.length, rows.length]);
      }),
      { numRuns: 300 },
    );
  });

  test.skipIf(duckDb === undefined)(`of Parquet comes back equal ${needsDuckDb}`, async () => {
    const parquet = fc.record({
      codec: fc.constantFrom("snappy", "gzip", "zstd", "brotli", "lz4_raw", "uncompressed"),
      date: fc.constantFrom("DATE", "TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"),
      close: fc.constantFrom("DOUBLE", "DECIMAL(12, 2)", "VARCHAR"),
      volume: fc.constantFrom("BIGINT", "INTEGER", "DOUBLE", "HUGEINT"),
      version: fc.constantFrom("V1", "V2"),
    });
    await fc.assert(
      fc.asyncProperty(market, parquet, async (given, how) => {
        const path = join(folderOf({}), "prices");
        const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
        const values = rowsOf(given).map(
          ({ symbol, day, close, volume }) => `(${text(isoDate(day))}, ${text(symbol)}, ${close}, ${volume ?? "NULL"})`,
        );
        const query = `SELECT date::${how.date} AS date, symbol, close::${how.close} AS close, vol::${how.volume} AS vol
          FROM (VALUES ${values.join(", ")}) AS t(date, symbol, close, vol)`;
        await writeParquet(path, query, `, COMPRESSION ${how.codec}, PARQUET_VERSION ${how.version}`);
        expect(contentOf(await readPrices(path))).toEqual(expected(given));
      }),
      { numRuns: 40 },
    );
  });
});

describe("any bytes", () => {
  const begin = fc.constantFrom(
    "",
    "PAR1",
    "date,symbol,close\n",
    "\ufeff",
    '"',
    "date;symbol;close\r\n2020-01-02;A;1\r\n",
  );
  const middle = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.stringMatching(/^[-0-9A-C,;"\n\r.:/ ]{0,200}$/).map((text) => new Uint8Array(Buffer.from(text))),
  );

  test("end in a panel that accounts for every row or in an error that says why, packed or not, alone or in a folder", async () => {
    await fc.assert(
      fc.asyncProperty(begin, middle, fc.constantFrom("", "PAR1"), fc.boolean(), async (head, body, tail, isPacked) => {
        const bytes = Buffer.concat([Buffer.from(head), body, Buffer.from(tail)]);
        const folder = folderOf({ "noise.csv": isPacked ? gzipSync(bytes) : bytes });
        for (const path of [join(folder, "noise.csv"), folder]) {
          const outcome = await readPrices(path, { missing: ["A"] }).catch((error: unknown) => error);
          if (outcome instanceof Error) {
            expect(outcome.name).toBe("DataError");
            expect(outcome.message).toContain(folder);
            expect(outcome.message.length).toBeLessThan(2000);
          } else expect(outcome).toHaveProperty("rows.used");
        }
      }),
      { numRuns: 300 },
    );
  });
});
