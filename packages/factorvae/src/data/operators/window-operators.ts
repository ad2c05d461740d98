import type { SourceField, StockSeries } from "./stock-series.js";
import { correlation, leastSquares, moments, standardDeviation } from "./window-statistics.js";

/** A feature of the last `days` market dates, each window computed on its own. */
export interface WindowOperator {
  /** The fields it is made of. */
  readonly needs: readonly SourceField[];
  /** Its value for the window of `days` dates that ends at date `t`; NaN where it is missing. */
  readonly at: (stock: StockSeries, t: number, days: number) => number;
}

/** Keeps a quotient by a volume of 0 finite; Alpha158's own constant. */
const epsilon = 1e-12;

/** The features over a window, by name without the number of days; formulas as in Qlib's Alpha158. */
export const windowOperators = {
  ROC: {
    needs: ["close"],
    at: ({ close }, t, days) => (t < days ? Number.NaN : close[t - days] / close[t]),
  },
  STD: {
    needs: ["close"],
    at: ({ close }, t, days) => standardDeviation(close, t, days) / close[t],
  },
  RSQR: {
    needs: ["close"],
    at: ({ close }, t, days) => leastSquares(close, t, days).explained,
  },
  RESI: {
    needs: ["close"],
    at: ({ close }, t, days) => (close[t] - leastSquares(close, t, days).last) / close[t],
  },
  CORR: {
    needs: ["close", "volume"],
    at: ({ close, logVolume }, t, days) => correlation(close, logVolume, t, days),
  },
  CORD: {
    needs: ["close", "volume"],
    at: ({ closeRatio, logVolumeRatio }, t, days) => correlation(closeRatio, logVolumeRatio, t, days),
  },
  VSTD: {
    needs: ["volume"],
    at: ({ volume }, t, days) => standardDeviation(volume, t, days) / (volume[t] + epsilon),
  },
  WVMA: {
    needs: ["close", "volume"],
    at: ({ volumeWeightedMove }, t, days) => {
      const { count, mean, squares } = moments(volumeWeightedMove, t, days);
      return count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)) / (mean + epsilon);
    },
  },
} satisfies Readonly<Record<string, WindowOperator>>;

/** The windows that Alpha158 uses, in market dates. */
export const windowLengths = [5, 10, 20, 30, 60] as const;
