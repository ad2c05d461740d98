import type { Bars } from "./simulate-bars.js";

/** Number of factors that the simulated market prices. */
export const simulatedFactors = 5;

/** Days of history that the characteristics of one day need, that day not counted. */
export const characteristicHistory = 60;

const characteristicCount = 6;

/** What a stock's characteristics of one day say about its return two days later. */
export interface Signal {
  /** Expected return that no factor explains, `[N]`. */
  readonly alpha: Float64Array;
  /** Exposures to the factors, `[N, 5]`. */
  readonly exposures: Float64Array;
}

/** Pearson correlation of two stretches of equal length that end before `end`. */
function correlation(x: Float64Array, y: Float64Array, end: number, count: number): number {
  let meanX = 0;
  let meanY = 0;
  for (let i = end - count; i < end; i++) {
    meanX += x[i] / count;
    meanY += y[i] / count;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = end - count; i < end; i++) {
    xx += (x[i] - meanX) ** 2;
    yy += (y[i] - meanY) ** 2;
    xy += (x[i] - meanX) * (y[i] - meanY);
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** The last of the `count` values that end before `end`, less the value there of their least-squares line. */
function lastResidual(x: Float64Array, end: number, count: number): number {
  const middle = (count - 1) / 2;
  let mean = 0;
  let slope = 0;
  for (let i = 0; i < count; i++) {
    const value = x[end - count + i];
    mean += value / count;
    slope += (value * (i - middle)) / ((count * (count * count - 1)) / 12);
  }
  return x[end - 1] - mean - slope * middle;
}

function meanOf(x: Float64Array, end: number, count: number): number {
  let sum = 0;
  for (let i = end - count; i < end; i++) sum += x[i];
  return sum / count;
}

function meanAbsolute(x: Float64Array, end: number, count: number): number {
  let sum = 0;
  for (let i = end - count; i < end; i++) sum += Math.abs(x[i]);
  return sum / count;
}

/** Standard scores over the stocks, clipped at +-3, in place. */
function standardise(x: Float64Array): void {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const deviation = Math.sqrt(variance);
  // Stocks that do not differ have no score: a market of flat prices, not an error.
  for (let n = 0; n < x.length; n++) {
    x[n] = deviation > 0 ? Math.min(3, Math.max(-3, (x[n] - mean) / deviation)) : 0;
  }
}

/**
 * The six characteristics of a day, each `[N]`, standard scores over the stocks clipped at +-3: range, lower shadow,
 * return-volume correlation, 60-day momentum, 10-day reversal, restlessness of volume.
 *
 * They use the bars up to and including `day`, which must be at least `characteristicHistory`.
 */
export function characteristics(bars: Bars, day: number): Float64Array[] {
  const scores = Array.from({ length: characteristicCount }, () => new Float64Array(bars.stocks));
  for (let n = 0; n < bars.stocks; n++) {
    const end = n * bars.length + day + 1;
    const range = meanOf(bars.range, end, 20);
    scores[0][n] = Math.log(range);
    scores[1][n] = meanOf(bars.lowerShadow, end, 20) / range;
    scores[2][n] = correlation(bars.change, bars.volumeChange, end, 20);
    scores[3][n] = (bars.logClose[end - 1] - bars.logClose[end - 1 - characteristicHistory]) / range;
    scores[4][n] = lastResidual(bars.logClose, end, 10) / range;
    scores[5][n] = Math.log(meanAbsolute(bars.volumeChange, end, 20));
  }
  for (const score of scores) standardise(score);
  return scores;
}

/** Standardised distance from the middle: high for both extremes, about zero in the mean. */
function extremity(x: number): number {
  return (Math.abs(x) - 0.8) / 0.6;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Alpha and exposures that follow from the characteristics; `premium` is the scale of a day's reward (.0007).
 *
 * Every term is an even function or a product of two characteristics, so that no linear score finds all of it.
 */
export function signal(scores: readonly Float64Array[], premium: number): Signal {
  const [c1, c2, c3, c4, c5, c6] = scores;
  const alpha = new Float64Array(c1.length);
  const exposures = new Float64Array(c1.length * simulatedFactors);
  for (let n = 0; n < c1.length; n++) {
    const momentum = c3[n] > 0 ? 0.6 * Math.tanh(1.5 * c4[n]) : 0;
    const restlessness = c1[n] > 0 ? 0.5 * c6[n] : 0;
    alpha[n] = premium * (extremity(c2[n]) + momentum - restlessness);
    const at = n * simulatedFactors;
    exposures[at] = extremity(c1[n]);
    exposures[at + 1] = (c3[n] * logistic(4 * c2[n])) / 0.62;
    exposures[at + 2] = extremity(c4[n]);
    exposures[at + 3] = (c5[n] * logistic(2 * c1[n])) / 0.6;
    exposures[at + 4] = extremity(c3[n]);
  }
  return { alpha, exposures };
}
