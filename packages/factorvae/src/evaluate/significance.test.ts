import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { neweyWest, neweyWestLag, pairedDifference } from "./significance.js";

const series = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 60 });

/** The long-run variance as the double sum over all pairs of days, weighted by their distance. */
function bruteForceError(values: readonly number[], lag: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let sum = 0;
  values.forEach((a, s) => {
    values.forEach((b, t) => {
      sum += Math.max(0, 1 - Math.abs(s - t) / (lag + 1)) * (a - mean) * (b - mean);
    });
  });
  return Math.sqrt(Math.max(0, sum)) / values.length;
}

describe("neweyWest", () => {
  it("agrees with the weighted sum over all pairs of days", () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 12 }), (values, horizon) => {
        const { standardError, lag } = neweyWest(values, horizon);
        fc.pre(standardError !== undefined);
        expect(standardError).toBeCloseTo(bruteForceError(values, lag), 9);
      }),
    );
  });

  it("scales with the series, and its t does not", () => {
    fc.assert(
      fc.property(series, (values) => {
        const plain = neweyWest(values);
        const halved = neweyWest(values.map((value) => value / 2));
        fc.pre(plain.t !== undefined && plain.standardError !== undefined && plain.standardError > 1e-9);
        expect(halved.t).toBeCloseTo(plain.t ?? Number.NaN, 9);
        expect(neweyWest(values.map((value) => -value)).t).toBeCloseTo(-(plain.t ?? Number.NaN), 9);
      }),
    );
  });

  it("has no standard error for a constant series or a single day, and refuses what has no mean", () => {
    expect(neweyWest([0.1, 0.1, 0.1])).toEqual({ days: 3, mean: expect.closeTo(0.1, 15), lag: 1 });
    expect(neweyWest([0.2])).toEqual({ days: 1, mean: 0.2, lag: 0 });
    expect(() => neweyWest([])).toThrow("the series is empty");
    expect(() => neweyWest([1, Number.NaN])).toThrow("value 1 of 2 is NaN");
    expect(() => neweyWest([1, 2], 0)).toThrow("horizon is 0");
  });
});

describe("neweyWestLag", () => {
  it("grows with the days, covers the horizon and stays below the number of days", () => {
    expect([100, 250, 1000].map((days) => neweyWestLag(days))).toEqual([4, 4, 6]);
    expect(neweyWestLag(250, 10)).toBe(9);
    expect(neweyWestLag(3, 10)).toBe(2);
    expect(neweyWestLag(1)).toBe(0);
  });
});

describe("pairedDifference", () => {
  it("takes differences on common dates only, and is the opposite the other way round", () => {
    const first = { dates: ["a", "b", "c", "d"], values: Float64Array.of(1, 2, 4, 9) };
    const second = { dates: ["b", "c", "d", "e"], values: Float64Array.of(1, 1, 1, 5) };
    const difference = pairedDifference(first, second);
    expect(difference).toEqual(neweyWest([1, 3, 8]));
    expect(pairedDifference(second, first).t).toBeCloseTo(-(difference.t ?? Number.NaN), 12);
  });

  it("refuses series without a common date", () => {
    const on = (date: string) => ({ dates: [date], values: Float64Array.of(1) });
    expect(() => pairedDifference(on("2020-01-01"), on("2020-01-02"))).toThrow("no date in common");
  });
});
