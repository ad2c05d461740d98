import { at, build, type Naive, total } from "../../test/naive.js";
import { ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Mat, Vec } from "../tensor.js";
import { linear } from "./linear.js";

const sample = (about: string, [rows, inputs, outputs]: readonly [number, number, number], slope?: number): Sample => ({
  about,
  inputs: [[rows, inputs], [outputs, inputs], [outputs]].map((shape) => ({ shape, domain: ordinary })),
  run: (x, weight, bias) => linear(x as Mat, weight as Mat, bias as Vec, slope),
  expected: (x: Naive, weight: Naive, bias: Naive) =>
    build([rows, outputs], ([row, column]) => {
      const sum = at(bias, [column]) + total(inputs, (place) => at(x, [row, place]) * at(weight, [column, place]));
      return sum > 0 ? sum : sum * (slope ?? 1);
    }),
});

export const linearSamples: SampleTable = {
  linear: ({ m, n, k }) => [
    sample("without activation", [m, k, n]),
    sample("with a slope", [m, k, n + 4], 0.01),
    sample("with nothing below 0", [m + 5, k + 1, n], 0),
  ],
};
