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

/** 0.5 to 4.5 in size, no two alike, every second one negative. */
const unlike: Domain = (draw, position, count) => (apart(draw, position, count) + 2.5) * (position % 2 === 0 ? 1 : -1);

const sample = (
  about: string,
  shape: Shape,
  domain: Domain,
  run: Sample["run"],
  expected: Sample["expected"],
): Sample => ({ about, inputs: [{ shape, domain }], run, expected });

const length = (values: readonly number[]): number => Math.hypot(...values);

const sizes = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

const largest = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs));

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
    sample("of order 1, over everything", [m, n], apartFromZero, (x) => norm(x, undefined, false, 1), overAll(sizes)),
    sample("of order 1, along an axis", [m, n, k], apartFromZero, (x) => norm(x, 1, false, 1), along(1, false, sizes)),
    sample(
      "the largest along an axis, kept",
      [m, n + 1],
      unlike,
      (x) => norm(x, -1, true, Infinity),
      along(1, true, largest),
    ),
    sample("the largest", [m + 1, n + 1], unlike, (x) => norm(x, undefined, false, Infinity), overAll(largest)),
  ],
  variance: spreads(variance, (x) => x),
  standardDeviation: spreads(standardDeviation, Math.sqrt),
};
