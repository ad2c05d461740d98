import { lagged, quotients } from "./series.js";
import { type StockWindows, stockWindows } from "./stock-windows.js";

/** A field of the panel that features are made of. */
export type SourceField = "open" | "high" | "low" | "close" | "volume" | "vwap";

/**
 * One stock's series on the market calendar, one value a date, NaN where missing: the fields as adjusted, and what
 * several features derive from them date by date.
 */
export interface DailySeries extends Readonly<Record<SourceField, Float64Array>> {
  /** `ln(V + 1)`. */
  readonly logVolume: Float64Array;
  /** `C / C[-1]`. */
  readonly closeRatio: Float64Array;
  /** `ln(V / V[-1] + 1)`; missing where V[-1] is 0. */
  readonly logVolumeRatio: Float64Array;
  /** `|C / C[-1] - 1| V`. */
  readonly volumeWeightedMove: Float64Array;
}

/** A stock's series, its windows, and what expressions make of it. */
export interface StockSeries extends DailySeries {
  readonly windows: StockWindows;
  /** A field of the panel by name; the volume as it stands here. */
  readonly field: (name: string) => Float64Array;
  /** What expressions have computed of this stock, by their text. */
  readonly known: Map<string, Float64Array>;
}

/**
 * Derives a stock's series from its fields. A suspended date (volume 0 and no close) has no volume either, like a date
 * without a row.
 * @param given a field by name, one value a date; one that the panel does not have is all NaN
 */
export function stockSeries(given: (name: string) => Float64Array): StockSeries {
  const close = given("close");
  const traded = given("volume");
  const [volume, logVolume] = [new Float64Array(close.length), new Float64Array(close.length)];
  const closeRatio = quotients(close, lagged(close, 1));
  const [logVolumeRatio, volumeWeightedMove] = [new Float64Array(close.length), new Float64Array(close.length)];
  let before = Number.NaN;
  for (let t = 0; t < close.length; t++) {
    const now = traded[t] === 0 && Number.isNaN(close[t]) ? Number.NaN : traded[t];
    volume[t] = now;
    logVolume[t] = Math.log(now + 1);
    logVolumeRatio[t] = before === 0 ? Number.NaN : Math.log(now / before + 1);
    volumeWeightedMove[t] = Math.abs(closeRatio[t] - 1) * now;
    before = now;
  }
  const [open, high, low, vwap] = [given("open"), given("high"), given("low"), given("vwap")];
  const prices = { open, high, low, close, vwap };
  const daily: DailySeries = { ...prices, volume, logVolume, closeRatio, logVolumeRatio, volumeWeightedMove };
  return {
    ...daily,
    windows: stockWindows(daily),
    field: (name) => (name === "volume" ? volume : given(name)),
    known: new Map(),
  };
}
