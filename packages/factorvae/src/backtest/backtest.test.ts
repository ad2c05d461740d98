import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleDates, sampleMarket, samplePanel, samplePredictions } from "../predictions/predictions.samples.js";
import { takeRows } from "../predictions/predictions-days.js";
import { backtest } from "./backtest.js";
import { equalWeightReturns } from "./benchmark.js";
import { marketOf } from "./market.js";
import { compound } from "./performance.js";

const { panel, predictions } = sampleMarket({ stocks: 40, days: 160, seed: 8, skill: 0.3 });
const small = { k: 8, n: 2 };

describe("backtest", () => {
  it("trades the day after the first signal and earns until two days after the last", () => {
    const testDates = predictions.date.filter((_, row) => predictions.split[row] === "test");
    const firstSignal = panel.dates.indexOf(testDates[0]);
    const result = backtest(predictions, panel, small);
    expect(result.dates[0]).toBe(panel.dates[firstSignal + 1]);
    expect(result.dates.at(-1)).toBe(panel.dates[panel.dates.indexOf(testDates[testDates.length - 1]) + 2]);
    expect(result.summary).toMatchObject({ days: result.dates.length - 1, strategy: "TopK-Drop", periodsPerYear: 252 });
    for (const series of [result.value, result.benchmark, result.drawdown, result.turnover, result.held]) {
      expect(series.length).toBe(result.dates.length);
    }
    expect([...result.held]).toEqual(result.dates.map(() => 8));
  });

  it("earns the labels: one stock held for ever compounds to the product of its labels", () => {
    const rising = samplePanel(Array.from({ length: 5 }, (_, stock) => [10, 11, 12, 15, 14, 16].map((p) => p + stock)));
    const best = samplePredictions(
      [
        [9, 1, 1, 1, 1],
        [9, 1, 1, 1, 1],
        [9, 1, 1, 1, 1],
      ],
      Array(3).fill(Array(5).fill(0)),
    );
    const free = backtest(best, rising, { k: 1, buyCost: 0, sellCost: 0 });
    expect([...free.value]).toEqual([1, 12 / 11, 15 / 11, 14 / 11].map((value) => expect.closeTo(value, 14)));
    const benchmark = [12 / 11, 13 / 12, 14 / 13, 15 / 14, 16 / 15].reduce((sum, ratio) => sum + ratio / 5, 0);
    expect(free.benchmark[1]).toBeCloseTo(benchmark, 14);
  });

  it("earns less with costs, by more than the turnover's share, and the same without", () => {
    const result = backtest(predictions, panel, small);
    const free = backtest(predictions, panel, { ...small, buyCost: 0, sellCost: 0 });
    expect(result.valueWithoutCosts).toEqual(free.value);
    expect(result.value[result.value.length - 1]).toBeLessThan(free.value[free.value.length - 1]);
    expect(free.summary.withCosts).toEqual(free.summary.withoutCosts);
    const { withCosts, excessWithCosts, benchmark, turnover } = result.summary;
    expect(excessWithCosts.annualReturnSum).toBeCloseTo(withCosts.annualReturnSum - benchmark.annualReturnSum, 10);
    expect(turnover).toBeGreaterThan(0);
    expect(turnover).toBeLessThanOrEqual(0.3);
  });

  it("does not look ahead: prices after a date change no bit of value, benchmark or turnover up to it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer(), (day, seed) => {
        const first = backtest(predictions, panel, small);
        const cut = panel.dates.indexOf(first.dates[day]);
        const other = sampleMarket({ stocks: 40, days: 160, seed }).panel;
        const mixed = (name: "open" | "close") =>
          panel.fields[name].map((price, at) => (at % 160 <= cut ? price : other.fields[name][at]));
        const changed = { ...panel, fields: { ...panel.fields, open: mixed("open"), close: mixed("close") } };
        const second = backtest(predictions, changed, small);
        for (const name of ["value", "benchmark", "valueWithoutCosts", "turnover", "drawdown"] as const) {
          expect(second[name].slice(0, day + 1)).toEqual(first[name].slice(0, day + 1));
        }
        expect(second.value.slice(day + 1)).not.toEqual(first.value.slice(day + 1));
      }),
      { numRuns: 15 },
    );
  });

  it("ranks by score - eta risk when eta is given", () => {
    const { risk } = predictions;
    const eta = 0.7;
    const lowered = predictions.score.map((score, row) => score - eta * (risk?.[row] ?? Number.NaN));
    const expected = backtest({ ...predictions, score: lowered }, panel, small);
    const result = backtest(predictions, panel, { ...small, eta });
    expect(result.value).toEqual(expected.value);
    expect(result.summary.strategy).toBe("TDrisk");
    expect(result.value).not.toEqual(backtest(predictions, panel, small).value);
  });

  it("compares with an index, and refuses one with a hole", () => {
    const close = panel.dates.map((_, day) => 100 + day);
    const result = backtest(predictions, panel, { ...small, benchmark: { name: "INDEX", dates: panel.dates, close } });
    const first = panel.dates.indexOf(result.dates[0]);
    result.benchmark.forEach((value, day) => {
      expect(value).toBeCloseTo((100 + first + day) / (100 + first), 12);
    });
    const holed = { name: "INDEX", dates: panel.dates.slice(0, 150), close };
    expect(() => backtest(predictions, panel, { ...small, benchmark: holed })).toThrow(
      /the benchmark INDEX has no price on 2018-\d\d-\d\d/,
    );
  });

  it("refuses a k above a fifth of the stocks with a proposal, and can choose k itself", () => {
    expect(() => backtest(predictions, panel)).toThrow(
      "backtest: k = 50 is more than a fifth of the 40 stocks scored a day; try k = 8",
    );
    const { summary } = backtest(predictions, panel, { k: "auto" });
    expect(summary).toMatchObject({ k: 8, n: 1 });
    expect(summary.notes[0]).toBe("k = 8 was chosen: a fifth of the 40 stocks scored a day, at most 50");
  });

  it("leaves scored symbols without prices out, and says how many", () => {
    const renamed = { ...predictions, symbol: predictions.symbol.map((name) => (name === "S0039" ? "X" : name)) };
    const { summary } = backtest(renamed, panel, { k: 7, n: 2 });
    expect(summary.notes.at(-1)).toBe("1 scored symbols without prices were left out: X");
  });

  it("ignores volumes that are mostly 0, and says so", () => {
    const empty = { ...panel, fields: { ...panel.fields, volume: panel.fields.volume.map(() => 0) } };
    const result = backtest(predictions, empty, small);
    expect(result.value).toEqual(backtest(predictions, panel, small).value);
    expect(result.summary.notes.join()).toContain("more than half of all volumes are 0");
  });

  it("takes a date whose symbols are all unknown for a date without scores", () => {
    const lost = panel.dates[140];
    const unknown = {
      ...predictions,
      symbol: predictions.symbol.map((name, row) => (predictions.date[row] === lost ? `X${name}` : name)),
    };
    const kept = takeRows(
      predictions,
      predictions.date.flatMap((date, row) => (date === lost ? [] : [row])),
    );
    expect(backtest(unknown, panel, small).value).toEqual(backtest(kept, panel, small).value);
  });

  it("holds on through days without scores", () => {
    const rows = predictions.date.flatMap((date, row) => (panel.dates.indexOf(date) % 5 === 0 ? [row] : []));
    const result = backtest(takeRows(predictions, rows), panel, small);
    expect([...result.turnover].filter((share) => share > 0).length).toBeLessThanOrEqual(result.dates.length / 5 + 1);
  });

  it.each([
    ["k 0", { k: 0 }, "k is 0"],
    ["n above k", { k: 4, n: 5 }, "n is 5; it is a whole number from 1 to k = 4"],
    ["a negative cost", { ...small, buyCost: -0.1 }, "buyCost is -0.1"],
    ["0 periods a year", { ...small, periodsPerYear: 0 }, "periodsPerYear is 0"],
    ["eta below 0", { ...small, eta: -1 }, "eta is -1"],
    ["delistAfter 0", { ...small, delistAfter: 0 }, "delistAfter is 0"],
  ])("refuses %s", (_, options, message) => {
    expect(() => backtest(predictions, panel, options)).toThrow(message);
  });

  it("refuses scores of other dates or symbols, scores that come too late, and TDrisk without risk", () => {
    const moved = samplePanel([[1, 2, 3]], ["1999-01-01", "1999-01-04", "1999-01-05"]);
    expect(() => backtest(predictions, moved, small)).toThrow(
      "is no market date of the prices (1999-01-01 to 1999-01-05)",
    );
    const renamed = { ...panel, symbols: panel.symbols.map((symbol) => `X${symbol}`) };
    expect(() => backtest(predictions, renamed, small)).toThrow("no symbol of the scores has prices: scores of S0000");
    const flat = samplePanel([...Array(5).keys()].map(() => [1, 1, 1]));
    const late = samplePredictions([[1, 2, 3, 4, 5]], [[0, 0, 0, 0, 0]]);
    const lastDay = { ...late, date: late.date.map(() => sampleDates(2)[1]) };
    expect(() => backtest(lastDay, flat, { k: 1 })).toThrow("needs two later dates to trade and to earn");
    expect(() => backtest(late, flat, { k: 1, eta: 1 })).toThrow("the scores have no risk; use eta 0");
  });
});

describe("equalWeightReturns", () => {
  it("takes the stocks of the latest signal that could be traded by the start of the day", () => {
    const market = marketOf(
      samplePanel([
        [10, 10, 20, 40, 80],
        [10, 10, 10, 10, 10],
      ]),
      "close",
    );
    const signals = [
      { date: 0, ranked: [0] },
      { date: 2, ranked: [1] },
    ];
    expect([...equalWeightReturns(market, signals, 1, 4)]).toEqual([1, 1, 0]);
  });

  it("averages the stocks that could be traded at both ends, and is flat without any", () => {
    const prices = [
      [10, 10, 11, 11, Number.NaN],
      [10, 10, Number.NaN, 20, 10],
      [5, 5, 6, 6, Number.NaN],
    ];
    const market = marketOf(samplePanel(prices), "close");
    const returns = equalWeightReturns(market, [{ date: 0, ranked: [0, 1, 2] }], 1, 4);
    expect([...compound(returns)].map((value) => value.toFixed(6))).toEqual([
      "1.000000",
      "1.150000",
      "1.150000",
      "0.575000",
    ]);
    expect([...equalWeightReturns(market, [{ date: 0, ranked: [2] }], 3, 4)]).toEqual([0]);
  });
});
