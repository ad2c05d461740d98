import { at, build } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import { flip, roll } from "./rearrange.js";

/** Element `index` of an axis is that at `from(index, length)`. */
const moved = (
  about: string,
  shape: Shape,
  axis: number,
  run: Sample["run"],
  from: (index: number, length: number) => number,
): Sample => ({
  about: `${about} axis ${axis}`,
  inputs: [{ shape, domain: ordinary }],
  run,
  expected: (x) =>
    build(shape, (index) =>
      at(
        x,
        index.map((own, other) => (other === axis ? from(own, shape[axis]) : own)),
      ),
    ),
});

const wrapped = (index: number, length: number): number => ((index % length) + length) % length;

export const rearrangeSamples: SampleTable = {
  flip: ({ m, n, k }) =>
    [0, 1, 2].map((axis) =>
      moved(
        "of",
        [m, n, k],
        axis,
        (x) => flip(x, axis - 3),
        (index, length) => length - 1 - index,
      ),
    ),
  roll: ({ m, n, k }) =>
    [0, 1, 2].flatMap((axis) =>
      [0, 1, -2, 7].map((shift) =>
        moved(
          `by ${shift} along`,
          [m, n, k],
          axis,
          (x) => roll(x, shift, axis),
          (index, length) => wrapped(index - shift, length),
        ),
      ),
    ),
};
