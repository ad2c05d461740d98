import { existsSync } from "node:fs";
import { removeDuplicates } from "../data/build-panel.js";
import { cleanPrices } from "../data/clean-prices.js";
import { type ColumnMapping, recogniseColumns } from "../data/columns.js";
import { DataError } from "../data/data-error.js";
import { isoDate } from "../data/dates.js";
import { longRows } from "../data/long-rows.js";
import type { PanelSource } from "../data/panel.js";
import { type ReadOptions, readRows } from "../data/read.js";
import type { BenchmarkPrices } from "./benchmark.js";

/** Prices of an index, and the file that they were read from. */
export interface FileBenchmark extends BenchmarkPrices {
  readonly source: PanelSource;
}

/**
 * Reads one symbol of a file of prices (long, as `readPrices` takes it) to compare with: its closing prices, adjusted where the
 * file says how. A file without a column for the symbol holds nothing but that symbol. Volume is not looked at: that of an index
 * says nothing on whether it has a price. Names of columns that the file does not have are passed over, as they may be of the
 * prices.
 *
 * @param named `FILE:SYMBOL`
 * @throws DataError as `readPrices`, if it names no symbol, or one that the file does not have
 */
export async function readBenchmark(
  named: string,
  options: Omit<ReadOptions, "calendar" | "query" | "wide"> = {},
): Promise<FileBenchmark> {
  const { path, symbol } = partsOf(named);
  const columnsOf = ({ file, symbol: ofFile }: { file: string; symbol?: string }, header: readonly string[]) =>
    recogniseColumns(file, header, mappingWithin(header, options.columns), ofFile !== undefined);
  const { rows, sha256 } = await readRows(path, () => longRows(path, options, { what: "prices", columnsOf }), symbol);
  const wanted = rows.symbols.indexOf(symbol);
  if (wanted < 0)
    throw new DataError(
      `there is no row of the benchmark "${symbol}"; its symbols are ${rows.symbols.slice(0, 5).join(", ")}` +
        `${rows.symbols.length > 5 ? ` and ${rows.symbols.length - 5} more` : ""}`,
      { file: path },
    );
  const days = [...new Set(rows.dayOf.filter((_, row) => rows.symbolOf[row] === wanted))].sort((a, b) => a - b);
  const dateIndex = new Map(days.map((day, t) => [day, t]));
  const cellOf = rows.dayOf.map((day, row) => (rows.symbolOf[row] === wanted ? (dateIndex.get(day) ?? -1) : -1));
  const { rowAt, used } = removeDuplicates(rows, { days, symbols: [symbol], cellOf }, options.duplicates ?? "refuse");
  const close = cleanPrices(rows, used).fields.get("close");
  return {
    name: symbol,
    dates: days.map(isoDate),
    close: Float64Array.from(rowAt, (row) => close?.[row] ?? Number.NaN),
    source: { file: path, sha256 },
  };
}

/** Both a path and a symbol may hold colons: the path is the shortest that is there. */
function partsOf(named: string): { readonly path: string; readonly symbol: string } {
  const parts = [...named.matchAll(/:/g)]
    .map(({ index }) => ({ path: named.slice(0, index), symbol: named.slice(index + 1) }))
    .filter(({ path, symbol }) => path !== "" && symbol !== "");
  const there = parts.find(({ path }) => existsSync(path)) ?? parts[parts.length - 1];
  if (there !== undefined) return there;
  throw new DataError("backtest.benchmark names no symbol; write FILE:SYMBOL, as in index.csv:SPX", { file: named });
}

/** What a mapping says of these columns; the volume is none of them. */
const mappingWithin = (header: readonly string[], mapping: ColumnMapping = {}): ColumnMapping => ({
  ...Object.fromEntries(Object.entries(mapping).filter(([, name]) => name === null || header.includes(name))),
  volume: null,
});
