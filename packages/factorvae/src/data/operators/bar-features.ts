import { quotients } from "./series.js";
import type { SourceField, StockSeries } from "./stock-series.js";

/** Features of each day's bar alone that come from one pass over the bars. */
export interface BarFamily {
  /** The fields that each is made of, by its name. */
  readonly needs: Readonly<Record<string, readonly SourceField[]>>;
  /** Each one's value on each date, in the order of the names; NaN where an input is missing. */
  readonly of: (stock: StockSeries) => readonly Float64Array[];
}

/** Keeps quotients finite where a bar has no height; Alpha158's own constant. */
const epsilon = 1e-12;

const bar = ["open", "high", "low", "close"] as const;

/** The shape of the bar; formulas as in Qlib's Alpha158. */
const shape: BarFamily = {
  needs: {
    KMID: ["open", "close"],
    KLEN: ["open", "high", "low"],
    KMID2: bar,
    KUP: ["open", "high", "close"],
    KUP2: bar,
    KLOW: ["open", "low", "close"],
    KLOW2: bar,
    KSFT: bar,
    KSFT2: bar,
  },
  of: ({ open, high, low, close }) => {
    const features = Array.from({ length: 9 }, () => new Float64Array(close.length));
    const [mid, length, midOfHeight, up, upOfHeight, down, downOfHeight, shift, shiftOfHeight] = features;
    for (let t = 0; t < close.length; t++) {
      const [o, h, l, c] = [open[t], high[t], low[t], close[t]];
      const height = h - l + epsilon;
      const [above, below, aside] = [h - Math.max(o, c), Math.min(o, c) - l, 2 * c - h - l];
      mid[t] = (c - o) / o;
      length[t] = (h - l) / o;
      midOfHeight[t] = (c - o) / height;
      up[t] = above / o;
      upOfHeight[t] = above / height;
      down[t] = below / o;
      downOfHeight[t] = below / height;
      shift[t] = aside / o;
      shiftOfHeight[t] = aside / height;
    }
    return features;
  },
};

const overClose = (name: string, field: SourceField): BarFamily => ({
  needs: { [name]: [field, "close"] },
  of: (stock) => [quotients(stock[field], stock.close)],
});

/** The features of a single bar. */
export const barFamilies: readonly BarFamily[] = [
  shape,
  overClose("OPEN0", "open"),
  overClose("HIGH0", "high"),
  overClose("LOW0", "low"),
  overClose("VWAP0", "vwap"),
];
