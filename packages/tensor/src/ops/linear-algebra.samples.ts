import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable, small } from "../../test/sample.js";
import { formatShape, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./arithmetic.js";
import { eye } from "./creation.js";
import { cholesky, triangularSolve } from "./linear-algebra.js";
import { product } from "./matmul.js";
import { matrixTransposed } from "./view.js";

/** `x x' + I`, far from singular. */
const gram = (x: Tensor): Tensor => add(product(x, matrixTransposed(x)), eye(x.shape[x.rank - 1]));

const gramOf = (x: Naive): Naive =>
  build(x.shape, (index) => {
    const [row, column] = index.slice(-2);
    const batch = index.slice(0, -2);
    const [n] = x.shape.slice(-1);
    return total(n, (k) => at(x, [...batch, row, k]) * at(x, [...batch, column, k])) + (row === column ? 1 : 0);
  });

/** The element of the factor by its recursion, from the top left corner on, computed anew for each: slow and plain. */
function factorAt(a: Naive, batch: readonly number[], row: number, column: number): number {
  if (column > row) return 0;
  const rest =
    at(a, [...batch, row, column]) - total(column, (k) => factorAt(a, batch, row, k) * factorAt(a, batch, column, k));
  return row === column ? Math.sqrt(rest) : rest / factorAt(a, batch, column, column);
}

const factor = (a: Naive): Naive =>
  build(a.shape, (index) => factorAt(a, index.slice(0, -2), index[index.length - 2], index[index.length - 1]));

const decomposed = (shape: Shape): Sample => ({
  about: `of ${formatShape(shape)}`,
  inputs: [{ shape, domain: ordinary }],
  run: (x) =>
    x.rank === 2 ? cholesky(gram(x).as([shape[0], shape[0]])) : cholesky(gram(x).as([shape[0], shape[1], shape[1]])),
  expected: (x) => factor(gramOf(x)),
});

/** The solution by its recursion: row by row, from the first down or from the last up. */
function solutionAt(l: Naive, b: Naive, index: readonly number[], transposed: boolean): number {
  const [row, column] = index.slice(-2);
  const batch = index.slice(0, -2);
  const n = l.shape[l.shape.length - 1];
  const count = transposed ? n - 1 - row : row;
  const known = total(count, (i) => {
    const k = transposed ? row + 1 + i : i;
    return (
      at(l, transposed ? [...batch, k, row] : [...batch, row, k]) * solutionAt(l, b, [...batch, k, column], transposed)
    );
  });
  return (at(b, index) - known) / at(l, [...batch, row, row]);
}

const solved = (lead: Shape, n: number, columns: number, transposed: boolean): Sample => ({
  about: `of ${formatShape([...lead, n, n])}${transposed ? ", transposed" : ""}`,
  inputs: [
    { shape: [...lead, n, n], domain: small },
    { shape: [...lead, n, columns], domain: ordinary },
  ],
  run: (x, b) => {
    const l = add(x, eye(n).mul(2));
    return lead.length === 0
      ? triangularSolve(l.as([n, n]), b.as([n, columns]), transposed)
      : triangularSolve(l.as([lead[0], n, n]), b.as([lead[0], n, columns]), transposed);
  },
  expected: (x, b) => {
    const l = build(x.shape, (index) => at(x, index) + (index[index.length - 1] === index[index.length - 2] ? 2 : 0));
    return build(b.shape, (index) => solutionAt(l, b, index, transposed));
  },
});

export const linearAlgebraSamples: SampleTable = {
  cholesky: ({ m, n }) => [decomposed([n, n]), decomposed([m, n, n])],
  triangularSolve: ({ m, n, k }) =>
    [false, true].flatMap((transposed) => [solved([], n, k, transposed), solved([m], n, k, transposed)]),
};
