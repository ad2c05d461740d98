import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable, small } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { add } from "./arithmetic.js";
import { eye } from "./creation.js";
import { triangularSolve } from "./triangular-solve.js";

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

const sample = (
  about: string,
  [l, b]: readonly [Shape, Shape],
  side: Side,
  run: (l: Tensor, b: Tensor) => Tensor,
  expected: (b: Naive, l: Naive) => Naive,
): Sample => ({
  about: `${about}, ${named(side)}`,
  inputs: [
    { shape: l, domain: small },
    { shape: b, domain: ordinary },
  ],
  run: (x, sides) => run(add(x, eye(l[l.length - 1]).mul(2)), sides),
  expected: (x, sides) => expected(sides, twice(x)),
});

const solutions = (m: number, n: number, k: number, side: Side): readonly Sample[] => {
  const { transposed, part } = side;
  const matrix = [n, n] as const;
  const batch = [m, n, n] as const;
  const each =
    (shape: Shape) =>
    (b: Naive, l: Naive): Naive =>
      build(shape, (index) => solutionAt(l, b, index, side));
  const ofOne =
    (shape: Shape) =>
    (b: Naive, l: Naive): Naive =>
      build(shape, (index) => solutionAt(l, { shape: [n, 1], data: b.data }, [...index, 0], side));
  return [
    sample(
      "of a matrix",
      [matrix, [n, k]],
      side,
      (l, b) => triangularSolve(l.as(matrix), b.as([n, k]), transposed, part),
      each([n, k]),
    ),
    sample(
      "of a batch",
      [batch, [m, n, k]],
      side,
      (l, b) => triangularSolve(l.as(batch), b.as([m, n, k]), transposed, part),
      each([m, n, k]),
    ),
    sample(
      "of one right-hand side",
      [matrix, [n]],
      side,
      (l, b) => triangularSolve(l.as(matrix), b.as([n]), transposed, part),
      ofOne([n]),
    ),
    sample(
      "of one right-hand side for a batch",
      [batch, [n]],
      side,
      (l, b) => triangularSolve(l.as(batch), b.as([n]), transposed, part),
      ofOne([m, n]),
    ),
    sample(
      "of a matrix for a batch of right-hand sides",
      [matrix, [m, n, k]],
      side,
      (l, b) => triangularSolve(l.as(matrix), b.as([m, n, k]), transposed, part),
      each([m, n, k]),
    ),
    sample(
      "of right-hand sides for a batch",
      [batch, [n, k]],
      side,
      (l, b) => triangularSolve(l.as(batch), b.as([n, k]), transposed, part),
      each([m, n, k]),
    ),
  ];
};

export const triangularSolveSamples: SampleTable = {
  triangularSolve: ({ m, n, k }) => sides.flatMap((side) => solutions(m, n, k, side)),
};
