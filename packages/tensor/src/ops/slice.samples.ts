import { at, build, type Naive } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import { pad, slice } from "./slice.js";

const sample = (about: string, shape: Shape, run: Sample["run"], expected: (x: Naive) => Naive): Sample => ({
  about,
  inputs: [{ shape, domain: ordinary }],
  run,
  expected,
});

export const sliceSamples: SampleTable = {
  slice: ({ m, n, k }) => [
    sample(
      "of the first axis",
      [m + 2, n],
      (x) => slice(x, 0, 1, m + 1),
      (x) => build([m, n], ([i, j]) => at(x, [i + 1, j])),
    ),
    sample(
      "of an inner axis",
      [m, n + 3, k],
      (x) => slice(x, -2, 2, n + 2),
      (x) => build([m, n, k], ([i, j, l]) => at(x, [i, j + 2, l])),
    ),
    sample(
      "of nothing",
      [m, n],
      (x) => slice(x, 1, n, n),
      () => ({ shape: [m, 0], data: [] }),
    ),
  ],
  pad: ({ m, n, k }) => [
    sample(
      "in front and behind",
      [m, n],
      (x) => pad(x, 1, 2, n + 3),
      (x) => build([m, n + 3], ([i, j]) => (j < 2 || j >= n + 2 ? 0 : at(x, [i, j - 2]))),
    ),
    sample(
      "of an outer axis",
      [m, n, k],
      (x) => pad(x, 0, 0, m + 1),
      (x) => build([m + 1, n, k], ([i, j, l]) => (i < m ? at(x, [i, j, l]) : 0)),
    ),
    sample(
      "by a number",
      [m, n],
      (x) => pad(x, -2, 1, m + 2, -1.5),
      (x) => build([m + 2, n], ([i, j]) => (i < 1 || i > m ? -1.5 : at(x, [i - 1, j]))),
    ),
    sample(
      "around everything",
      [m, n, k],
      (x) =>
        pad(x, [
          [1, 0],
          [0, 0],
          [2, 1],
        ]),
      (x) => build([m + 1, n, k + 3], ([i, j, l]) => (i < 1 || l < 2 || l >= k + 2 ? 0 : at(x, [i - 1, j, l - 2]))),
    ),
    sample(
      "around everything, by a number",
      [m, n],
      (x) =>
        pad(
          x,
          [
            [0, 2],
            [1, 1],
          ],
          0.5,
        ),
      (x) => build([m + 2, n + 2], ([i, j]) => (i >= m || j < 1 || j > n ? 0.5 : at(x, [i, j - 1]))),
    ),
    sample(
      "of no axes",
      [],
      (x) => pad(x, []),
      (x) => x,
    ),
  ],
};
