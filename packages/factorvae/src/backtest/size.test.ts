import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseSize } from "./size.js";

describe("chooseSize", () => {
  it("chooses by itself what it would not refuse, and proposes what it would choose", () => {
    fc.assert(
      fc.property(fc.double({ min: 5, max: 4000, noNaN: true }), (stocks) => {
        const { k, n } = chooseSize(stocks, "auto");
        expect(chooseSize(stocks, k)).toMatchObject({ k, n });
        expect(k).toBe(Math.min(50, Math.floor(stocks / 5)));
        const tooLarge = Math.floor(stocks / 5) + 1;
        expect(() => chooseSize(stocks, tooLarge)).toThrow(`try k = ${k}`);
      }),
    );
  });

  it("replaces a tenth of k a day, rounded, and at least one stock", () => {
    expect([50, 14, 15, 4].map((k) => chooseSize(1000, k).n)).toEqual([5, 1, 2, 1]);
    expect(chooseSize(1000)).toEqual({ k: 50, n: 5, notes: [] });
    expect(chooseSize(1000, 30, 4)).toEqual({ k: 30, n: 4, notes: [] });
  });

  it("takes one stock of a universe of fewer than five", () => {
    expect(chooseSize(3, "auto").k).toBe(1);
    expect(() => chooseSize(3, 2)).toThrow("k = 2 is more than a fifth of the 3 stocks scored a day; try k = 1");
  });
});
