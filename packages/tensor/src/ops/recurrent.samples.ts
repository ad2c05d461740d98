import type { Naive } from "../../test/naive.js";
import { elementByElement, ordinary, type Sample, type SampleTable } from "../../test/sample.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { gruCell } from "./recurrent.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** PyTorch's equations, gate by gate. */
function cell([state, ri, zi, ni, rh, zh, nh]: readonly number[]): readonly number[] {
  const reset = sigmoid(ri + rh);
  const update = sigmoid(zi + zh);
  const fresh = Math.tanh(ni + reset * nh);
  return [(1 - update) * fresh + update * state, reset, update, fresh];
}

const sample = (about: string, shapes: readonly Shape[]): Sample => ({
  about,
  inputs: Array.from({ length: 7 }, (_, position) => ({ shape: shapes[position] ?? shapes[0], domain: ordinary })),
  run: (...[state, ri, zi, ni, rh, zh, nh]: readonly Tensor[]) => gruCell(state, ri, zi, ni, rh, zh, nh),
  expected: (...inputs: readonly Naive[]) =>
    [0, 1, 2, 3].map((output) => elementByElement((...values) => cell(values)[output])(...inputs)),
});

export const recurrentSamples: SampleTable = {
  gruCell: ({ m, n }) => [
    sample("rows of states", [[m, n]]),
    sample("one bias for all rows", [[m, n], [n], [m, n], [1, n]]),
  ],
};
