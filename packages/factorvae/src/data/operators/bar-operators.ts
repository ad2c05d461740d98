import type { SourceField, StockSeries } from "./stock-series.js";

/** A feature of one day's bar alone. */
export interface BarOperator {
  /** The fields it is made of. */
  readonly needs: readonly SourceField[];
  /** Its value on date `t`; NaN where an input is missing. */
  readonly at: (stock: StockSeries, t: number) => number;
}

/** The features of a single bar, by name; formulas as in Qlib's Alpha158. */
export const barOperators = {
  KLEN: {
    needs: ["open", "high", "low"],
    at: ({ open, high, low }, t) => (high[t] - low[t]) / open[t],
  },
  KLOW: {
    needs: ["open", "low", "close"],
    at: ({ open, low, close }, t) => (Math.min(open[t], close[t]) - low[t]) / open[t],
  },
} satisfies Readonly<Record<string, BarOperator>>;
