import { at, build, range } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { gather, scatterAdd } from "./indexing.js";

/** `count` positions of an axis of `length`, some more than once, in no order. */
const positions = (count: number, length: number): number[] => range(count, (index) => (index * 5 + 2) % length);

const picked = (axis: number, chosen: readonly number[], shape: readonly number[]): Sample => ({
  about: `${chosen.length} of axis ${axis}`,
  inputs: [{ shape, domain: ordinary }],
  run: (x) => gather(x, chosen, axis),
  expected: (x) =>
    build(
      shape.map((dim, other) => (other === axis ? chosen.length : dim)),
      (index) =>
        at(
          x,
          index.map((own, other) => (other === axis ? chosen[own] : own)),
        ),
    ),
});

const added = (axis: number, chosen: readonly number[], length: number, shape: readonly number[]): Sample => ({
  about: `onto ${length} of axis ${axis}`,
  inputs: [{ shape, domain: ordinary }],
  run: (x) => scatterAdd(x, chosen, axis, length),
  expected: (x) =>
    build(
      shape.map((dim, other) => (other === axis ? length : dim)),
      (index) =>
        chosen
          .flatMap((to, from) =>
            to === index[axis]
              ? [
                  at(
                    x,
                    index.map((own, other) => (other === axis ? from : own)),
                  ),
                ]
              : [],
          )
          .reduce((sum, value) => sum + value, 0),
    ),
});

export const indexingSamples: SampleTable = {
  gather: ({ m, n, k }) => [
    picked(0, positions(k + 2, m + 1), [m + 1, n]),
    picked(1, positions(k, n + 2), [m, n + 2, 2]),
    picked(0, [], [m, n]),
  ],
  scatterAdd: ({ m, n, k }) => [
    added(0, positions(k + 2, m + 1), m + 1, [k + 2, n]),
    added(1, positions(k, n + 2), n + 2, [m, k, 2]),
    added(0, [], m, [0, n]),
  ],
};
