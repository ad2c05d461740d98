import { at, build, type Naive, range, total } from "../../test/naive.js";
import { apart, apartFromZero, type Domain, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import { norm, standardDeviation, variance } from "./norm.js";

const along =
  (axis: number, isKept: boolean, fold: (values: readonly number[]) => number) =>
  (x: Naive): Naive =>
    build(
      x.shape.flatMap((dim, other) => (other === axis ? (isKept ? [1] : []) : [dim])),
      (index) =>
        fold(
          range(x.shape[axis], (position) =>
            at(x, [...index.slice(0, axis), position, ...index.slice(isKept ? axis + 1 : axis)]),
          ),
        ),
    );

const overAll =
  (fold: (values: readonly number[]) => number) =>
  ({ data }: Naive): Naive => ({ shape: [], data: [fold(data)] });

const sample = (
  about: string,
  shape: Shape,
  domain: Domain,
  run: Sample["run"],
  expected: Sample["expected"],
): Sample => ({ about, inputs: [{ shape, domain }], run, expected });

const length = (values: readonly number[]): number => Math.hypot(...values);

/** By the differences of all pairs: another formula than the mean of squared deviations. */
const spreadOf =
  (correction: number) =>
  (values: readonly number[]): number => {
    const n = values.length;
    const pairs = total(n, (a) => total(n, (b) => (values[a] - values[b]) ** 2));
    return pairs / (2 * n * (n - correction));
  };

type Spread = typeof variance;

const spreads =
  (spread: Spread, finish: (variance: number) => number): SampleTable[string] =>
  ({ m, n, k }) => {
    const shape = [m + 2, n + 2, k + 2];
    const fold =
      (correction: number) =>
      (values: readonly number[]): number =>
        finish(spreadOf(correction)(values));
    return [
      sample("over everything", shape, apart, (x) => spread(x), overAll(fold(0))),
      sample("over everything, unbiased", [n + 2], apart, (x) => spread(x, undefined, false, 1), overAll(fold(1))),
      ...[0, 1, 2].flatMap((axis) => [
        sample(`along axis ${axis}`, shape, apart, (x) => spread(x, axis - 3), along(axis, false, fold(0))),
        sample(
          `along axis ${axis}, kept, unbiased`,
          shape,
          apart,
          (x) => spread(x, axis, true, 1),
          along(axis, true, fold(1)),
        ),
      ]),
    ];
  };

export const normSamples: SampleTable = {
  norm: ({ m, n, k }) => [
    sample("over everything", [m + 1, n + 1], apartFromZero, (x) => norm(x), overAll(length)),
    sample("of a number", [], apartFromZero, (x) => norm(x), overAll(length)),
    ...[0, 1, 2].flatMap((axis) => [
      sample(
        `along axis ${axis}`,
        [m, n, k].map((dim, other) => (other === axis ? dim + 1 : dim)),
        apartFromZero,
        (x) => norm(x, axis - 3),
        along(axis, false, length),
      ),
      sample(
        `along axis ${axis}, kept, and perhaps empty`,
        [m, n, k],
        apartFromZero,
        (x) => norm(x, axis, true),
        along(axis, true, length),
      ),
    ]),
  ],
  variance: spreads(variance, (x) => x),
  standardDeviation: spreads(standardDeviation, Math.sqrt),
};
