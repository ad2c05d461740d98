import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankStocks, topkDrop } from "./topk-drop.js";

const stocks = [...Array(30).keys()];
const days = fc.array(fc.shuffledSubarray(stocks, { minLength: 12 }), { minLength: 2, maxLength: 8 });
const size = fc.integer({ min: 1, max: 6 }).chain((k) => fc.tuple(fc.constant(k), fc.integer({ min: 1, max: k })));

describe("topkDrop", () => {
  it("buys the best k on the first day", () => {
    fc.assert(
      fc.property(days, size, ([ranked], [k, n]) => {
        expect(topkDrop(ranked, [], k, n)).toEqual({ sell: [], buy: ranked.slice(0, k) });
      }),
    );
  });

  it("day after day holds k stocks, keeps at least k - n of them, and never buys what it holds", () => {
    fc.assert(
      fc.property(days, size, (rankings, [k, n]) => {
        let held: number[] = [];
        for (const [day, ranked] of rankings.entries()) {
          const { sell, buy } = topkDrop(ranked, held, k, n);
          const kept = held.filter((stock) => !sell.includes(stock));
          expect(sell.every((stock) => held.includes(stock))).toBe(true);
          expect(buy.some((stock) => held.includes(stock))).toBe(false);
          if (day > 0) expect(kept.length).toBeGreaterThanOrEqual(k - n);
          held = [...kept, ...buy];
          expect(new Set(held).size).toBe(k);
        }
      }),
    );
  });

  it("replaces a held stock only by better ones, and keeps no held stock below one that it sells", () => {
    fc.assert(
      fc.property(days, size, ([first, ranked], [k, n]) => {
        const held = first.slice(0, k);
        const { sell, buy } = topkDrop(ranked, held, k, n);
        const place = (stock: number) => (ranked.includes(stock) ? ranked.indexOf(stock) : 1000);
        const kept = held.filter((stock) => !sell.includes(stock));
        for (const sold of sell) {
          for (const bought of buy) expect(place(bought)).toBeLessThan(place(sold));
          for (const other of kept) expect(place(other)).toBeLessThanOrEqual(place(sold));
        }
      }),
    );
  });

  it("sells nothing when the held stocks are the best, and the unscored first", () => {
    expect(topkDrop([4, 7, 1, 2], [7, 4], 2, 1)).toEqual({ sell: [], buy: [] });
    expect(topkDrop([4, 7, 1, 2], [4, 9, 8], 3, 2)).toEqual({ sell: [9, 8], buy: [7, 1] });
    expect(topkDrop([], [4], 1, 1)).toEqual({ sell: [4], buy: [] });
  });

  it("takes n of the pool, so that a worse candidate can save a held stock", () => {
    // Pool by score: 5, 6 (candidates), 1 (held), 7 (candidate), 2 (held); the worst two are 7 and 2, of which 2 is held.
    expect(topkDrop([5, 6, 1, 7, 2], [1, 2], 2, 2)).toEqual({ sell: [1, 2].toReversed(), buy: [5, 6] });
    expect(topkDrop([5, 1, 7, 2, 6], [1, 2], 2, 2)).toEqual({ sell: [2], buy: [5] });
  });
});

describe("rankStocks", () => {
  it("orders by score less eta times risk, ties by the stock's number", () => {
    expect(rankStocks([3, 1, 2], [0.1, 0.3, 0.1], undefined, 0)).toEqual([1, 2, 3]);
    expect(rankStocks([3, 1, 2], [0.1, 0.3, 0.1], [0.01, 0.9, 0.02], 0.5)).toEqual([3, 2, 1]);
    expect(rankStocks([3, 1, 2], [0.1, 0.3, 0.1], [0.01, 0.9, 0.02], 0)).toEqual([1, 2, 3]);
  });
});
