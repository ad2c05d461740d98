/** A field of the panel that features are made of. */
export type SourceField = "open" | "high" | "low" | "close" | "volume" | "vwap";

/**
 * One stock's series on the market calendar, one value a date, NaN where missing: the fields as adjusted, and what
 * several operators derive from them date by date.
 */
export interface StockSeries extends Readonly<Record<SourceField, Float64Array>> {
  /** `ln(V + 1)`. */
  readonly logVolume: Float64Array;
  /** `C / C[-1]`. */
  readonly closeRatio: Float64Array;
  /** `ln(V / V[-1] + 1)`; missing where V[-1] is 0. */
  readonly logVolumeRatio: Float64Array;
  /** `|C / C[-1] - 1| V`. */
  readonly volumeWeightedMove: Float64Array;
}

/**
 * Derives a stock's series from its fields. A suspended date (volume 0 and no close) has no volume either, like a date
 * without a row.
 * @param fields one value a date each; a field that the panel does not have is all NaN
 */
export function stockSeries(fields: Readonly<Record<SourceField, Float64Array>>): StockSeries {
  const { close } = fields;
  const dates = close.length;
  const volume = fields.volume.map((value, t) => (value === 0 && Number.isNaN(close[t]) ? Number.NaN : value));
  const logVolume = new Float64Array(dates);
  const closeRatio = new Float64Array(dates).fill(Number.NaN);
  const logVolumeRatio = new Float64Array(dates).fill(Number.NaN);
  const volumeWeightedMove = new Float64Array(dates).fill(Number.NaN);
  for (let t = 0; t < dates; t++) {
    logVolume[t] = Math.log(volume[t] + 1);
    if (t === 0) continue;
    closeRatio[t] = close[t] / close[t - 1];
    if (volume[t - 1] !== 0) logVolumeRatio[t] = Math.log(volume[t] / volume[t - 1] + 1);
    volumeWeightedMove[t] = Math.abs(closeRatio[t] - 1) * volume[t];
  }
  return { ...fields, volume, logVolume, closeRatio, logVolumeRatio, volumeWeightedMove };
}
