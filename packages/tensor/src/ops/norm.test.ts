import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, mul, norm, normal, standardDeviation, sum, tensor, variance, zeros } from "../index.js";

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

it("keeps all axes, each of length 1, of everything too, as sum does", () => {
  const x = tensor([3, 4], [1, 2]);
  for (const reduce of [sum, norm, variance, standardDeviation])
    expect(Reflect.apply(reduce, undefined, [x, undefined, true]).shape).toEqual([1, 1]);
});

describe("a norm of another order", () => {
  it("is one of two others", () => {
    const x = tensor([3, -4]);
    expect([1, 2, Infinity].map((order) => norm(x, 0, false, order).item())).toEqual([7, 5, 4]);
    for (const order of [0, 3, -Infinity, Number.NaN])
      expect(() => norm(x, 0, false, order)).toThrow(`norm: the order is 1, 2 or Infinity, not ${order}`);
  });

  it("is 0 of nothing, and NaN where one element is", () => {
    for (const order of [1, 2, Infinity]) {
      expect(norm(zeros([2, 0]), 1, false, order).toArray()).toEqual([0, 0]);
      expect(norm(tensor([1, Number.NaN]), undefined, false, order).item()).toBeNaN();
    }
  });
});

describe("variance", () => {
  it("does not suffer from a large mean", () => {
    expect(variance(tensor([4096, 4097, 4098, 4099])).item()).toBe(1.25);
    expect(variance(tensor([4096, 4097, 4098, 4099]), 0, false, 1).item()).toBeCloseTo(5 / 3, 6);
  });

  it("may overflow where its root does not", () => {
    expect(standardDeviation(tensor([-1e30, 1e30, 0, 0])).item() / 1e30).toBeCloseTo(Math.SQRT1_2, 6);
    expect(standardDeviation(tensor([-1e-25, 1e-25])).item() / 1e-25).toBeCloseTo(1, 6);
    expect(standardDeviation(tensor([-1e-25, 1e-25]), 0, false, 1).item() / 1e-25).toBeCloseTo(Math.SQRT2, 6);
    expect(variance(tensor([-1e30, 1e30])).item()).toBe(Infinity);
  });

  it("is 0 of one element, and so is the standard deviation", () => {
    expect(variance(tensor([7])).item()).toBe(0);
    expect(standardDeviation(tensor([7])).item()).toBe(0);
  });
});
