import { at, build, type Naive, range } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import { concatenate, split, stack, unstack } from "./join.js";

const sample = (about: string, shapes: readonly Shape[], run: Sample["run"], expected: Sample["expected"]): Sample => ({
  about,
  inputs: shapes.map((shape) => ({ shape, domain: ordinary })),
  run,
  expected,
});

const without = (index: readonly number[], axis: number): number[] => index.filter((_, other) => other !== axis);

const stacked =
  (axis: number) =>
  (...parts: readonly Naive[]): Naive => {
    const [{ shape }] = parts;
    return build([...shape.slice(0, axis), parts.length, ...shape.slice(axis)], (index) =>
      at(parts[index[axis]], without(index, axis)),
    );
  };

/** `count` parts of an axis, of one length each. */
const cut =
  (axis: number, count: number) =>
  (x: Naive): Naive[] => {
    const length = x.shape[axis] / count;
    return range(count, (part) => part).map((part) =>
      build(
        x.shape.map((dim, other) => (other === axis ? length : dim)),
        (index) =>
          at(
            x,
            index.map((own, other) => (other === axis ? part * length + own : own)),
          ),
      ),
    );
  };

const squeezed =
  (axis: number) =>
  (parts: readonly Naive[]): Naive[] =>
    parts.map(({ shape, data }) => ({ shape: without(shape, axis), data }));

export const joinSamples: SampleTable = {
  concatenate: ({ m, n, k }) => [
    sample(
      "of rows",
      [
        [m, n],
        [k, n],
        [2, n],
      ],
      (...parts) => concatenate(parts, 0),
      (a, b, c) => ({
        shape: [m + k + 2, n],
        data: [...a.data, ...b.data, ...c.data],
      }),
    ),
    sample(
      "of columns",
      [
        [m, n],
        [m, k],
      ],
      (...parts) => concatenate(parts, -1),
      (a, b) => build([m, n + k], ([i, j]) => (j < n ? at(a, [i, j]) : at(b, [i, j - n]))),
    ),
  ],
  stack: ({ m, n }) => [
    ...[0, 1, 2].map((axis) =>
      sample(
        `on axis ${axis}`,
        [
          [m, n],
          [m, n],
          [m, n],
        ],
        (...parts) => stack(parts, axis),
        stacked(axis),
      ),
    ),
    sample("of numbers", [[], []], (...parts) => stack(parts), stacked(0)),
  ],
  unstack: ({ m, n, k }) =>
    [0, 1, 2].map((axis) => {
      const shape = [m + 1, n + 1, k + 1];
      return sample(
        `on axis ${axis}`,
        [shape],
        (x) => unstack(x, axis),
        (x) => squeezed(axis)(cut(axis, shape[axis])(x)),
      );
    }),
  split: ({ m, n, k }) => [
    sample("of columns", [[m, 3 * n]], (x) => split(x, 3, -1), cut(1, 3)),
    sample("of an outer axis", [[2 * m, n, k]], (x) => split(x, 2, 0), cut(0, 2)),
  ],
};
