import type { Naive } from "../../test/naive.js";
import { elementByElement, ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { gruCell } from "./recurrent.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** PyTorch's equations, gate by gate. */
function cell(state: number, ri: number, zi: number, ni: number, rh: number, zh: number, nh: number): number {
  const update = sigmoid(zi + zh);
  return (1 - update) * Math.tanh(ni + sigmoid(ri + rh) * nh) + update * state;
}

const sample = (about: string, shapes: readonly Shape[]): Sample => ({
  about,
  inputs: Array.from({ length: 7 }, (_, position) => ({ shape: shapes[position] ?? shapes[0], domain: ordinary })),
  run: (...[state, ri, zi, ni, rh, zh, nh]: readonly Tensor[]) => gruCell(state, ri, zi, ni, rh, zh, nh),
  expected: (...inputs: readonly Naive[]) =>
    elementByElement((...values) => cell(values[0], values[1], values[2], values[3], values[4], values[5], values[6]))(
      ...inputs,
    ),
});

export const recurrentSamples: SampleTable = {
  gruCell: ({ m, n }) => [
    sample("rows of states", [[m, n]]),
    sample("one bias for all rows", [[m, n], [n], [m, n], [1, n]]),
  ],
};
