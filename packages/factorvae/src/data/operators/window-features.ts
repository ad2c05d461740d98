import type { RollingExtreme } from "./rolling-extremes.js";
import type { RollingLine } from "./rolling-line.js";
import { deviation, type RollingMoments } from "./rolling-moments.js";
import { rollingOrder } from "./rolling-order.js";
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

const room = (length: number): Float64Array => new Float64Array(length);

/** Shares of gains and of losses in all changes over a window, and their difference. */
function sharesOf(gains: Float64Array, losses: Float64Array): readonly Float64Array[] {
  const [gained, lost, net] = [room(gains.length), room(gains.length), room(gains.length)];
  for (let t = 0; t < gains.length; t++) {
    const total = gains[t] + losses[t] + epsilon;
    gained[t] = gains[t] / total;
    lost[t] = losses[t] / total;
    net[t] = (gains[t] - losses[t]) / total;
  }
  return [gained, lost, net];
}

/** Extremes over today's close, and where they stand in the window. */
function extremesOf({ value, position }: RollingExtreme, close: Float64Array, days: number): readonly Float64Array[] {
  const [overClose, place] = [room(close.length), room(close.length)];
  for (let t = 0; t < close.length; t++) {
    overClose[t] = value[t] / close[t];
    place[t] = position[t] / days;
  }
  return [overClose, place];
}

/** Where the close stands between the extremes, and how far apart these are in time. */
function betweenExtremes(
  close: Float64Array,
  highest: RollingExtreme,
  lowest: RollingExtreme,
  days: number,
): readonly Float64Array[] {
  const [height, apart] = [room(close.length), room(close.length)];
  for (let t = 0; t < close.length; t++) {
    const low = lowest.value[t];
    height[t] = (close[t] - low) / (highest.value[t] - low + epsilon);
    apart[t] = (highest.position[t] - lowest.position[t]) / days;
  }
  return [height, apart];
}

/** Mean, deviation, slope and distance from the line, each over today's close; the share explained before the last. */
function lineFeatures({ moments, slope, last, explained }: RollingLine, close: Float64Array): readonly Float64Array[] {
  const { count, mean, squares } = moments;
  const [level, spread, rise, rest] = [room(close.length), room(close.length), room(close.length), room(close.length)];
  for (let t = 0; t < close.length; t++) {
    level[t] = mean[t] / close[t];
    spread[t] = deviation(count[t], squares[t]) / close[t];
    rise[t] = slope[t] / close[t];
    rest[t] = (close[t] - last[t]) / close[t];
  }
  return [level, spread, rise, explained, rest];
}

/** Mean and deviation over today's value. */
function momentsOver({ count, mean, squares }: RollingMoments, values: Float64Array): readonly Float64Array[] {
  const [level, spread] = [room(values.length), room(values.length)];
  for (let t = 0; t < values.length; t++) {
    level[t] = mean[t] / (values[t] + epsilon);
    spread[t] = deviation(count[t], squares[t]) / (values[t] + epsilon);
  }
  return [level, spread];
}

function deviationOverMean({ count, mean, squares }: RollingMoments): Float64Array {
  const spread = room(mean.length);
  for (let t = 0; t < mean.length; t++) spread[t] = deviation(count[t], squares[t]) / (mean[t] + epsilon);
  return spread;
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
    of: ({ close, windows }, days) => lineFeatures(windows.closeLine(days), close),
  },
  {
    names: ["MAX", "IMAX"],
    needs: ["high", "close"],
    of: ({ close, windows }, days) => extremesOf(windows.highest(days), close, days),
  },
  {
    names: ["MIN", "IMIN"],
    needs: ["low", "close"],
    of: ({ close, windows }, days) => extremesOf(windows.lowest(days), close, days),
  },
  {
    names: ["RSV", "IMXD"],
    needs: ["high", "low", "close"],
    of: ({ close, windows }, days) => betweenExtremes(close, windows.highest(days), windows.lowest(days), days),
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
      const [risingShare, fallingShare] = [
        windows.closeChanges.risingShare(days),
        windows.closeChanges.fallingShare(days),
      ];
      return [risingShare, fallingShare, differences(risingShare, fallingShare)];
    },
  },
  {
    names: ["SUMP", "SUMN", "SUMD"],
    needs: ["close"],
    of: ({ windows }, days) => sharesOf(windows.closeChanges.gains(days), windows.closeChanges.losses(days)),
  },
  {
    names: ["VMA", "VSTD"],
    needs: ["volume"],
    of: ({ volume, windows }, days) => momentsOver(windows.volume(days), volume),
  },
  {
    names: ["WVMA"],
    needs: ["close", "volume"],
    of: ({ windows }, days) => [deviationOverMean(windows.weightedMove(days))],
  },
  {
    names: ["VSUMP", "VSUMN", "VSUMD"],
    needs: ["volume"],
    of: ({ windows }, days) => sharesOf(windows.volumeChanges.gains(days), windows.volumeChanges.losses(days)),
  },
];

/** The windows that Alpha158 uses, in market dates. */
export const windowLengths = [5, 10, 20, 30, 60] as const;
