import { at, build, range } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { sizeOf } from "../shape.js";
import { indices } from "./creation.js";
import { takeAlong } from "./take-along.js";
import { withShape } from "./view.js";

/** `count` of each lane of an axis, some twice, in no order. */
const chosenOf = (shape: readonly number[], axis: number, count: number): Sample => {
  const to = shape.map((dim, other) => (other === axis ? count : dim));
  const chosen = { shape: to, data: range(sizeOf(to), (position) => (position * 7 + 3) % shape[axis]) };
  return {
    about: `${count} along axis ${axis}`,
    inputs: [{ shape, domain: ordinary }],
    run: (x) => takeAlong(x, withShape(indices(chosen.data), to), axis),
    expected: (x) =>
      build(to, (index) =>
        at(
          x,
          index.map((own, other) => (other === axis ? at(chosen, index) : own)),
        ),
      ),
  };
};

export const takeAlongSamples: SampleTable = {
  takeAlong: ({ m, n, k }) => [
    chosenOf([m + 1, n, k], 0, 2),
    chosenOf([m, n + 1, k], 1, 3),
    chosenOf([m, n, k + 1], 2, k),
  ],
};
