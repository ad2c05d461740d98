import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import { logSoftmax, logSumExp, softmax } from "./softmax.js";

const replaced = (index: readonly number[], axis: number, position: number): number[] =>
  index.map((own, other) => (other === axis ? position : own));

const weights =
  (axis: number) =>
  (x: Naive): Naive =>
    build(
      x.shape,
      (index) => Math.exp(at(x, index)) / total(x.shape[axis], (i) => Math.exp(at(x, replaced(index, axis, i)))),
    );

const logarithm =
  (axis: number) =>
  (x: Naive): Naive =>
    build(
      x.shape.filter((_, other) => other !== axis),
      (index) =>
        Math.log(total(x.shape[axis], (i) => Math.exp(at(x, [...index.slice(0, axis), i, ...index.slice(axis)])))),
    );

export const softmaxSamples: SampleTable = {
  softmax: ({ m, n, k }) =>
    [0, 1, 2].map(
      (axis): Sample => ({
        about: `along axis ${axis}`,
        inputs: [{ shape: [m + 1, n + 1, k + 1], domain: ordinary }],
        run: (x) => softmax(x, axis - 3),
        expected: weights(axis),
      }),
    ),
  logSoftmax: ({ m, n, k }) =>
    [0, 1, 2].map(
      (axis): Sample => ({
        about: `along axis ${axis}`,
        inputs: [{ shape: [m + 1, n + 1, k + 1], domain: ordinary }],
        run: (x) => logSoftmax(x, axis - 3),
        expected: (x) => {
          const { shape, data } = weights(axis)(x);
          return { shape, data: data.map(Math.log) };
        },
      }),
    ),
  logSumExp: ({ m, n }) => [
    ...[0, 1].map(
      (axis): Sample => ({
        about: `along axis ${axis}`,
        inputs: [{ shape: [m + 1, n + 1], domain: ordinary }],
        run: (x) => logSumExp(x, axis),
        expected: logarithm(axis),
      }),
    ),
    {
      about: "over everything",
      inputs: [{ shape: [m + 1, n + 1], domain: ordinary }],
      run: (x) => logSumExp(x),
      expected: (x) => ({ shape: [], data: [Math.log(total(x.data.length, (i) => Math.exp(x.data[i])))] }),
    },
  ],
};
