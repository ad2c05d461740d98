import type { StockSeries } from "./operators/stock-series.js";

/** What computes features of a stock that come from the same passes over it. */
export type FeatureSource = (stock: StockSeries) => readonly Float64Array[];

/** A feature: what it is computed from, and by whom. */
export interface Feature {
  readonly name: string;
  /** Dates before its own that a value reads. */
  readonly lookBack: number;
  /** Fields of the panel. */
  readonly needs: readonly string[];
  /** Features of one source are computed together. */
  readonly source: FeatureSource;
  /** Which of the source's series it is. */
  readonly part: number;
}
