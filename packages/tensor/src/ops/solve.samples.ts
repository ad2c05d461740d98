import { at, build, type Naive, range } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable, small } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./arithmetic.js";
import { eye } from "./creation.js";
import { flip } from "./rearrange.js";
import { solve } from "./solve.js";

/** `x + 4 I` with its rows in the other order: far from singular, and of no use without row exchanges. */
export const regular = (x: Tensor): Tensor => flip(add(x, eye(x.shape[x.rank - 1]).mul(4)), -2);

/** The same, naively. */
export const regularOf = (x: Naive): Naive => {
  const n = x.shape[x.shape.length - 1];
  return build(x.shape, (index) => {
    const [row, column] = index.slice(-2);
    const from = n - 1 - row;
    return at(x, [...index.slice(0, -2), from, column]) + (from === column ? 4 : 0);
  });
};

/** The determinant by expansion along the first row. */
export function expansion(rows: readonly (readonly number[])[]): number {
  if (rows.length === 0) return 1;
  const [first, ...others] = rows;
  return first.reduce((sum, factor, column) => {
    const minor = others.map((row) => row.filter((_, other) => other !== column));
    return sum + (column % 2 === 0 ? 1 : -1) * factor * expansion(minor);
  }, 0);
}

/** The rows of one matrix of a batch. */
export const matrixAt = (a: Naive, batch: readonly number[]): number[][] => {
  const n = a.shape[a.shape.length - 1];
  return Array.from({ length: n }, (_, row) => range(n, (column) => at(a, [...batch, row, column])));
};

/** Cramer's rule: a column of the matrix replaced by the right-hand side. */
function cramer(a: Naive, batch: readonly number[], side: (row: number) => number, row: number): number {
  const rows = matrixAt(a, batch);
  const replaced = rows.map((values, at) => values.map((value, column) => (column === row ? side(at) : value)));
  return expansion(replaced) / expansion(rows);
}

const sample = (
  about: string,
  [a, b]: readonly [Shape, Shape],
  run: (a: Tensor, b: Tensor) => Tensor,
  expected: (a: Naive, b: Naive) => Naive,
): Sample => ({
  about,
  inputs: [
    { shape: a, domain: small },
    { shape: b, domain: ordinary },
  ],
  run: (x, sides) => run(regular(x), sides),
  expected: (x, sides) => expected(regularOf(x), sides),
});

/** The solution of each system of a batch; matrices and right-hand sides are taken again where they have no axis for it. */
const solutionsOf =
  (shape: Shape) =>
  (a: Naive, b: Naive): Naive =>
    build(shape, (index) => {
      const [row, column] = index.slice(-2);
      const batch = index.slice(0, -2);
      return cramer(a, batch, (other) => at(b, [...batch, other, column]), row);
    });

const solutionsForOne =
  (shape: Shape) =>
  (a: Naive, b: Naive): Naive =>
    build(shape, (index) => cramer(a, index.slice(0, -1), (other) => at(b, [other]), index[index.length - 1]));

export const solveSamples: SampleTable = {
  solve: ({ m, n, k }) => {
    const [matrix, batch] = [[n, n] as const, [m, n, n] as const];
    const [sides, ofBatch] = [[n, k] as const, [m, n, k] as const];
    return [
      sample("of a matrix", [matrix, sides], (a, b) => solve(a.as(matrix), b.as(sides)), solutionsOf(sides)),
      sample("of a batch", [batch, ofBatch], (a, b) => solve(a.as(batch), b.as(ofBatch)), solutionsOf(ofBatch)),
      sample("of one right-hand side", [matrix, [n]], (a, b) => solve(a.as(matrix), b.as([n])), solutionsForOne([n])),
      sample(
        "of one right-hand side for a batch",
        [batch, [n]],
        (a, b) => solve(a.as(batch), b.as([n])),
        solutionsForOne([m, n]),
      ),
      sample(
        "of a matrix for a batch of right-hand sides",
        [matrix, ofBatch],
        (a, b) => solve(a.as(matrix), b.as(ofBatch)),
        solutionsOf(ofBatch),
      ),
      sample(
        "of right-hand sides for a batch",
        [batch, sides],
        (a, b) => solve(a.as(batch), b.as(sides)),
        solutionsOf(ofBatch),
      ),
      sample(
        "of one of a batch for the others",
        [batch, [1, n, k]],
        (a, b) => solve(a.as(batch), b.as([1, n, k])),
        solutionsOf(ofBatch),
      ),
    ];
  },
};
