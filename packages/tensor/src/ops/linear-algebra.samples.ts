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

interface Side {
  readonly transposed: boolean;
  readonly part: "lower" | "upper";
}

const sides: readonly Side[] = [false, true].flatMap((transposed) =>
  (["lower", "upper"] as const).map((part) => ({ transposed, part })),
);

/** The solution by its recursion: row by row, from the first down or from the last up. */
function solutionAt(l: Naive, b: Naive, index: readonly number[], side: Side): number {
  const { transposed, part } = side;
  const [row, column] = index.slice(-2);
  const batch = index.slice(0, -2);
  const n = l.shape[l.shape.length - 1];
  const isUpwards = transposed !== (part === "upper");
  const count = isUpwards ? n - 1 - row : row;
  const known = total(count, (i) => {
    const k = isUpwards ? row + 1 + i : i;
    return at(l, transposed ? [...batch, k, row] : [...batch, row, k]) * solutionAt(l, b, [...batch, k, column], side);
  });
  return (at(b, index) - known) / at(l, [...batch, row, row]);
}

const twice = (x: Naive): Naive =>
  build(x.shape, (index) => at(x, index) + (index[index.length - 1] === index[index.length - 2] ? 2 : 0));

const named = ({ transposed, part }: Side): string => `${part}${transposed ? ", transposed" : ""}`;

const solved = (lead: Shape, n: number, columns: number, side: Side): Sample => ({
  about: `of ${formatShape([...lead, n, n])}, ${named(side)}`,
  inputs: [
    { shape: [...lead, n, n], domain: small },
    { shape: [...lead, n, columns], domain: ordinary },
  ],
  run: (x, b) => {
    const { transposed, part } = side;
    const l = add(x, eye(n).mul(2));
    return lead.length === 0
      ? triangularSolve(l.as([n, n]), b.as([n, columns]), transposed, part)
      : triangularSolve(l.as([lead[0], n, n]), b.as([lead[0], n, columns]), transposed, part);
  },
  expected: (x, b) => build(b.shape, (index) => solutionAt(twice(x), b, index, side)),
});

const solvedForOne = (n: number, side: Side): Sample => ({
  about: `of one right-hand side, ${named(side)}`,
  inputs: [
    { shape: [n, n], domain: small },
    { shape: [n], domain: ordinary },
  ],
  run: (x, b) => triangularSolve(add(x, eye(n).mul(2)).as([n, n]), b.as([n]), side.transposed, side.part),
  expected: (x, b) => {
    const column = { shape: [n, 1], data: b.data };
    return build([n], ([row]) => solutionAt(twice(x), column, [row, 0], side));
  },
});

export const linearAlgebraSamples: SampleTable = {
  cholesky: ({ m, n }) => [decomposed([n, n]), decomposed([m, n, n])],
  triangularSolve: ({ m, n, k }) =>
    sides.flatMap((side) => [solved([], n, k, side), solved([m], n, k, side), solvedForOne(n, side)]),
};
