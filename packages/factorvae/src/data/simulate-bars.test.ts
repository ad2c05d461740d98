import { fold, key, normalValues } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { type BarStates, type Bars, drawBarStates, emptyBars, writeBars } from "./simulate-bars.js";

const stocks = 400;

/** One day's bars of stocks whose states are all `change`, by the same draws every time. */
function oneDay(change: Partial<Record<keyof BarStates, number>>, returns = new Float64Array(stocks)): Bars {
  const column = (name: keyof BarStates, standard: number) => new Float64Array(stocks).fill(change[name] ?? standard);
  const states: BarStates = {
    volatility: column("volatility", 0),
    restlessness: column("restlessness", 0),
    leaning: column("leaning", 0),
    shadows: column("shadows", 0),
    logVolume: column("logVolume", 13),
    firstPrice: column("firstPrice", 50),
  };
  const bars = emptyBars(stocks, 1);
  writeBars(key(1), bars, states, 0, returns, new Float64Array(stocks).fill(0.02));
  return bars;
}

function upperShadow({ open, close, high }: Bars): Float64Array {
  return high.map((value, n) => Math.log(value / Math.max(open[n], close[n])));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("writeBars", () => {
  it("moves the close by the return and the open by a part of it", () => {
    const up = oneDay({}, new Float64Array(stocks).fill(0.05));
    expect(new Set(up.close)).toEqual(new Set([52.5]));
    const flat = oneDay({});
    const shift = up.open.map((open, n) => Math.log(open / flat.open[n]));
    for (const value of shift) expect(value).toBeCloseTo(0.2 * Math.log(1.05), 4);
    const gaps = flat.open.map((open) => Math.log(open / 50) / (0.28 * 0.02));
    expect(Math.abs(mean(gaps.map((z) => z * z)) - 1)).toBeLessThan(5 * Math.sqrt(2 / stocks));
  });

  it("lengthens the lower shadows and shortens the upper ones of stocks in that state, by e^0.6 a unit", () => {
    const [plain, leaning] = [oneDay({}), oneDay({ shadows: 1 })];
    const ratio = (a: Float64Array, b: Float64Array) => mean(a) / mean(b);
    expect(ratio(leaning.lowerShadow, plain.lowerShadow)).toBeCloseTo(Math.exp(0.6), 3);
    expect(ratio(upperShadow(leaning), upperShadow(plain))).toBeCloseTo(Math.exp(-0.6), 3);
    expect(mean(plain.lowerShadow) / (0.45 * 0.02)).toBeGreaterThan(1 - 5 / Math.sqrt(stocks));
    expect(mean(plain.lowerShadow) / (0.45 * 0.02)).toBeLessThan(1 + 5 / Math.sqrt(stocks));
  });

  it("lets volume follow the size of a return, and its sign where the stock leans to one side", () => {
    const returns = normalValues(key(2), stocks).map((z) => 0.02 * z);
    const quiet = oneDay({});
    const lifted = oneDay({}, returns);
    const leaning = oneDay({ leaning: 1.5 }, returns);
    returns.forEach((value, n) => {
      const z = Math.max(-4, Math.min(4, Math.log1p(value) / 0.02));
      expect(Math.log(lifted.volume[n] / quiet.volume[n])).toBeCloseTo(0.25 * Math.abs(z), 3);
      expect(Math.log(leaning.volume[n] / lifted.volume[n])).toBeCloseTo(0.45 * Math.tanh(1.5) * z, 3);
    });
  });

  it("makes volume noisier for restless stocks, but never by more than a factor of e^3", () => {
    const noise = (bars: Bars) => bars.volume.map((volume) => Math.log(volume) - 13);
    const [plain, restless, wild] = [0, 1, 10].map((restlessness) => noise(oneDay({ restlessness })));
    plain.forEach((value, n) => {
      if (Math.abs(value) < 1) expect(restless[n]).toBeCloseTo(Math.exp(0.7) * value, 3);
    });
    expect(Math.max(...wild.map(Math.abs))).toBeCloseTo(3, 3);
    expect(Math.sqrt(mean(plain.map((value) => value * value)))).toBeCloseTo(0.25, 1);
  });

  it("keeps the logarithms of what it wrote", () => {
    const states = drawBarStates(key(3), 10, 3);
    const bars = emptyBars(10, 3);
    for (let day = 0; day < 3; day++) {
      const returns = normalValues(fold(key(4), day), 10).map((z) => 0.02 * z);
      writeBars(key(5), bars, states, day, returns, new Float64Array(10).fill(0.02));
    }
    for (let at = 0; at < 30; at++) {
      const { open, high, low, close, volume } = bars;
      expect(bars.logClose[at]).toBeCloseTo(Math.log(close[at]), 12);
      expect(bars.range[at]).toBeCloseTo(Math.log(high[at]) - Math.log(low[at]), 12);
      expect(bars.lowerShadow[at]).toBeCloseTo(Math.log(Math.min(open[at], close[at])) - Math.log(low[at]), 12);
      const [change, volumeChange] =
        at % 3 === 0 ? [0, 0] : [Math.log(close[at] / close[at - 1]), Math.log(volume[at] / volume[at - 1])];
      expect(bars.change[at]).toBeCloseTo(change, 12);
      expect(bars.volumeChange[at]).toBeCloseTo(volumeChange, 12);
    }
  });
});

describe("drawBarStates", () => {
  it("draws states of unit variance over the stocks that stay much the same from day to day", () => {
    const count = 4000;
    const { volatility, restlessness, leaning, shadows } = drawBarStates(key(6), count, 21);
    for (const state of [volatility, restlessness, leaning, shadows]) {
      const [first, last] = [state.subarray(0, count), state.subarray(20 * count)];
      expect(Math.abs(mean(first))).toBeLessThan(5 / Math.sqrt(count));
      expect(Math.abs(mean(last.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
      const expected = 0.36 + 0.64 * 0.985 ** 20;
      expect(Math.abs(mean(last.map((x, n) => x * first[n])) - expected)).toBeLessThan(5 * Math.sqrt(2 / count));
    }
    expect(Math.abs(mean(volatility.map((x, at) => x * shadows[at])))).toBeLessThan(0.1);
  });
});
