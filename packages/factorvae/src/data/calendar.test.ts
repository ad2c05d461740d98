import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverage, thinDates } from "./calendar.js";

const grid = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 70 })).chain(([symbols, dates]) =>
  fc.record({
    symbols: fc.constant(symbols),
    dates: fc.constant(dates),
    // Prices are rare, so that many dates lie just within or just beyond 20 dates of one.
    isPriced: fc
      .array(fc.nat(30), { minLength: symbols * dates, maxLength: symbols * dates })
      .map((draws) => Uint8Array.from(draws, (draw) => (draw === 0 ? 1 : 0))),
  }),
);

describe("the market calendar", () => {
  test("coverage counts what a plain count of each date and its 20 dates before counts", () => {
    fc.assert(
      fc.property(grid, ({ symbols, dates, isPriced }) => {
        const { priced, seenBefore } = coverage(isPriced, symbols, dates);
        for (let t = 0; t < dates; t++) {
          const has = (n: number, s: number) => isPriced[n * dates + s] === 1;
          const all = Array.from({ length: symbols }, (_, n) => n);
          const before = Array.from({ length: 20 }, (_, i) => t - 1 - i).filter((s) => s >= 0);
          expect(priced[t]).toBe(all.filter((n) => has(n, t)).length);
          expect(seenBefore[t]).toBe(all.filter((n) => before.some((s) => has(n, s))).length);
        }
      }),
    );
  });

  test("later dates never change which earlier dates are thin", () => {
    fc.assert(
      fc.property(grid, fc.nat(69), ({ symbols, dates, isPriced }, cut) => {
        const kept = Math.min(dates, cut + 1);
        const shorter = new Uint8Array(symbols * kept);
        for (let n = 0; n < symbols; n++) shorter.set(isPriced.subarray(n * dates, n * dates + kept), n * kept);
        const whole = thinDates(coverage(isPriced, symbols, dates)).filter((t) => t < kept);
        expect(thinDates(coverage(shorter, symbols, kept))).toEqual(whole);
      }),
    );
  });

  test("a date with under a fifth of the symbols is thin, one with a fifth is not, nor is a stray first date", () => {
    const counts = { priced: Int32Array.of(1, 100, 19, 20, 274), seenBefore: Int32Array.of(0, 1, 100, 100, 465) };
    expect(thinDates(counts)).toEqual([2]);
  });
});
