import { dateByDate } from "./series.js";
import type { SourceField, StockSeries } from "./stock-series.js";

/** A feature of each day's bar alone. */
export interface BarFeature {
  /** The fields it is made of. */
  readonly needs: readonly SourceField[];
  /** Its value on each date; NaN where an input is missing. */
  readonly of: (stock: StockSeries) => Float64Array;
}

/** Keeps quotients finite where a bar has no height; Alpha158's own constant. */
const epsilon = 1e-12;

const ofBar = (feature: (open: number, high: number, low: number, close: number) => number): BarFeature => ({
  needs: ["open", "high", "low", "close"],
  of: ({ open, high, low, close }) => {
    const values = new Float64Array(close.length);
    for (let t = 0; t < values.length; t++) values[t] = feature(open[t], high[t], low[t], close[t]);
    return values;
  },
});

const overClose = (field: SourceField): BarFeature => ({
  needs: [field, "close"],
  of: (stock) => dateByDate((value, close) => value / close, stock[field], stock.close),
});

/** The features of a single bar, by name; formulas as in Qlib's Alpha158. */
export const barFeatures: Readonly<Record<string, BarFeature>> = {
  KMID: { needs: ["open", "close"], of: ({ open, close }) => dateByDate((o, c) => (c - o) / o, open, close) },
  KLEN: {
    needs: ["open", "high", "low"],
    of: ({ open, high, low }) => dateByDate((o, h, l) => (h - l) / o, open, high, low),
  },
  KMID2: ofBar((open, high, low, close) => (close - open) / (high - low + epsilon)),
  KUP: {
    needs: ["open", "high", "close"],
    of: ({ open, high, close }) => dateByDate((o, h, c) => (h - Math.max(o, c)) / o, open, high, close),
  },
  KUP2: ofBar((open, high, low, close) => (high - Math.max(open, close)) / (high - low + epsilon)),
  KLOW: {
    needs: ["open", "low", "close"],
    of: ({ open, low, close }) => dateByDate((o, l, c) => (Math.min(o, c) - l) / o, open, low, close),
  },
  KLOW2: ofBar((open, high, low, close) => (Math.min(open, close) - low) / (high - low + epsilon)),
  KSFT: ofBar((open, high, low, close) => (2 * close - high - low) / open),
  KSFT2: ofBar((_, high, low, close) => (2 * close - high - low) / (high - low + epsilon)),
  OPEN0: overClose("open"),
  HIGH0: overClose("high"),
  LOW0: overClose("low"),
  VWAP0: overClose("vwap"),
};
