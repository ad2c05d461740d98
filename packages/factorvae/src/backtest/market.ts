import type { Panel } from "../data/panel.js";

/** When orders are carried out on the day after the signal: at its close, or at its open. */
export type TradeTime = "close" | "open";

/** What a simulated trader may see and do, stock by stock and date by date; both are numbers of the panel. */
export interface Market {
  readonly dateCount: number;
  /** Closing price; NaN where there is none. */
  close(stock: number, date: number): number;
  /** Price at which orders are carried out; NaN where there is none. */
  tradePrice(stock: number, date: number): number;
  /** Whether an order can be carried out: a closing and a trade price, and a volume that is not 0. */
  isTradable(stock: number, date: number): boolean;
  /** Whether the prices file has a row, with or without prices. */
  hasRow(stock: number, date: number): boolean;
  /** Remarks for the reader of the results. */
  readonly notes: readonly string[];
}

/**
 * A panel as a market. Volume 0 means suspended, unless more than half of all volumes are 0: then volume says nothing,
 * and a note says that it was ignored. Throws when the panel has no field `close`, or none of the name of the trade
 * time.
 */
export function marketOf(panel: Panel, tradeTime: TradeTime): Market {
  const dateCount = panel.dates.length;
  const closes = fieldOf(panel, "close");
  const tradePrices = fieldOf(panel, tradeTime);
  const { volume } = panel.fields;
  const volumeCounts = volume !== undefined && !isMostlyZero(volume);
  const isPrice = (value: number) => value > 0 && value < Infinity;
  return {
    dateCount,
    close: (stock, date) => closes[stock * dateCount + date],
    tradePrice: (stock, date) => tradePrices[stock * dateCount + date],
    isTradable(stock, date) {
      const at = stock * dateCount + date;
      return isPrice(closes[at]) && isPrice(tradePrices[at]) && !(volumeCounts && volume[at] === 0);
    },
    hasRow: (stock, date) => panel.present[stock * dateCount + date] === 1,
    notes:
      volume !== undefined && !volumeCounts
        ? ["more than half of all volumes are 0, so that volume 0 was not taken for a suspension"]
        : [],
  };
}

function fieldOf(panel: Panel, name: string): Float64Array {
  const field = panel.fields[name];
  if (field !== undefined) return field;
  const known = Object.keys(panel.fields).join(", ");
  throw new Error(`backtest: the prices have no field "${name}" to trade at; fields: ${known}`);
}

function isMostlyZero(volume: Float64Array): boolean {
  let zeros = 0;
  let known = 0;
  for (const value of volume) {
    if (value === 0) zeros++;
    if (!Number.isNaN(value)) known++;
  }
  return zeros * 2 > known;
}
