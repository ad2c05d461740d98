import { at, build, largest, type Naive, range, total } from "../../test/naive.js";
import { apart, ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { expand, max, mean, min, sum } from "./reduce.js";

type Fold = (count: number, element: (index: number) => number) => number;

const overAll =
  (fold: Fold) =>
  ({ data }: Naive): Naive => ({ shape: [], data: [fold(data.length, (index) => data[index])] });

const along =
  (fold: Fold, axis: number, kept: boolean) =>
  (x: Naive): Naive => {
    const shape = x.shape.flatMap((dim, other) => (other === axis ? (kept ? [1] : []) : [dim]));
    return build(shape, (index) =>
      fold(x.shape[axis], (position) =>
        at(x, [...index.slice(0, axis), position, ...index.slice(kept ? axis + 1 : axis)]),
      ),
    );
  };

interface Reduction {
  (x: Tensor): Tensor;
  (x: Tensor, axis: number): Tensor;
  (x: Tensor, axis: number, keepAxis: true): Tensor;
}

/** Over all, along each axis of three, and with the axis kept. `shape` has no axis of length 0 where that is an error. */
function samples(
  reduce: Reduction,
  fold: Fold,
  domain: typeof apart,
  [m, n, k]: readonly [number, number, number],
): Sample[] {
  const sample = (about: string, shape: Shape, run: Sample["run"], expected: (x: Naive) => Naive): Sample => ({
    about,
    inputs: [{ shape, domain }],
    run,
    expected,
  });
  return [
    sample("over everything", [m, n], (x) => reduce(x), overAll(fold)),
    sample("of a number", [], (x) => reduce(x), overAll(fold)),
    ...[0, 1, 2].map((axis) =>
      sample(`along axis ${axis}`, [m, n, k], (x) => reduce(x, axis), along(fold, axis, false)),
    ),
    sample("along the last axis, kept", [m, n], (x) => reduce(x, -1, true), along(fold, 1, true)),
    sample("along the first axis, kept", [m, n], (x) => reduce(x, 0, true), along(fold, 0, true)),
  ];
}

const smallest: Fold = (count, element) => Math.min(...range(count, element));
const average: Fold = (count, element) => total(count, element) / count;

const spread = (about: string, from: Shape, to: Shape): Sample => ({
  about,
  inputs: [{ shape: from, domain: ordinary }],
  run: (x) => expand(x, to),
  expected: (x) => build(to, (index) => at(x, index)),
});

export const reduceSamples: SampleTable = {
  sum: ({ m, n, k }) => samples(sum, total, ordinary, [m, n, k]),
  mean: ({ m, n, k }) => samples(mean, average, ordinary, [m + 1, n + 1, k + 1]),
  max: ({ m, n, k }) => samples(max, largest, apart, [m + 1, n + 1, k + 1]),
  min: ({ m, n, k }) => samples(min, smallest, apart, [m + 1, n + 1, k + 1]),
  expand: ({ m, n, k }) => [
    spread("a new axis", [n], [m, n]),
    spread("axes of length 1", [1, n, 1], [m, n, k]),
    spread("a number", [], [m, n]),
    spread("to its own shape", [m, n], [m, n]),
  ],
};
