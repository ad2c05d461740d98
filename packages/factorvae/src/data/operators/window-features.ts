import { rollingCorrelation } from "./rolling-correlation.js";
import { rollingMaximum, rollingMinimum } from "./rolling-extremes.js";
import { rollingLine } from "./rolling-line.js";
import { deviationOf, rollingMean, rollingMoments, rollingSum } from "./rolling-moments.js";
import { rollingQuantiles, rollingRank } from "./rolling-order.js";
import { dateByDate, lagged } from "./series.js";
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

const ratio = (value: number, by: number): number => value / by;
const ratioAbove0 = (value: number, by: number): number => value / (by + epsilon);
const difference = (first: number, second: number): number => first - second;

/** Shares of gains and of losses in all changes over a window, and their difference. */
function changes(values: Float64Array, days: number): readonly Float64Array[] {
  const change = dateByDate(difference, values, lagged(values, 1));
  const total = rollingSum(change.map(Math.abs), days);
  // A comparison would turn a missing change into 0; arithmetic does not.
  const gains = rollingSum(
    change.map((value) => (Math.abs(value) + value) / 2),
    days,
  );
  const losses = rollingSum(
    change.map((value) => (Math.abs(value) - value) / 2),
    days,
  );
  return [
    dateByDate(ratioAbove0, gains, total),
    dateByDate(ratioAbove0, losses, total),
    dateByDate((gain, loss, all) => (gain - loss) / (all + epsilon), gains, losses, total),
  ];
}

/** The features over a window; formulas as in Qlib's Alpha158. */
export const windowFamilies: readonly WindowFamily[] = [
  {
    names: ["ROC"],
    needs: ["close"],
    of: ({ close }, days) => [dateByDate(ratio, lagged(close, days), close)],
  },
  {
    names: ["MA", "STD", "BETA", "RSQR", "RESI"],
    needs: ["close"],
    of: ({ close }, days) => {
      const { moments, slope, last, explained } = rollingLine(close, days);
      return [
        dateByDate(ratio, moments.mean, close),
        dateByDate(ratio, deviationOf(moments), close),
        dateByDate(ratio, slope, close),
        explained,
        dateByDate((price, fitted) => (price - fitted) / price, close, last),
      ];
    },
  },
  {
    names: ["MAX", "IMAX"],
    needs: ["high", "close"],
    of: ({ high, close }, days) => {
      const { value, position } = rollingMaximum(high, days);
      return [dateByDate(ratio, value, close), position.map((place) => place / days)];
    },
  },
  {
    names: ["MIN", "IMIN"],
    needs: ["low", "close"],
    of: ({ low, close }, days) => {
      const { value, position } = rollingMinimum(low, days);
      return [dateByDate(ratio, value, close), position.map((place) => place / days)];
    },
  },
  {
    names: ["RSV", "IMXD"],
    needs: ["high", "low", "close"],
    of: ({ high, low, close }, days) => {
      const [highest, lowest] = [rollingMaximum(high, days), rollingMinimum(low, days)];
      return [
        dateByDate(
          (price, top, bottom) => (price - bottom) / (top - bottom + epsilon),
          close,
          highest.value,
          lowest.value,
        ),
        dateByDate((top, bottom) => (top - bottom) / days, highest.position, lowest.position),
      ];
    },
  },
  {
    names: ["QTLU", "QTLD"],
    needs: ["close"],
    of: ({ close }, days) =>
      rollingQuantiles(close, days, [0.8, 0.2]).map((quantile) => dateByDate(ratio, quantile, close)),
  },
  {
    names: ["RANK"],
    needs: ["close"],
    of: ({ close }, days) => [rollingRank(close, days)],
  },
  {
    names: ["CORR"],
    needs: ["close", "volume"],
    of: ({ close, logVolume }, days) => [rollingCorrelation(close, logVolume, days)],
  },
  {
    names: ["CORD"],
    needs: ["close", "volume"],
    of: ({ closeRatio, logVolumeRatio }, days) => [rollingCorrelation(closeRatio, logVolumeRatio, days)],
  },
  {
    names: ["CNTP", "CNTN", "CNTD"],
    needs: ["close"],
    of: ({ close }, days) => {
      const before = lagged(close, 1);
      // A comparison with a missing side is false, and counts.
      const rises = rollingMean(
        dateByDate((now, last) => (now > last ? 1 : 0), close, before),
        days,
      );
      const falls = rollingMean(
        dateByDate((now, last) => (now < last ? 1 : 0), close, before),
        days,
      );
      return [rises, falls, dateByDate(difference, rises, falls)];
    },
  },
  {
    names: ["SUMP", "SUMN", "SUMD"],
    needs: ["close"],
    of: ({ close }, days) => changes(close, days),
  },
  {
    names: ["VMA", "VSTD"],
    needs: ["volume"],
    of: ({ volume }, days) => {
      const moments = rollingMoments(volume, days);
      return [dateByDate(ratioAbove0, moments.mean, volume), dateByDate(ratioAbove0, deviationOf(moments), volume)];
    },
  },
  {
    names: ["WVMA"],
    needs: ["close", "volume"],
    of: ({ volumeWeightedMove }, days) => {
      const moments = rollingMoments(volumeWeightedMove, days);
      return [dateByDate(ratioAbove0, deviationOf(moments), moments.mean)];
    },
  },
  {
    names: ["VSUMP", "VSUMN", "VSUMD"],
    needs: ["volume"],
    of: ({ volume }, days) => changes(volume, days),
  },
];

/** The windows that Alpha158 uses, in market dates. */
export const windowLengths = [5, 10, 20, 30, 60] as const;
