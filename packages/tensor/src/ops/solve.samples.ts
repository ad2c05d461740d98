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

const solved = (lead: Shape, n: number, columns: number): Sample => ({
  about: `of ${lead.length > 0 ? "a batch" : "a matrix"}`,
  inputs: [
    { shape: [...lead, n, n], domain: small },
    { shape: [...lead, n, columns], domain: ordinary },
  ],
  run: (x, b) => {
    const a = regular(x);
    return lead.length === 0
      ? solve(a.as([n, n]), b.as([n, columns]))
      : solve(a.as([lead[0], n, n]), b.as([lead[0], n, columns]));
  },
  expected: (x, b) => {
    const a = regularOf(x);
    return build(b.shape, (index) => {
      const [row, column] = index.slice(-2);
      const batch = index.slice(0, -2);
      return cramer(a, batch, (other) => at(b, [...batch, other, column]), row);
    });
  },
});

const solvedForOne = (n: number): Sample => ({
  about: "of one right-hand side",
  inputs: [
    { shape: [n, n], domain: small },
    { shape: [n], domain: ordinary },
  ],
  run: (x, b) => solve(regular(x).as([n, n]), b.as([n])),
  expected: (x, b) => build([n], ([row]) => cramer(regularOf(x), [], (other) => at(b, [other]), row)),
});

export const solveSamples: SampleTable = {
  solve: ({ m, n, k }) => [solved([], n, k), solved([m], n, k), solvedForOne(n)],
};
