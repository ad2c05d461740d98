import { rollingCorrelation } from "./rolling-correlation.js";
import { rollingMaximum, rollingMinimum } from "./rolling-extremes.js";
import { rollingLine } from "./rolling-line.js";
import { rollingMoments } from "./rolling-moments.js";
import { rollingChanges } from "./rolling-sums.js";
import type { DailySeries } from "./stock-series.js";

/**
 * What the features of a stock's windows are made of, each a function of the number of dates. Nothing is computed before
 * it is asked for, and what several features and lengths share is computed once.
 */
export const stockWindows = (stock: DailySeries) => ({
  closeLine: rollingLine(stock.close),
  highest: rollingMaximum(stock.high),
  lowest: rollingMinimum(stock.low),
  closeAndVolume: rollingCorrelation(stock.close, stock.logVolume),
  ratios: rollingCorrelation(stock.closeRatio, stock.logVolumeRatio),
  closeChanges: rollingChanges(stock.close),
  volumeChanges: rollingChanges(stock.volume),
  volume: rollingMoments(stock.volume),
  weightedMove: rollingMoments(stock.volumeWeightedMove),
});

/** Windows of one stock, see `stockWindows`. */
export type StockWindows = ReturnType<typeof stockWindows>;
