import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Figure, geometricMean, isSteady, median, ratio, shareOfPeak } from "./results.js";

const figure = (medians: readonly number[], peaks?: readonly number[]): Figure => ({
  group: "g",
  row: "r",
  contender: "c",
  medians,
  least: Math.min(...medians),
  others: 0,
  ...(peaks && { peaks }),
});

const seconds = fc.array(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 9 });

describe("median", () => {
  it("has as many values below it as above, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }), (values) => {
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(values.length / 2);
        expect(above).toBeLessThanOrEqual(values.length / 2);
        expect(median(values.toReversed())).toBe(middle);
      }),
    );
  });
});

describe("ratio", () => {
  it("is what a machine that slows down round by round leaves as it is", () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 0.1, max: 10, noNaN: true }), (medians, factor) => {
        const scaled = figure(medians.map((value) => value * factor));
        expect(ratio(scaled, figure(medians))).toBeCloseTo(factor, 9);
      }),
    );
  });

  it("is of the rounds that both have, and of nothing where one was not measured", () => {
    expect(ratio(figure([2, 9, 9]), figure([1]))).toBe(2);
    expect(ratio(undefined, figure([1]))).toBe(undefined);
    expect(ratio(figure([1]), undefined)).toBe(undefined);
  });
});

describe("shareOfPeak", () => {
  it("sets each round against its own peak", () => {
    expect(shareOfPeak(figure([1, 2, 4], [100, 50, 25]), 50)).toBe(0.5);
    expect(shareOfPeak(figure([1]), 50)).toBe(undefined);
  });
});

describe("isSteady", () => {
  it("allows for half as much again", () => {
    expect([isSteady(figure([2, 3])), isSteady(figure([2, 3.01])), isSteady(figure([1]))]).toEqual([true, false, true]);
  });

  it("allows others a quarter of a core", () => {
    expect([isSteady({ ...figure([1]), others: 0.25 }), isSteady({ ...figure([1]), others: 0.3 })]).toEqual([
      true,
      false,
    ]);
  });
});

describe("geometricMean", () => {
  it("turns round with its values", () => {
    fc.assert(
      fc.property(seconds, (values) => {
        expect(geometricMean(values) * geometricMean(values.map((value) => 1 / value))).toBeCloseTo(1, 9);
      }),
    );
  });
});
