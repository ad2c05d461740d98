import { fold, type Key, normalValues } from "@factorvae/tensor";
import { autoregressivePaths, exponentialValues } from "./simulate-draws.js";

/**
 * Daily bars of `stocks` stocks over `length` days and their logarithms: stock n on day t stands at `n * length + t`.
 */
export interface Bars {
  readonly stocks: number;
  readonly length: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Shares, whole numbers. */
  readonly volume: Float64Array;
  /** ln C. */
  readonly logClose: Float64Array;
  /** ln(C / C[-1]), 0 on the first day. */
  readonly change: Float64Array;
  /** ln(H / L). */
  readonly range: Float64Array;
  /** ln(min(O, C) / L). */
  readonly lowerShadow: Float64Array;
  /** ln(V / V[-1]), 0 on the first day. */
  readonly volumeChange: Float64Array;
}

/** Bars that are still to be written, all zero. */
export function emptyBars(stocks: number, length: number): Bars {
  const cells = () => new Float64Array(stocks * length);
  return {
    stocks,
    length,
    open: cells(),
    high: cells(),
    low: cells(),
    close: cells(),
    volume: cells(),
    logClose: cells(),
    change: cells(),
    range: cells(),
    lowerShadow: cells(),
    volumeChange: cells(),
  };
}

/**
 * What nobody sees and what shapes the bars, `[T, N]` each but for the first price.
 *
 * The four states are standard normal over the stocks, partly standing and partly moving slowly.
 */
export interface BarStates {
  /** How much a stock moves. */
  readonly volatility: Float64Array;
  /** How much of the volume is noise. */
  readonly restlessness: Float64Array;
  /** Whether volume leans to rising or to falling days. */
  readonly leaning: Float64Array;
  /** Whether the shadows of the candles are above or below. */
  readonly shadows: Float64Array;
  /** ln V of a day without any news. */
  readonly logVolume: Float64Array;
  /** Close before the first day, `[N]`. */
  readonly firstPrice: Float64Array;
}

/** Draws the states of all stocks and days; a longer path begins with the shorter one. */
export function drawBarStates(stream: Key, stocks: number, length: number): BarStates {
  const state = (name: string) => {
    const part = fold(stream, name);
    const standing = normalValues(fold(part, "standing"), stocks);
    const moving = autoregressivePaths(fold(part, "moving"), length, stocks, 0.985, 0.8);
    return moving.map((value, at) => value + 0.6 * standing[at % stocks]);
  };
  const level = normalValues(fold(stream, "volume level"), stocks);
  const tide = autoregressivePaths(fold(stream, "volume tide"), length, stocks, 0.9, 0.15 / Math.sqrt(1 - 0.9 ** 2));
  return {
    volatility: state("volatility"),
    restlessness: state("restlessness"),
    leaning: state("leaning"),
    shadows: state("shadows"),
    logVolume: tide.map((value, at) => 13 + level[at % stocks] + value),
    firstPrice: normalValues(fold(stream, "first price"), stocks).map((z) => Math.exp(3.7 + 0.7 * z)),
  };
}

const powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

/**
 * The number with six significant digits nearest to a price in [1e-5, 1e16).
 *
 * A simulated price is rounded where it is made, so that what a file holds is what the market itself remembers. Throws a
 * RangeError outside that range.
 */
export function roundedPrice(price: number): number {
  const digits = 5 - Math.floor(Math.log10(price));
  if (!(digits >= -10 && digits <= 10)) {
    throw new RangeError(`simulate: a price left the range [1e-5, 1e16): ${price}; simulate fewer days`);
  }
  // A whole number divided by an exact power of ten is the double that the decimal digits read back to.
  if (digits < 0) return Math.round(price / powersOfTen[-digits]) * powersOfTen[-digits];
  return Math.round(price * powersOfTen[digits]) / powersOfTen[digits];
}

function clip(value: number, bound: number): number {
  return Math.min(bound, Math.max(-bound, value));
}

/**
 * Writes one day's bars from the day's simple returns and the scales of the stocks' own surprises, `[N]` each.
 *
 * The days before must have been written.
 */
export function writeBars(
  stream: Key,
  bars: Bars,
  states: BarStates,
  day: number,
  returns: Float64Array,
  deviation: Float64Array,
): void {
  const { stocks, length } = bars;
  const gap = normalValues(fold(fold(stream, "gap"), day), stocks);
  const upper = exponentialValues(fold(fold(stream, "upper shadow"), day), stocks);
  const lower = exponentialValues(fold(fold(stream, "lower shadow"), day), stocks);
  const restless = normalValues(fold(fold(stream, "volume"), day), stocks);
  for (let n = 0; n < stocks; n++) {
    const at = n * length + day;
    const state = day * stocks + n;
    const logReturn = Math.log1p(returns[n]);
    const before = day > 0 ? bars.close[at - 1] : states.firstPrice[n];
    const open = roundedPrice(before * Math.exp(0.28 * deviation[n] * gap[n] + 0.2 * logReturn));
    const close = roundedPrice(before * (1 + returns[n]));
    const rise = 0.45 * deviation[n] * upper[n] * Math.exp(-0.6 * states.shadows[state]);
    const fall = 0.45 * deviation[n] * lower[n] * Math.exp(0.6 * states.shadows[state]);
    const z = clip(logReturn / deviation[n], 4);
    const news = 0.25 * Math.abs(z) + 0.45 * Math.tanh(states.leaning[state]) * z;
    // Clipped, or the most restless stocks would trade more shares in a day than there are.
    const noise = clip(0.25 * Math.exp(0.7 * states.restlessness[state]) * restless[n], 3);
    bars.open[at] = open;
    bars.high[at] = roundedPrice(Math.max(open, close) * Math.exp(rise));
    bars.low[at] = roundedPrice(Math.min(open, close) * Math.exp(-fall));
    bars.close[at] = close;
    // At least one share: a volume of zero would say that trading was suspended.
    bars.volume[at] = Math.max(1, Math.round(Math.exp(states.logVolume[state] + news + noise)));
    writeLogarithms(bars, at, day > 0);
  }
}

function writeLogarithms(bars: Bars, at: number, hasPast: boolean): void {
  bars.logClose[at] = Math.log(bars.close[at]);
  bars.range[at] = Math.log(bars.high[at] / bars.low[at]);
  bars.lowerShadow[at] = Math.log(Math.min(bars.open[at], bars.close[at]) / bars.low[at]);
  if (!hasPast) return;
  bars.change[at] = bars.logClose[at] - bars.logClose[at - 1];
  bars.volumeChange[at] = Math.log(bars.volume[at] / bars.volume[at - 1]);
}
