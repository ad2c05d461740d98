import { at, build, type Naive } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import { alias, reshape, t, transpose } from "./view.js";

const sample = (about: string, shape: Shape, run: Sample["run"], expected: (x: Naive) => Naive): Sample => ({
  about,
  inputs: [{ shape, domain: ordinary }],
  run,
  expected,
});

const flipped = (x: Naive): Naive => build([x.shape[1], x.shape[0]], ([row, column]) => at(x, [column, row]));

/** The element of the result at `[a, b, c]` is that at `[b, c, a]`, and so on: axis i of the result is `order[i]`. */
const reordered =
  (order: readonly number[]) =>
  (x: Naive): Naive =>
    build(
      order.map((axis) => x.shape[axis]),
      (index) =>
        at(
          x,
          order.map((_, axis) => index[order.indexOf(axis)]),
        ),
    );

export const viewSamples: SampleTable = {
  reshape: ({ m, n, k }) => [
    sample(
      "to one axis",
      [m, n, k],
      (x) => reshape(x, [m * n * k]),
      ({ data }) => ({ shape: [m * n * k], data }),
    ),
    sample(
      "to more axes",
      [m * n, k],
      (x) => reshape(x, [m, n, k]),
      ({ data }) => ({ shape: [m, n, k], data }),
    ),
    sample(
      "with a dimension left open",
      [m, n, 2],
      (x) => reshape(x, [2, -1]),
      ({ data }) => ({ shape: [2, m * n], data }),
    ),
    sample(
      "of a number",
      [],
      (x) => reshape(x, [1, 1]),
      ({ data }) => ({ shape: [1, 1], data }),
    ),
  ],
  transpose: ({ m, n, k }) =>
    [
      [1, 0, 2],
      [2, 0, 1],
      [0, 1, 2],
      [2, 1, 0],
    ].map((order) => sample(`to the order ${order}`, [m, n, k], (x) => transpose(x, order), reordered(order))),
  t: ({ m, n }) => [sample("of a matrix", [m, n], (x) => t(x.as([m, n])), flipped)],
  alias: ({ m, n }) => [
    sample(
      "of a matrix",
      [m, n],
      (x) => alias(x),
      (x) => x,
    ),
  ],
};
