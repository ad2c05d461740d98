import { buildPanel, type DuplicatePolicy } from "./build-panel.js";
import { streamText } from "./file-text.js";
import type { Panel } from "./panel.js";
import { type PriceRowsReader, priceRowsReader, type RowOptions } from "./price-rows.js";

/** How a prices file is read. */
export interface ReadOptions extends RowOptions {
  /** What to do with rows of the same symbol and date that differ; default "refuse". Equal rows always collapse. */
  readonly duplicates?: DuplicatePolicy;
}

/**
 * Reads one long prices file (CSV, one row per symbol and date; plain or gzipped) into a panel on the market calendar.
 *
 * Columns are recognised by name or mapped by `options.columns`. Rows dropped and values remarked on are counted in
 * `panel.rows`; `panel.source` bears the hash of the file's bytes.
 * @throws DataError with the file, line, column and value where they are known
 */
export async function readPrices(path: string, options: ReadOptions = {}): Promise<Panel> {
  const reader = priceRowsReader(path, options);
  const sha256 = await streamText(path, reader.push);
  return { ...buildPanel(reader.finish(), options.duplicates), source: { file: path, sha256 } };
}

/** Reads prices from text that is already in memory, as `readPrices` does; `name` stands for the file in messages. */
export function parsePrices(text: string, options: ReadOptions = {}, name = "prices"): Panel {
  const reader: PriceRowsReader = priceRowsReader(name, options);
  reader.push(text);
  return buildPanel(reader.finish(), options.duplicates);
}
