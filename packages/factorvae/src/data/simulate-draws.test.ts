import { key, splitKey } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { autoregressivePaths, exponentialValues, studentValues } from "./simulate-draws.js";

const count = 100_000;

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("studentValues", () => {
  it("has zero mean, unit variance and Student's fourth moment", () => {
    // With 12 degrees the eighth moment exists, so the sample's fourth moment has a standard error (below 0.15).
    const draws = studentValues(key(1), count, 12);
    expect(Math.abs(mean(draws))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(mean(draws.map((x) => x ** 2)) - 1)).toBeLessThan(5 * Math.sqrt(2.75 / count));
    expect(Math.abs(mean(draws.map((x) => x ** 4)) - 3.75)).toBeLessThan(0.5);
  });

  it("has the quantiles of Student's t with 4 degrees of freedom", () => {
    // P(|t| > 2.776445) = 0.05 and P(|t| > 4.604095) = 0.01 for 4 degrees; scaled by sqrt(1/2) here.
    const draws = studentValues(key(2), count, 4);
    for (const [quantile, mass] of [
      [2.776445, 0.05],
      [4.604095, 0.01],
    ]) {
      const share = mean(draws.map((x) => (Math.abs(x) > quantile * Math.SQRT1_2 ? 1 : 0)));
      expect(Math.abs(share - mass)).toBeLessThan(5 * Math.sqrt(mass / count));
    }
  });
});

describe("exponentialValues", () => {
  it("has mean and variance 1 and is never negative", () => {
    const draws = exponentialValues(key(3), count);
    expect(Math.abs(mean(draws) - 1)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(mean(draws.map((x) => (x - 1) ** 2)) - 1)).toBeLessThan(5 * Math.sqrt(8 / count));
    expect(draws.every((x) => x >= 0)).toBe(true);
  });
});

describe("autoregressivePaths", () => {
  it("continues a shorter path without changing it", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5 }), (seed, days, side) => {
        const short = autoregressivePaths(key(seed), days, side, 0.9, 2);
        const long = autoregressivePaths(key(seed), days + 7, side, 0.9, 2);
        expect(long.subarray(0, days * side)).toEqual(short);
      }),
    );
  });

  it("has the given deviation on the first and on a late day, and the given persistence", () => {
    const side = 20_000;
    const paths = autoregressivePaths(splitKey(key(4))[1], 30, side, 0.9, 2);
    const first = paths.subarray(0, side);
    const [before, last] = [paths.subarray(28 * side, 29 * side), paths.subarray(29 * side)];
    const bound = 5 * 4 * Math.sqrt(2 / side);
    expect(Math.abs(mean(first.map((x) => x * x)) - 4)).toBeLessThan(bound);
    expect(Math.abs(mean(last.map((x) => x * x)) - 4)).toBeLessThan(bound);
    expect(Math.abs(mean(last.map((x, i) => x * before[i])) - 3.6)).toBeLessThan(bound);
  });
});
