import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  argsort,
  cumsum,
  diagonal,
  diagonalMatrix,
  flip,
  indices,
  key,
  normal,
  roll,
  type Tensor,
  tensor,
  tril,
  triu,
} from "../index.js";

const matrices = fc
  .tuple(fc.nat(1000), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }))
  .map(([seed, m, n]) => normal(key(seed), [m, n]));
const axes = fc.constantFrom(0, 1, -1, -2);
const bits = (x: Tensor): number[] => Array.from(x.data);

describe("flip", () => {
  it("twice is nothing, and neither copies", () => {
    fc.assert(
      fc.property(matrices, axes, (x, axis) => {
        expect(bits(flip(flip(x, axis), axis))).toEqual(bits(x));
        expect(flip(x, axis).storage).toBe(x.storage);
      }),
    );
  });

  it("keeps indices indices", () => {
    expect(flip(indices([1, 2, 3]), 0).dtype).toBe("int32");
    expect(roll(indices([1, 2, 3]), 1, 0).toArray()).toEqual([3, 1, 2]);
    expect(roll(argsort(tensor([3, 1]), 0), 1, 0).dtype).toBe("int32");
  });
});

describe("roll", () => {
  it("by two shifts is by their sum, and by the length is nothing", () => {
    fc.assert(
      fc.property(matrices, axes, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (x, axis, a, b) => {
        expect(bits(roll(roll(x, a, axis), b, axis))).toEqual(bits(roll(x, a + b, axis)));
        expect(bits(roll(x, x.shape[axis < 0 ? axis + 2 : axis], axis))).toEqual(bits(x));
      }),
    );
  });
});

describe("triangles", () => {
  it("of a matrix and their common diagonal add up to it, at any offset", () => {
    fc.assert(
      fc.property(matrices, fc.integer({ min: -8, max: 8 }), (x, offset) => {
        expect(bits(tril(x, offset).add(triu(x, offset + 1)))).toEqual(bits(x));
      }),
    );
  });

  it("keep nothing of what stands outside, not NaN either", () => {
    expect(tril(tensor([1, Number.NaN, 2, Infinity], [2, 2])).toArray()).toEqual([
      [1, 0],
      [2, Infinity],
    ]);
  });
});

describe("diagonal", () => {
  it("takes out what diagonalMatrix puts in, on any diagonal", () => {
    fc.assert(
      fc.property(fc.nat(6), fc.integer({ min: -4, max: 4 }), (n, offset) => {
        const x = normal(key(n), [n]);
        const matrix = diagonalMatrix(x, offset);
        expect(bits(diagonal(matrix, offset))).toEqual(bits(x));
        expect(bits(matrix).filter((value) => value !== 0).length).toBe(n);
      }),
    );
  });
});

describe("cumsum", () => {
  it("ends with the sum, turned or not", () => {
    fc.assert(
      fc.property(matrices, (x) => {
        const whole = bits(cumsum(x, 1));
        const turned = bits(flip(cumsum(flip(x, 1), 1), 1));
        const [m, n] = x.shape;
        for (let row = 0; row < m && n > 0; row++) expect(whole[row * n + n - 1]).toBeCloseTo(turned[row * n], 5);
      }),
    );
  });

  it("holds NaN and infinity from where they are on", () => {
    expect(cumsum(tensor([1, Infinity, 2, -Infinity, 3]), 0).toArray()).toEqual([1, Infinity, Infinity, NaN, NaN]);
  });
});
