import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Panel } from "./panel.js";
import { type SimulatedMarket, simulate } from "./simulate.js";
import { roundedPrice } from "./simulate-bars.js";
import { businessDays, symbolNames } from "./simulate-listings.js";

const prices = ["open", "high", "low", "close"] as const;
const market = simulate({ seed: 1, stocks: 200, days: 400 });
const { panel, truth } = market;

/** close[t+2] / close[t+1] - 1 by signal date, NaN where either is missing. */
function labels({ dates, fields, present }: Panel): Float64Array {
  const { close } = fields;
  return close.map((_, at) => {
    const day = at % dates.length;
    return day + 2 < dates.length && present[at] === 1 ? close[at + 2] / close[at + 1] - 1 : Number.NaN;
  });
}

function ranks(values: readonly number[]): number[] {
  const result = new Array<number>(values.length);
  Array.from(values.keys())
    .sort((a, b) => values[a] - values[b])
    .forEach((index, rank) => {
      result[index] = rank;
    });
  return result;
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const product = (a: readonly number[], b: readonly number[]) => mean(a.map((v, i) => v * b[i])) - mean(a) * mean(b);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** Scores and labels of each day's labelled stocks. */
function days(score: Float64Array, { panel }: SimulatedMarket): { score: number[]; label: number[] }[] {
  const label = labels(panel);
  const length = panel.dates.length;
  return Array.from({ length: length - 2 }, (_, day) => {
    const rows = panel.symbols.map((_, n) => n * length + day).filter((at) => !Number.isNaN(label[at]));
    return { score: rows.map((at) => score[at]), label: rows.map((at) => label[at]) };
  });
}

function rankCorrelation(score: Float64Array, of: SimulatedMarket): number {
  const daily = days(score, of).map((day) => correlation(ranks(day.score), ranks(day.label)));
  return daily.reduce((sum, value) => sum + value, 0) / daily.length;
}

describe("the truth of a simulated market", () => {
  it("is realised exactly, two days after the signal, where there are no surprises", () => {
    const quiet = simulate({ seed: 3, stocks: 20, days: 60, noise: 0 });
    const label = labels(quiet.panel);
    let compared = 0;
    let largestOnWrongDay = 0;
    for (let at = 0; at < label.length; at++) {
      if (Number.isNaN(label[at])) continue;
      // Prices have six digits: each of the two closes is off by at most 5e-6.
      expect(Math.abs(label[at] - quiet.truth.expectedReturn[at])).toBeLessThan(1.01e-5);
      largestOnWrongDay = Math.max(largestOnWrongDay, Math.abs(label[at] - quiet.truth.expectedReturn[at + 1]));
      compared++;
    }
    expect(compared).toBeGreaterThan(800);
    expect(largestOnWrongDay).toBeGreaterThan(1e-3);
    expect(Math.max(...quiet.truth.standardDeviation)).toBe(0);
  });

  it("is the conditional mean of the label: the slope of label on expected return is 1 within its standard error", () => {
    const slopes = days(truth.expectedReturn, market).map(({ score, label }) => {
      const mean = score.reduce((sum, value) => sum + value, 0) / score.length;
      return score.reduce(({ xx, xy }, x, i) => ({ xx: xx + (x - mean) ** 2, xy: xy + (x - mean) * label[i] }), {
        xx: 0,
        xy: 0,
      });
    });
    const xx = slopes.reduce((sum, day) => sum + day.xx, 0);
    const slope = slopes.reduce((sum, day) => sum + day.xy, 0) / xx;
    const error = Math.sqrt(slopes.reduce((sum, day) => sum + (day.xy - slope * day.xx) ** 2, 0)) / xx;
    expect(error).toBeLessThan(0.1);
    expect(Math.abs(slope - 1)).toBeLessThan(3 * error);
  });

  it("tells the spread of the label around its mean", () => {
    const label = labels(panel);
    const squares = Array.from(label, (y, at) => ((y - truth.expectedReturn[at]) / truth.standardDeviation[at]) ** 2);
    const known = squares.filter((square) => !Number.isNaN(square));
    expect(known.reduce((sum, square) => sum + square, 0) / known.length).toBeGreaterThan(0.9);
    expect(known.reduce((sum, square) => sum + square, 0) / known.length).toBeLessThan(1.1);
    const calm = known.filter((square) => square < 0.4549).length / known.length;
    // Half of a normal's squares lie below .4549; fat tails bring a little more.
    expect(calm).toBeGreaterThan(0.5);
    expect(calm).toBeLessThan(0.65);
  });

  it("can be ranked as well as the plan asks, and nearly as well without the premia's course", () => {
    const oracle = rankCorrelation(truth.expectedReturn, market);
    const observable = rankCorrelation(truth.observableReturn, market);
    expect(oracle).toBeGreaterThan(0.105);
    expect(oracle).toBeLessThan(0.155);
    expect(observable / oracle).toBeGreaterThan(0.85);
    expect(observable).toBeLessThan(oracle);
  });

  it("lies in the premia's course where the premia are to be revealed", () => {
    const revealed = simulate({ seed: 1, stocks: 100, days: 300, premia: "revealed" });
    const oracle = rankCorrelation(revealed.truth.expectedReturn, revealed);
    expect(oracle).toBeGreaterThan(0.1);
    expect(rankCorrelation(revealed.truth.observableReturn, revealed) / oracle).toBeLessThan(0.6);
  });

  it("adds up: expected less observable return is the exposures times the premia's deviation from their means", () => {
    const means = [-1.2, 1, 1, -0.6, 0.8].map((mean) => 0.0007 * mean);
    const length = panel.dates.length;
    for (let at = 0; at < panel.present.length; at += 97) {
      const day = at % length;
      const difference = means.reduce(
        (sum, mean, k) => sum + truth.exposures[at * 5 + k] * (truth.premia[day * 5 + k] - mean),
        0,
      );
      expect(truth.expectedReturn[at] - truth.observableReturn[at]).toBeCloseTo(difference, 14);
    }
    const surprises = truth.factorReturns.map((value, at) => (value - truth.premia[at]) / 0.0015);
    const variance = surprises.reduce((sum, x) => sum + x * x, 0) / surprises.length;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(5 / surprises.length));
  });
});

describe("the panel of a simulated market", () => {
  it("is a function of the seed", () => {
    const small = { stocks: 10, days: 40 };
    expect(simulate({ seed: 5, ...small })).toEqual(simulate({ seed: 5, ...small }));
    expect(simulate({ seed: 6, ...small }).panel).not.toEqual(simulate({ seed: 5, ...small }).panel);
  });

  it("begins, truth included, as a shorter market with the same seed does", () => {
    const short = simulate({ seed: 8, stocks: 12, days: 40 });
    const long = simulate({ seed: 8, stocks: 12, days: 50 });
    const bothTraded = (n: number, t: number) =>
      !Number.isNaN(short.panel.fields.close[n * 40 + t]) && !Number.isNaN(long.panel.fields.close[n * 50 + t]);
    let compared = 0;
    for (let n = 0; n < 12; n++) {
      for (let t = 0; t < 40; t++) {
        expect(long.truth.expectedReturn[n * 50 + t]).toBe(short.truth.expectedReturn[n * 40 + t]);
        if (!bothTraded(n, t)) continue;
        compared++;
        expect(long.panel.fields.close[n * 50 + t]).toBe(short.panel.fields.close[n * 40 + t]);
      }
    }
    expect(compared).toBeGreaterThan(300);
    expect(long.panel.dates.slice(0, 40)).toEqual(short.panel.dates);
  });

  it("holds bars that an exchange could publish", () => {
    const [open, high, low, close, volume] = [...prices, "volume"].map((name) => panel.fields[name]);
    const wrong = Array.from(panel.present.keys()).filter((at) => {
      const values = [open[at], high[at], low[at], close[at]];
      if (panel.present[at] === 0) return !values.concat(volume[at]).every(Number.isNaN);
      if (volume[at] === 0) return !values.every(Number.isNaN);
      const sixDigits = values.every((value) => value > 0 && Number(value.toPrecision(6)) === value);
      const ordered = low[at] <= Math.min(open[at], close[at]) && high[at] >= Math.max(open[at], close[at]);
      return !(sixDigits && ordered && Number.isInteger(volume[at]) && volume[at] > 0);
    });
    expect(wrong).toEqual([]);
  });

  it("moves by 1 to 3 % a day and does not run away", () => {
    const known = Array.from(labels(panel)).filter((value) => !Number.isNaN(value));
    const deviation = Math.sqrt(known.reduce((sum, value) => sum + value * value, 0) / known.length);
    expect(deviation).toBeGreaterThan(0.01);
    expect(deviation).toBeLessThan(0.03);
    expect(Math.max(...known.map(Math.abs))).toBeLessThan(0.351);
    const { close, volume } = panel.fields;
    expect(Math.max(...Array.from(close).filter((value) => value > 0))).toBeLessThan(1e5);
    expect(Math.min(...Array.from(close).filter((value) => value > 0))).toBeGreaterThan(0.01);
    expect(Math.max(...Array.from(volume).filter((value) => value > 0))).toBeLessThan(1e10);
  });

  it("lists a tenth of the stocks late, delists another tenth, and suspends now and then", () => {
    const length = panel.dates.length;
    const rows = panel.symbols.map((_, n) => panel.present.subarray(n * length, (n + 1) * length));
    expect(rows.filter((row) => row[0] === 0)).toHaveLength(20);
    expect(rows.filter((row) => row[length - 1] === 0)).toHaveLength(20);
    expect(rows.filter((row) => row[0] === 0 && row[length - 1] === 0)).toHaveLength(0);
    const gaps = rows.reduce(
      (sum, row) => sum + row.subarray(row.indexOf(1), row.lastIndexOf(1)).filter((code) => code === 0).length,
      0,
    );
    const suspended = panel.fields.volume.filter((value) => value === 0).length;
    for (const share of [gaps / panel.present.length, suspended / panel.present.length]) {
      expect(share).toBeGreaterThan(0.0005);
      expect(share).toBeLessThan(0.005);
    }
    expect(panel.rows.noted.suspended.count).toBe(suspended);
    expect(panel.rows.noted.suspended.example).toMatch(/^simulated market: S\d{3} on 201\d-\d\d-\d\d, column volume/);
    expect(panel.rows.used).toBe(panel.present.filter((code) => code === 1).length);
    expect(panel.rows.read).toBe(panel.rows.used);
  });

  it("has business days for dates and symbols in code-unit order", () => {
    expect(businessDays(6)).toEqual([
      "2010-01-04",
      "2010-01-05",
      "2010-01-06",
      "2010-01-07",
      "2010-01-08",
      "2010-01-11",
    ]);
    const weekdays = businessDays(2000).map((date) => new Date(`${date}T00:00:00Z`).getUTCDay());
    expect(new Set(weekdays)).toEqual(new Set([1, 2, 3, 4, 5]));
    for (const count of [10, 999, 1001]) expect([...symbolNames(count)].sort()).toEqual(symbolNames(count));
  });
});

describe("roundedPrice", () => {
  it("gives the nearest number with six significant digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 15, noNaN: true }), (exponent) => {
        const price = 10 ** exponent;
        const rounded = roundedPrice(price);
        expect(Number(rounded.toPrecision(6))).toBe(rounded);
        const unit = 10 ** (Math.floor(Math.log10(price)) - 5);
        expect(Math.abs(rounded - price)).toBeLessThanOrEqual(0.5001 * unit);
      }),
    );
    expect(roundedPrice(12.34567)).toBe(12.3457);
    expect(() => roundedPrice(1e-7)).toThrow(/1e-7; simulate fewer days/);
    expect(() => roundedPrice(0)).toThrow(/left the range/);
  });
});

describe("bad options", () => {
  it("are refused by name and value", () => {
    expect(() => simulate({ seed: 1.5 })).toThrow(/seed .* got 1.5/);
    expect(() => simulate({ seed: -1 })).toThrow(/seed .* got -1/);
    expect(() => simulate({ seed: 1, stocks: 9 })).toThrow(/stocks .* at least 10, got 9/);
    expect(() => simulate({ seed: 1, days: 29 })).toThrow(/days .* at least 30, got 29/);
    expect(() => simulate({ seed: 1, burnIn: 61 })).toThrow(/burnIn .* at least 62, got 61/);
    expect(() => simulate({ seed: 1, noise: Number.NaN })).toThrow(/noise .* got NaN/);
  });
});
