import type { Feature } from "./feature.js";
import { type FeatureInput, storable, symbolSeries } from "./feature-table.js";
import type { Panel } from "./panel.js";

/** Stocks whose features are computed together, as places in the panel: the second is the first of the next block. */
export type StockRange = readonly [from: number, to: number];

/** Some stocks of a panel, all their dates. */
export interface StockBlock extends FeatureInput {
  readonly symbols: readonly string[];
}

/** Features of a block's rows, symbol by symbol, each date by date. */
export interface BlockColumns {
  readonly symbols: readonly string[];
  /** Per row: places in the block's symbols and in the calendar. */
  readonly symbolOf: Int32Array;
  readonly dateOf: Int32Array;
  /** Column by column, `[feature, row]`; NaN is missing. */
  readonly values: Float32Array;
}

/** The stocks of each block: as few as have enough rows. Stocks without a row may be in none. */
export function stockRanges({ dates, symbols, present }: Panel, blockRows: number): StockRange[] {
  const ranges: StockRange[] = [];
  let [from, rows] = [0, 0];
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    for (let cell = symbol * dates.length; cell < (symbol + 1) * dates.length; cell++) rows += present[cell];
    if (rows < blockRows && symbol + 1 < symbols.length) continue;
    if (rows > 0) ranges.push([from, symbol + 1]);
    [from, rows] = [symbol + 1, 0];
  }
  return ranges;
}

/** A part of a panel, in memory of its own: it can be handed to a thread. */
export function stockBlock({ dates, symbols, fields, present }: Panel, [from, to]: StockRange): StockBlock {
  const [first, end] = [from * dates.length, to * dates.length];
  return {
    dates: { length: dates.length },
    symbols: symbols.slice(from, to),
    fields: Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.slice(first, end)])),
    present: present.slice(first, end),
  };
}

/** Makes what computes the features of blocks, one after the other in the same memory: each is valid until the next. */
export function blockComputer(features: readonly Feature[]): (block: StockBlock) => BlockColumns {
  let room = new Float32Array();
  return (block) => {
    const { symbols, dates, present } = block;
    const cells = Int32Array.from(present.keys()).filter((cell) => present[cell] === 1);
    const dateOf = cells.map((cell) => cell % dates.length);
    const symbolOf = cells.map((cell) => Math.floor(cell / dates.length));
    const rows = cells.length;
    if (room.length < rows * features.length) room = new Float32Array(rows * features.length);
    let [first, last] = [0, 0];
    for (let symbol = 0; symbol < symbols.length; symbol++, first = last) {
      while (last < rows && symbolOf[last] === symbol) last++;
      if (first === last) continue;
      symbolSeries(block, symbol, features).forEach((series, c) => {
        for (let row = first, to = c * rows + first; row < last; row++, to++) room[to] = storable(series[dateOf[row]]);
      });
    }
    return { symbols, symbolOf, dateOf, values: room.subarray(0, rows * features.length) };
  };
}
