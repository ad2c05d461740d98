import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  cholesky,
  determinant,
  eye,
  flip,
  fold,
  gather,
  key,
  logDeterminant,
  type Mat,
  matmul,
  normal,
  permutation,
  reference,
  reference64,
  slice,
  solve,
  sub,
  t,
  tensor,
  triangularSolve,
  tril,
  triu,
  withBackend,
} from "../index.js";
import { cofactorsOf } from "./cofactors.js";

/** Lengths around those at which elimination changes its ways: four rows, halves of eight, strips of 32. */
const lengths = fc.constantFrom(1, 2, 3, 4, 5, 8, 31, 32, 33, 63, 65, 70);
const seeds = fc.nat(1000);
const draw = (seed: number, name: string, rows: number, columns: number): Mat =>
  normal(fold(key(seed), name), [rows, columns]);

/** The matrix without one of its rows (axis 0) or columns (axis 1). */
const without = (a: Mat, axis: 0 | 1, at: number): Mat =>
  gather(
    a,
    Array.from({ length: a.shape[axis] }, (_, other) => other).filter((other) => other !== at),
    axis,
  ) as Mat;

/** The largest difference of two matrices. */
const apart = (a: Mat, b: Mat): number => Math.max(0, ...Array.from(sub(a, b).data, Math.abs));

const law = (check: (seed: number, n: number, columns: number) => void): void =>
  fc.assert(
    fc.property(seeds, lengths, lengths, (seed, n, columns) => withBackend(reference64, () => check(seed, n, columns))),
  );

describe("elimination", () => {
  it("solves systems of any size, of matrices that need their rows exchanged", () => {
    law((seed, n, columns) => {
      const a = add(draw(seed, "a", n, n), flip(eye(n), 0).mul(2 * n));
      const x = draw(seed, "x", n, columns);
      expect(apart(solve(a, matmul(a, x)), x)).toBeLessThan(1e-11);
    });
  });

  it("solves triangular systems of any size, either triangle, either way", () => {
    law((seed, n, columns) => {
      const a = add(draw(seed, "a", n, n), eye(n).mul(2 * n));
      const x = draw(seed, "x", n, columns);
      expect(apart(triangularSolve(a, matmul(tril(a), x)), x)).toBeLessThan(1e-11);
      expect(apart(triangularSolve(a, matmul(t(tril(a)), x), true), x)).toBeLessThan(1e-11);
      expect(apart(triangularSolve(a, matmul(triu(a), x), false, "upper"), x)).toBeLessThan(1e-11);
      expect(apart(triangularSolve(a, matmul(t(triu(a)), x), true, "upper"), x)).toBeLessThan(1e-11);
    });
  });

  it("finds factors whose product is the matrix, of any size", () => {
    law((seed, n) => {
      const x = draw(seed, "x", n, n);
      const a = add(matmul(x, t(x)), eye(n));
      const l = cholesky(a);
      expect(apart(matmul(l, t(l)), a)).toBeLessThan(1e-11 * n);
      expect(apart(triu(l, 1), triu(l, 1).mul(0))).toBe(0);
    });
  });

  it("gives determinants that multiply, and whose sign is that of a permutation", () => {
    law((seed, n) => {
      const m = Math.min(n, 5);
      const [a, b] = [draw(seed, "a", m, m), draw(seed, "b", m, m)];
      const product = determinant(a).item() * determinant(b).item();
      expect(Math.abs(determinant(matmul(a, b)).item() - product)).toBeLessThan(1e-10 * Math.max(1, Math.abs(product)));
      const order = permutation(key(seed), n);
      const places = Array.from(order.data);
      const inversions = places.flatMap((place, at) => places.slice(at).filter((later) => later < place)).length;
      expect(determinant(gather(eye(n), order, 0).as([n, n])).item()).toBe(inversions % 2 === 0 ? 1 : -1);
    });
  });

  it("gives the logarithm of a determinant that is too large for a number, and its sign", () => {
    law((seed, n) => {
      // Far from the imaginary axis, so that no eigenvalue is negative.
      const a = add(draw(seed, "a", n, n), eye(n).mul(2 * n + 4));
      const { logarithm, sign } = logDeterminant(a.mul(1e30));
      const { logarithm: plain } = logDeterminant(a);
      expect(logarithm.item()).toBeCloseTo(plain.item() + n * Math.log(1e30), 8);
      expect(sign.item()).toBe(1);
    });
  });

  it("solves a right-hand side alone as among others, to the bit", () => {
    const [a, b] = [add(draw(1, "a", 70, 70), eye(70).mul(3)), draw(1, "b", 70, 130)];
    const whole = solve(a, b);
    for (const column of [0, 1, 63, 64, 129])
      expect(solve(a, slice(b, 1, column, column + 1)).data).toEqual(slice(whole, 1, column, column + 1).data);
  });

  it("finds the same bits in kernels as in plain loops", () => {
    fc.assert(
      fc.property(seeds, lengths, lengths, (seed, n, columns) => {
        const [a, b] = [draw(seed, "a", n, n), draw(seed, "b", n, columns)];
        const definite = add(matmul(a, t(a)), eye(n));
        const found = () =>
          [solve(a, b), cholesky(definite), triangularSolve(a, b, true), determinant(a)].map(({ data }) => data);
        expect(found()).toEqual(withBackend(reference, found));
      }),
    );
  });
});

describe("a singular matrix", () => {
  const singular = tensor([1, 2, 3, 2, 4, 6, 1, 0, 1], [3, 3]);

  it("has determinant 0, and the logarithm of that is minus infinity", () => {
    expect(determinant(singular).item()).toBe(0);
    const { logarithm, sign } = logDeterminant(singular);
    expect([logarithm.item(), sign.item()]).toEqual([-Infinity, 0]);
  });

  it("does not hide a NaN behind a pivot of 0", () => {
    const holed = tensor([0, Number.NaN, 0, 1], [2, 2]);
    expect(determinant(holed).item()).toBeNaN();
    expect(logDeterminant(holed).logarithm.item()).toBeNaN();
  });

  it("has cofactors, in whatever order its rows and columns stand, and to rounding", () => {
    law((seed, n) => {
      const m = Math.min(n, 5);
      const a = draw(seed, "a", m, m);
      const flat = matmul(draw(seed, "b", m, m - 1), draw(seed, "c", m - 1, m));
      for (const matrix of [a, flat]) {
        const cofactors = cofactorsOf(Float64Array.from(matrix.data), m);
        const minor = (row: number, column: number): Mat => without(without(matrix, 0, row), 1, column);
        cofactors.forEach((cofactor, at) => {
          const [row, column] = [Math.floor(at / m), at % m];
          const expected = determinant(minor(row, column)).item() * ((row + column) % 2 === 0 ? 1 : -1);
          expect(Math.abs(cofactor - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)));
        });
      }
    });
  });

  it("has no cofactors but 0 where two rows are of no use, and infinite ones beside 0 where they overflow", () => {
    expect(Array.from(cofactorsOf(new Float64Array(9).fill(2), 3))).toEqual(new Array(9).fill(0));
    const huge = cofactorsOf(Float64Array.of(1e200, 0, 0, 0, 1e200, 0, 0, 0, 1e200), 3);
    expect(Array.from(huge)).toEqual([Infinity, 0, 0, 0, Infinity, 0, 0, 0, Infinity]);
  });

  it("of no rows has determinant 1", () => {
    expect(determinant(eye(0)).item()).toBe(1);
    expect(logDeterminant(eye(0)).logarithm.item()).toBe(0);
  });

  it("of a batch is named", () => {
    const batch = tensor([1, 0, 0, 1, 1, 1, 1, 1], [2, 2, 2]);
    expect(() => solve(batch, tensor([1, 2, 3, 4], [2, 2, 1]))).toThrow("solve: matrix 1 is singular: pivot 1 is 0");
    expect(() => triangularSolve(tensor([1, 0, 0, 1, 1, 0, 1, 0], [2, 2, 2]), tensor([1, 2, 3, 4], [2, 2, 1]))).toThrow(
      "triangularSolve: matrix 1 is singular: element 1 of its diagonal is 0",
    );
  });
});

describe("NaN", () => {
  it("in a matrix is no pivot, and stays in its determinant", () => {
    for (const values of [
      [Number.NaN, 1, 1, 2],
      [Number.NaN, 0, 0, 1],
      [Number.NaN, 1, 0, 0],
    ]) {
      const a = tensor(values, [2, 2]);
      expect(() => solve(a, tensor([1, 2], [2]))).toThrow("solve: matrix 0 has no solution: pivot 0 is NaN");
      expect(() => cholesky(a)).toThrow("cholesky: matrix 0 is not positive definite: pivot 0 is NaN");
      expect(() => triangularSolve(a, tensor([1, 2], [2]))).toThrow(
        "triangularSolve: matrix 0 has no solution: element 0 of its diagonal is NaN",
      );
      expect(determinant(a).item()).toBeNaN();
      expect(logDeterminant(a).logarithm.item()).toBeNaN();
    }
    const outside = tensor([1, Number.NaN, 0, 1], [2, 2]);
    expect(() => solve(outside, tensor([1, 2], [2]))).toThrow("pivot 1 is NaN");
  });

  it("in a right-hand side stays in its own solution", () => {
    const sides = tensor([Number.NaN, 1, 2, 3], [2, 2]);
    const expected = [
      [Number.NaN, 1],
      [Number.NaN, 2],
    ];
    expect(solve(tensor([1, 0, 1, 1], [2, 2]), sides).toArray()).toEqual(expected);
    expect(triangularSolve(tensor([1, 0, 1, 1], [2, 2]), sides).toArray()).toEqual(expected);
  });
});
