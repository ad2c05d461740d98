import { createHash } from "node:crypto";
import { buildPanel, type DuplicatePolicy } from "./build-panel.js";
import { DataError, storedPlace } from "./data-error.js";
import { longRows } from "./long-rows.js";
import type { MarketCalendar } from "./market-calendar.js";
import type { Panel } from "./panel.js";
import { panelHash } from "./panel-hash.js";
import type { PriceRows, PricesReader, RowOptions } from "./price-rows.js";
import { csvTable } from "./sources/csv-table.js";
import { type PriceFile, priceFiles } from "./sources/price-files.js";
import { queryOrigin, readQueryTable } from "./sources/query-table.js";
import { readTable } from "./sources/read-table.js";
import type { TableOrigin } from "./sources/table.js";
import { wideRows } from "./wide-rows.js";

/** How prices are read. */
export interface ReadOptions extends RowOptions {
  /**
   * The market's dates (`await readCalendar(path)`, or `{ dates }`): rows on others are dropped, and counted; dates without a row
   * stay, between the first and the last with one. Default: the dates of the rows, less thin ones.
   */
  readonly calendar?: MarketCalendar;
  /** What to do with rows of the same symbol and date that differ; default "refuse". Equal rows always collapse. */
  readonly duplicates?: DuplicatePolicy;
  /**
   * Wide files, a column a symbol: the field that a single file holds (`close`), or `files`, where each file of a folder
   * holds the field that its name says. Default: long ones, a row per symbol and date.
   */
  readonly wide?: string;
  /** An SQL query whose rows are the prices; it finds the files as the view `prices`. Needs `@duckdb/node-api`. */
  readonly query?: string;
}

/**
 * Reads prices into a panel on the market calendar: a CSV file, plain or gzipped, a Parquet file, a folder of such files or
 * a pattern (`prices/*.csv`), one after the other and never a whole one in memory.
 *
 * Columns are recognised by name or mapped by `options.columns`, in each file on its own; where a file of several has no
 * column for the symbol, its name says it. Rows dropped and values remarked on are counted in `panel.rows`;
 * `panel.source` bears the hash of the file's bytes, of all files' names and bytes, or of what a query gave.
 * @throws DataError with the file, line, column and value where they are known
 */
export async function readPrices(path: string, options: ReadOptions = {}): Promise<Panel> {
  if (options.query !== undefined) return readQuery(path, options.query, options);
  const { rows, sha256 } = await readRows(path, (isSingle) => readerOf(path, options, isSingle));
  return { ...buildPanel(rows, options.duplicates, options.calendar), source: { file: path, sha256 } };
}

/**
 * Reads all files that a path names by one reader.
 * @param readerFor makes it, given whether the path names a single file
 * @param symbol that of a single file in which no column says it
 * @returns the rows, and SHA-256 of the file's bytes or of all files' names and bytes
 * @throws DataError for a file that cannot be read, and what the reader throws
 */
export async function readRows(
  path: string,
  readerFor: (isSingle: boolean) => PricesReader,
  symbol?: string,
): Promise<{ readonly rows: PriceRows; readonly sha256: string }> {
  const { files, leftOut, isSingle } = await priceFiles(path);
  const reader = readerFor(isSingle);
  const hashes: string[] = [];
  const stems = new Set(files.map(({ stem }) => stem));
  for (const { path: file, stem } of files) {
    // Where all files have one name (`symbol=AAL/data_0.parquet`) it tells no symbol.
    const named = isSingle ? symbol : stems.size > 1 || files.length === 1 ? stem : undefined;
    const table = (countedBy: TableOrigin["countedBy"]) =>
      reader.table({ file, stem, countedBy, ...(named !== undefined && { symbol: named }) });
    hashes.push(await readTable(file, table));
  }
  const rows = reader.finish();
  for (const { path: file, reason } of leftOut)
    rows.noted.add("fileLeftOut", () => `${storedPlace({ file })}: ${reason}`);
  return { rows, sha256: isSingle ? hashes[0] : hashOfAll(files, hashes) };
}

/** Reads prices from text that is already in memory, as `readPrices` does; `name` stands for the file in messages. */
export function parsePrices(text: string, options: ReadOptions = {}, name = "prices"): Panel {
  const reader = readerOf(name, options, true);
  const table = csvTable(name, reader.table({ file: name, stem: name, countedBy: "line" }));
  table.push(text);
  table.end();
  return buildPanel(reader.finish(), options.duplicates, options.calendar);
}

async function readQuery(path: string, query: string, options: ReadOptions): Promise<Panel> {
  const reader = readerOf(path, options, true);
  const sink = reader.table({ file: queryOrigin, stem: queryOrigin, countedBy: "row" });
  await readQueryTable(path, query, sink, options.columns?.symbol ?? undefined);
  const panel = buildPanel(reader.finish(), options.duplicates, options.calendar);
  return { ...panel, source: { file: path, sha256: panelHash(panel, query) } };
}

function readerOf(path: string, options: ReadOptions, isSingle: boolean): PricesReader {
  const { wide } = options;
  if (wide === undefined) return longRows(path, options);
  if (wide !== "files" && !isSingle) {
    throw new DataError(
      `data.wide=${wide} is for one file; set data.wide=files where each file holds the field that its name says`,
      { file: path },
    );
  }
  return wideRows(path, ({ stem }) => (wide === "files" ? stem : wide), options);
}

/** SHA-256 over the names and the bytes of several files, in the order of the names. */
function hashOfAll(files: readonly PriceFile[], hashes: readonly string[]): string {
  const hash = createHash("sha256");
  files.forEach(({ name }, i) => {
    hash.update(`${JSON.stringify(name)} ${hashes[i]}\n`);
  });
  return hash.digest("hex");
}
