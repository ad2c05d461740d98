import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Panel } from "../data/panel.js";
import { sampleNormals, samplePanel } from "../predictions/predictions.samples.js";
import { marketOf } from "./market.js";
import { runPortfolio, type Signal } from "./portfolio.js";

const costs = { k: 1, n: 1, buyCost: 0.01, sellCost: 0.02, delistAfter: 20 };
const missing = Number.NaN;
const signals: Signal[] = [
  { date: 0, ranked: [0, 1, 2] },
  { date: 1, ranked: [1, 0, 2] },
  { date: 2, ranked: [1, 0, 2] },
];
const quiet = [1, 1, 1, 1, 1];

function run(panel: Panel, options = costs, given = signals, last = 4) {
  return runPortfolio(marketOf(panel, "close"), given, 1, last, options);
}

describe("runPortfolio", () => {
  it("agrees with an example worked by hand", () => {
    const path = run(samplePanel([[10, 10, 12, 9, 9], [5, 5, 5, 10, 11], quiet]));
    // Date 1: stock 0 is bought at 10 for 1 / 1.01. Date 2: it stands at 12, is sold, and stock 1 is bought at 5.
    const switched = ((1.2 / 1.01) * 0.98) / 1.01;
    const expected = [1, switched, switched * 2, switched * 2.2];
    path.value.forEach((value, day) => {
      expect(value).toBeCloseTo(expected[day], 14);
    });
    expect(path.turnover[0]).toBeCloseTo(0.5 / 1.01, 14);
    expect(path.turnover[1]).toBeCloseTo((1 + 0.98 / 1.01) / 2, 14);
    expect([...path.turnover.subarray(2)]).toEqual([0, 0]);
    expect([...path.held]).toEqual([1, 1, 1, 1]);
  });

  it("lets a purchase lapse on a day without volume, and keeps its cash", () => {
    const panel = samplePanel([[10, 10, 12, 9, 9], [5, 5, 5, 10, 11], quiet]);
    panel.fields.volume[5 + 2] = 0;
    const path = run(panel, costs, signals.slice(0, 2), 3);
    expect([...path.lapsedBuys]).toEqual([0, 1, 0]);
    expect([...path.held]).toEqual([1, 0, 0]);
    expect(path.value[2]).toBeCloseTo((1.2 / 1.01) * 0.98, 14);
    // The next signal spends what lay idle.
    expect([...run(panel).held]).toEqual([1, 0, 1, 1]);
  });

  it("lets a sale lapse without a price, carries the stock at its last one, and does not buy in its place", () => {
    const path = run(samplePanel([[10, 10, missing, 9, 9], [5, 5, 5, 10, 11], quiet]), costs, signals.slice(0, 2), 3);
    expect([...path.lapsedSells]).toEqual([0, 1, 0]);
    expect([...path.lapsedBuys]).toEqual([0, 0, 0]);
    expect(path.value[1]).toBeCloseTo(1 / 1.01, 14);
    expect(path.value[2]).toBeCloseTo(0.9 / 1.01, 14);
  });

  it("sells a delisted holding at its last price once it is known to be gone, but not a suspended one", () => {
    const options = { ...costs, delistAfter: 2 };
    const panel = samplePanel([[10, 10, missing, missing, missing], [5, 5, 5, 10, 11], quiet]);
    const gone = run(panel, options, signals.slice(0, 1));
    expect([...gone.delisted]).toEqual([0, 0, 1, 0]);
    expect(gone.value[3]).toBeCloseTo(0.98 / 1.01, 14);
    const suspended = run({ ...panel, present: panel.present.map(() => 1) }, options, signals.slice(0, 1));
    expect([...suspended.delisted]).toEqual([0, 0, 0, 0]);
    expect(suspended.value[3]).toBeCloseTo(1 / 1.01, 14);
  });

  it("can trade at the open and values positions at the close", () => {
    const panel = samplePanel([[10, 10, 12, 9, 9], [5, 5, 5, 10, 11], quiet]);
    const open = Float64Array.from([1, 8, 10, 9, 9, 5, 5, 4, 10, 11, 1, 1, 1, 1, 1]);
    const market = marketOf({ ...panel, fields: { ...panel.fields, open } }, "open");
    const path = runPortfolio(market, signals, 1, 3, { ...costs, buyCost: 0, sellCost: 0 });
    // Bought at 8, sold at the next open at 10; the second stock is bought at 4, and closes at 5 and 10.
    expect([...path.value]).toEqual([
      1,
      expect.closeTo((10 / 8) * (5 / 4), 14),
      expect.closeTo((10 / 8) * (10 / 4), 14),
    ]);
  });
});

const stocks = 8;
const days = 14;
const rankings = fc.array(fc.shuffledSubarray([...Array(stocks).keys()], { minLength: 1 }), {
  minLength: days - 2,
  maxLength: days - 2,
});
const holes = fc.array(fc.integer({ min: 0, max: stocks * days - 1 }), { maxLength: 30 });
const options = { k: 3, n: 2, buyCost: 0, sellCost: 0, delistAfter: 3 };

function randomPrices(seed: number, gaps: readonly number[]): number[][] {
  const normal = sampleNormals(seed);
  return [...Array(stocks).keys()].map((stock) => {
    let price = 20;
    return [...Array(days).keys()].map((day) => {
      price *= Math.exp(0.1 * normal());
      return gaps.includes(stock * days + day) ? missing : price;
    });
  });
}

describe("runPortfolio, in any market", () => {
  it("conserves cash and holdings where prices are flat and trading is free, whatever lapses or is delisted", () => {
    fc.assert(
      fc.property(rankings, holes, (ranked, gaps) => {
        const prices = randomPrices(1, gaps).map((row, stock) =>
          row.map((price) => (Number.isNaN(price) ? price : stock + 1)),
        );
        const path = run(
          samplePanel(prices),
          options,
          ranked.map((order, date) => ({ date, ranked: order })),
          days - 1,
        );
        for (const value of path.value) expect(value).toBeCloseTo(1, 12);
        for (const count of path.held) expect(count).toBeLessThanOrEqual(3);
      }),
    );
  });

  it("loses exactly the costs where prices are flat", () => {
    fc.assert(
      fc.property(rankings, fc.double({ min: 0, max: 0.05, noNaN: true }), (ranked, cost) => {
        const flat = randomPrices(1, []).map((row) => row.map(() => 7));
        const given = ranked.map((order, date) => ({ date, ranked: order }));
        const path = run(samplePanel(flat), { ...options, buyCost: cost, sellCost: cost }, given, days - 1);
        let value = 1;
        path.turnover.forEach((turnover, day) => {
          value -= 2 * turnover * cost * value;
          if (day > 0) expect(path.value[day]).toBeCloseTo(value, 12);
        });
      }),
    );
  });

  it("does not look ahead: other prices after a date change no bit up to it", () => {
    fc.assert(
      fc.property(rankings, holes, holes, fc.integer({ min: 1, max: days - 2 }), (ranked, gaps, later, date) => {
        const given = ranked.map((order, day) => ({ date: day, ranked: order }));
        const before = randomPrices(1, gaps);
        const other = randomPrices(2, [...gaps, ...later]);
        const changed = before.map((row, stock) => row.map((price, day) => (day <= date ? price : other[stock][day])));
        const paths = [before, changed].map((prices) => run(samplePanel(prices), options, given, days - 1));
        for (const name of ["value", "turnover", "held", "lapsedBuys", "lapsedSells", "delisted"] as const) {
          expect(paths[1][name].slice(0, date)).toEqual(paths[0][name].slice(0, date));
        }
      }),
    );
  });
});
