import { at, build, type Naive, range } from "../../test/naive.js";
import { apart, type Domain, fixed, type Sample, type SampleTable, wholes } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Order } from "./lane-order.js";
import { argsort, sort, topK } from "./sort.js";
import { takeAlong } from "./take-along.js";

/** The positions of a lane in order: the engine's own sort, which keeps those that tie as they stand. */
const positions = (values: readonly number[], order: Order): number[] =>
  range(values.length, (index) => index).sort((a, b) =>
    order === "ascending" ? values[a] - values[b] : values[b] - values[a],
  );

const replaced = (index: readonly number[], axis: number, position: number): number[] =>
  index.map((own, other) => (other === axis ? position : own));

/** Of each lane the first `count` in order: what `pick` makes of its elements and of the positions that put them so. */
const ordered =
  (
    axis: number,
    order: Order,
    pick: (values: readonly number[], chosen: number) => number,
    count?: number,
  ): ((x: Naive) => Naive) =>
  (x) =>
    build(
      x.shape.map((dim, other) => (other === axis ? (count ?? dim) : dim)),
      (index) => {
        const values = range(x.shape[axis], (position) => at(x, replaced(index, axis, position)));
        return pick(values, positions(values, order)[index[axis]]);
      },
    );

const value = (values: readonly number[], chosen: number): number => values[chosen];
const place = (_: readonly number[], chosen: number): number => chosen;

const sample = (
  about: string,
  shape: Shape,
  domain: Domain,
  run: Sample["run"],
  expected: Sample["expected"],
): Sample => ({ about, inputs: [{ shape, domain }], run, expected });

const orders = ["ascending", "descending"] as const;

export const sortSamples: SampleTable = {
  sort: ({ m, n, k }) =>
    [0, 1, 2].flatMap((axis) =>
      orders.map((order) =>
        sample(
          `along axis ${axis}, ${order}`,
          [m, n, k],
          apart,
          (x) => sort(x, axis - 3, order),
          ordered(axis, order, value),
        ),
      ),
    ),
  argsort: ({ m, n, k }) => [
    ...[0, 1, 2].flatMap((axis) =>
      orders.map((order) =>
        fixed(
          sample(
            `along axis ${axis}, ${order}`,
            [m, n, k],
            wholes,
            (x) => argsort(x, axis, order),
            ordered(axis, order, place),
          ),
        ),
      ),
    ),
    // An order has no derivative, but does not keep what is put in it from having one.
    sample(
      "what it puts in order",
      [m, n],
      apart,
      (x) => takeAlong(x, argsort(x, 1), 1),
      ordered(1, "ascending", value),
    ),
  ],
  topK: ({ m, n, k }) => [
    sample("values", [m, n + k, 2], apart, (x) => topK(x, k, 1).values, ordered(1, "descending", value, k)),
    fixed(
      sample("where they stand", [m + n, k], wholes, (x) => topK(x, n, 0).indices, ordered(0, "descending", place, n)),
    ),
  ],
};
