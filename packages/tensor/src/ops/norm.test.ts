import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, mul, norm, normal, standardDeviation, tensor, variance } from "../index.js";

const vectors = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 30 })).map(([seed, n]) => normal(key(seed), [n]));

describe("norm", () => {
  it("is the same for any power of two by which a vector is scaled, from the smallest numbers to the largest", () => {
    fc.assert(
      fc.property(vectors, fc.integer({ min: -110, max: 120 }), (x, power) => {
        expect(norm(mul(x, 2 ** power)).item()).toBe(norm(x).item() * 2 ** power);
      }),
    );
  });

  it("is 0 of zeros and of nothing, infinite where one element is, and NaN where one is", () => {
    expect(norm(tensor([0, -0])).item()).toBe(0);
    expect(norm(tensor([])).item()).toBe(0);
    expect(norm(tensor([1, -Infinity, Infinity])).item()).toBe(Infinity);
    expect(norm(tensor([1, Number.NaN])).item()).toBeNaN();
  });
});

describe("variance", () => {
  it("does not suffer from a large mean", () => {
    expect(variance(tensor([4096, 4097, 4098, 4099])).item()).toBe(1.25);
    expect(variance(tensor([4096, 4097, 4098, 4099]), 0, false, 1).item()).toBeCloseTo(5 / 3, 6);
  });

  it("is 0 of one element, and so is the standard deviation", () => {
    expect(variance(tensor([7])).item()).toBe(0);
    expect(standardDeviation(tensor([7])).item()).toBe(0);
  });
});
