import { deviationOf } from "./rolling-moments.js";
import { rollingOrder } from "./rolling-order.js";
import type { RollingChanges } from "./rolling-sums.js";
import { differences, lagged, quotients } from "./series.js";
import type { SourceField, StockSeries } from "./stock-series.js";

/** Features of the last dates that come from the same passes over each window. */
export interface WindowFamily {
  /** Their names, without the number of days. */
  readonly names: readonly string[];
  /** The fields they are made of. */
  readonly needs: readonly SourceField[];
  /** Each one's value on each date, of the window of `days` dates that ends there, in the order of the names. */
  readonly of: (stock: StockSeries, days: number) => readonly Float64Array[];
}

/** Keeps quotients finite; Alpha158's own constant. */
const epsilon = 1e-12;

/** Shares of gains and of losses in all changes over a window, and their difference. */
function sharesOf({ gains, losses }: RollingChanges): readonly Float64Array[] {
  const total = gains.slice();
  for (let t = 0; t < total.length; t++) total[t] += losses[t];
  return [
    quotients(gains, total, epsilon),
    quotients(losses, total, epsilon),
    quotients(differences(gains, losses), total, epsilon),
  ];
}

function inDays(positions: Float64Array, days: number): Float64Array {
  const shares = new Float64Array(positions.length);
  for (let t = 0; t < shares.length; t++) shares[t] = positions[t] / days;
  return shares;
}

/** The features over a window; formulas as in Qlib's Alpha158. */
export const windowFamilies: readonly WindowFamily[] = [
  {
    names: ["ROC"],
    needs: ["close"],
    of: ({ close }, days) => [quotients(lagged(close, days), close)],
  },
  {
    names: ["MA", "STD", "BETA", "RSQR", "RESI"],
    needs: ["close"],
    of: ({ close, windows }, days) => {
      const { moments, slope, last, explained } = windows.closeLine(days);
      return [
        quotients(moments.mean, close),
        quotients(deviationOf(moments), close),
        quotients(slope, close),
        explained,
        quotients(differences(close, last), close),
      ];
    },
  },
  {
    names: ["MAX", "IMAX"],
    needs: ["high", "close"],
    of: ({ close, windows }, days) => {
      const { value, position } = windows.highest(days);
      return [quotients(value, close), inDays(position, days)];
    },
  },
  {
    names: ["MIN", "IMIN"],
    needs: ["low", "close"],
    of: ({ close, windows }, days) => {
      const { value, position } = windows.lowest(days);
      return [quotients(value, close), inDays(position, days)];
    },
  },
  {
    names: ["RSV", "IMXD"],
    needs: ["high", "low", "close"],
    of: ({ close, windows }, days) => {
      const [highest, lowest] = [windows.highest(days), windows.lowest(days)];
      return [
        quotients(differences(close, lowest.value), differences(highest.value, lowest.value), epsilon),
        inDays(differences(highest.position, lowest.position), days),
      ];
    },
  },
  {
    names: ["QTLU", "QTLD", "RANK"],
    needs: ["close"],
    of: ({ close }, days) => {
      const { quantiles, rank } = rollingOrder(close, days, [0.8, 0.2]);
      return [...quantiles.map((quantile) => quotients(quantile, close)), rank];
    },
  },
  {
    names: ["CORR"],
    needs: ["close", "volume"],
    of: ({ windows }, days) => [windows.closeAndVolume(days)],
  },
  {
    names: ["CORD"],
    needs: ["close", "volume"],
    of: ({ windows }, days) => [windows.ratios(days)],
  },
  {
    names: ["CNTP", "CNTN", "CNTD"],
    needs: ["close"],
    of: ({ windows }, days) => {
      const { risingShare, fallingShare } = windows.closeChanges(days);
      return [risingShare, fallingShare, differences(risingShare, fallingShare)];
    },
  },
  {
    names: ["SUMP", "SUMN", "SUMD"],
    needs: ["close"],
    of: ({ windows }, days) => sharesOf(windows.closeChanges(days)),
  },
  {
    names: ["VMA", "VSTD"],
    needs: ["volume"],
    of: ({ volume, windows }, days) => {
      const moments = windows.volume(days);
      return [quotients(moments.mean, volume, epsilon), quotients(deviationOf(moments), volume, epsilon)];
    },
  },
  {
    names: ["WVMA"],
    needs: ["close", "volume"],
    of: ({ windows }, days) => {
      const moments = windows.weightedMove(days);
      return [quotients(deviationOf(moments), moments.mean, epsilon)];
    },
  },
  {
    names: ["VSUMP", "VSUMN", "VSUMD"],
    needs: ["volume"],
    of: ({ windows }, days) => sharesOf(windows.volumeChanges(days)),
  },
];

/** The windows that Alpha158 uses, in market dates. */
export const windowLengths = [5, 10, 20, 30, 60] as const;
