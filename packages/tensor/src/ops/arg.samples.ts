import { at, build, type Naive, range } from "../../test/naive.js";
import { apart, fixed, type Sample, type SampleTable, wholes } from "../../test/sample.js";
import type { Tensor } from "../tensor.js";
import { argmax, argmin } from "./arg.js";
import { mul } from "./arithmetic.js";
import { oneHot } from "./creation.js";
import { sum } from "./reduce.js";
import { withShape } from "./view.js";

interface Arg {
  (x: Tensor): Tensor;
  (x: Tensor, axis: number): Tensor;
}

/** The first position whose element is the best of all. */
const first = (values: readonly number[], best: (...values: number[]) => number): number =>
  values.indexOf(best(...values));

const along =
  (axis: number, best: (...values: number[]) => number) =>
  (x: Naive): Naive =>
    build(
      x.shape.filter((_, other) => other !== axis),
      (index) =>
        first(
          range(x.shape[axis], (position) => at(x, [...index.slice(0, axis), position, ...index.slice(axis)])),
          best,
        ),
    );

const samples =
  (arg: Arg, best: (...values: number[]) => number): SampleTable[string] =>
  ({ m, n, k }) => {
    const shape = [m + 1, n + 1, k + 1];
    const whole: Sample = {
      about: "over everything",
      inputs: [{ shape, domain: apart }],
      run: (x) => arg(x),
      expected: ({ data }) => ({ shape: [], data: [first(data, best)] }),
    };
    const each = [0, 1, 2].map(
      (axis): Sample => ({
        about: `along axis ${axis}`,
        inputs: [{ shape, domain: apart }],
        run: (x) => arg(x, axis - 3),
        expected: along(axis, best),
      }),
    );
    const tied: Sample = {
      about: "where many tie",
      inputs: [{ shape, domain: wholes }],
      run: (x) => arg(x, 1),
      expected: along(1, best),
    };
    // Indices have no derivative, but do not keep what is chosen by them from having one.
    const chosen: Sample = {
      about: "the element that it chooses",
      inputs: [{ shape: [n + 2], domain: apart }],
      run: (x) => sum(mul(x, withShape(oneHot(withShape(arg(x), [1]).as([1]), n + 2), [n + 2]))),
      expected: ({ data }) => ({ shape: [], data: [best(...data)] }),
    };
    return [...[whole, ...each, tied].map(fixed), chosen];
  };

export const argSamples: SampleTable = {
  argmax: samples(argmax, Math.max),
  argmin: samples(argmin, Math.min),
};
