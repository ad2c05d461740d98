import type { Panel } from "../data/panel.js";
import type { Predictions, Split } from "./predictions.js";

/** A repeatable stream of standard normal numbers (a 32-bit mixing generator and the polar method). */
export function sampleNormals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return () => {
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  };
}

/** Weekdays from 2018-01-01, ISO. */
export function sampleDates(count: number): string[] {
  const dates: string[] = [];
  for (let day = Date.UTC(2018, 0, 1); dates.length < count; day += 86_400_000) {
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6) dates.push(new Date(day).toISOString().slice(0, 10));
  }
  return dates;
}

/**
 * A panel of closing (and equal opening) prices, `prices[stock][date]`, NaN for a missing row; volume 1,000 throughout.
 */
export function samplePanel(prices: readonly (readonly number[])[], dates = sampleDates(prices[0].length)): Panel {
  const close = Float64Array.from(prices.flat());
  return {
    dates,
    symbols: prices.map((_, stock) => `S${String(stock).padStart(4, "0")}`),
    fields: { open: close.slice(), close, volume: new Float64Array(close.length).fill(1000) },
    present: Uint8Array.from(close, (price) => (Number.isNaN(price) ? 0 : 1)),
    rows: { read: close.length, used: close.length, dropped: {}, noted: {} },
  };
}

/** What a sample market looks like. */
export interface SampleMarketOptions {
  readonly stocks: number;
  readonly days: number;
  readonly seed: number;
  /** Correlation of a stock's score with its return, before the market's part; default 0.08. */
  readonly skill?: number;
}

/**
 * Random-walk prices with a common market, and weakly informed scores with honest risks on every date but the last two;
 * splits 60/20/20 by date.
 */
export function sampleMarket({ stocks, days, seed, skill = 0.08 }: SampleMarketOptions): {
  readonly panel: Panel;
  readonly predictions: Predictions;
} {
  const normal = sampleNormals(seed);
  const volatility = Array.from({ length: stocks }, () => 0.015 * Math.exp(0.3 * normal()));
  const market = Array.from({ length: days }, () => 0.0003 + 0.007 * normal());
  const noise = Array.from({ length: stocks }, () => Array.from({ length: days }, () => normal()));
  const prices = volatility.map((sigma, stock) => {
    let price = 50 * Math.exp(0.5 * normal());
    return market.map((common, day) => {
      price *= Math.exp(common + sigma * noise[stock][day]);
      return price;
    });
  });
  const panel = samplePanel(prices);
  const scored = days - 2;
  const rows = stocks * scored;
  const score = new Float64Array(rows);
  const risk = new Float64Array(rows);
  const label = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const stock = row % stocks;
    const day = Math.floor(row / stocks);
    const view = skill * noise[stock][day + 2] + Math.sqrt(1 - skill * skill) * normal();
    score[row] = skill * volatility[stock] * view;
    risk[row] = Math.hypot(volatility[stock], 0.007);
    label[row] = prices[stock][day + 2] / prices[stock][day + 1] - 1;
  }
  const splitOf = (day: number): Split => (day < 0.6 * scored ? "train" : day < 0.8 * scored ? "valid" : "test");
  const predictions: Predictions = {
    date: Array.from(score, (_, row) => panel.dates[Math.floor(row / stocks)]),
    symbol: Array.from(score, (_, row) => panel.symbols[row % stocks]),
    score,
    risk,
    label,
    split: Array.from(score, (_, row) => splitOf(Math.floor(row / stocks))),
  };
  return { panel, predictions };
}

/** Predictions of one date a row of `scores` and `labels` (`[date][stock]`), all in the split `test`. */
export function samplePredictions(
  scores: readonly (readonly number[])[],
  labels: readonly (readonly number[])[],
  risks?: readonly (readonly number[])[],
): Predictions {
  const dates = sampleDates(scores.length);
  return {
    date: scores.flatMap((row, day) => row.map(() => dates[day])),
    symbol: scores.flatMap((row) => row.map((_, stock) => `S${String(stock).padStart(4, "0")}`)),
    score: Float64Array.from(scores.flat()),
    ...(risks && { risk: Float64Array.from(risks.flat()) }),
    label: Float64Array.from(labels.flat()),
    split: scores.flatMap((row) => row.map((): Split => "test")),
  };
}
