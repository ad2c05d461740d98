import { valueAndGrad } from "@factorvae/autograd";
import { key, mul, type Scalar, sum, type Tensor, withBackend, zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { GRU, LayerNorm, Linear, loadStateDict, parameters, stateDict } from "../src/index.js";
import {
  allRestored,
  expectClose,
  precisions,
  readFixtures,
  restored,
  type Stored,
  type StoredByName,
} from "./fixtures.js";

interface RowLayer {
  readonly name: string;
  readonly sizes: {
    readonly inputs: number;
    readonly outputs: number;
    readonly width: number;
    readonly epsilon: number;
  };
  readonly parameters: StoredByName;
  readonly input: Stored;
  readonly output: Stored;
  readonly cotangent: Stored;
  readonly gradients: StoredByName;
}

interface Recurrent {
  readonly name: string;
  readonly sizes: { readonly batch: number; readonly steps: number; readonly inputs: number; readonly hidden: number };
  readonly parameters: StoredByName;
  readonly input: Stored;
  readonly initial: Stored | null;
  readonly states: Stored;
  readonly last: Stored;
  readonly cotangents: { readonly states: Stored; readonly last: Stored };
  readonly gradients: { readonly states: StoredByName; readonly last: StoredByName };
}

interface Initialiser {
  readonly layer: "linear" | "gru" | "layerNorm";
  readonly sizes: {
    readonly inputs: number;
    readonly outputs: number;
    readonly hidden: number;
    readonly width: number;
  };
  readonly parameters: Readonly<Record<string, { shape: number[]; bound?: number; constant?: number }>>;
}

interface Layers {
  readonly linear: readonly RowLayer[];
  readonly layerNorm: readonly RowLayer[];
  readonly gru: readonly Recurrent[];
  readonly initialisers: readonly Initialiser[];
}

const layers = readFixtures<Layers>("layers");

/** Compares the gradients of `sum(output * cotangent)` by name with those stored. */
function expectGradients(
  loss: () => Scalar,
  sources: Readonly<Record<string, Tensor>>,
  expected: StoredByName,
  tolerance: number,
): void {
  const { grads } = valueAndGrad(loss, Object.values(sources));
  const found = Object.fromEntries(Object.keys(sources).map((name, at) => [name, grads[at]]));
  for (const [name, gradient] of Object.entries(expected))
    expectClose(found[name], gradient, tolerance, `gradient of ${name}`);
}

/** The parameters of a layer by name, themselves. */
function sourcesOf(layer: object): Record<string, Tensor> {
  const found = parameters(layer);
  return Object.fromEntries(Object.keys(stateDict(layer)).map((name, at) => [name, found[at]]));
}

function checkRows(layer: Linear | LayerNorm, stored: RowLayer, tolerance: number): void {
  const { shape } = stored.input;
  const [lead, width] = [shape.slice(0, -1), shape[shape.length - 1]];
  // A layer without a bias is one whose bias is 0.
  const bias = zeros([stored.output.shape[shape.length - 1]]);
  loadStateDict(layer, { bias, ...allRestored(stored.parameters) });
  const input = restored(stored.input, [...lead, width]);
  const output = layer.forward(input);
  expect(output.shape).toEqual(stored.output.shape);
  expectClose(output, stored.output, tolerance, "output");
  const cotangent = restored(stored.cotangent, output.shape);
  const loss = (): Scalar => sum(mul(layer.forward(input), cotangent));
  expectGradients(loss, { input, ...sourcesOf(layer) }, stored.gradients, tolerance);
}

function checkRecurrent(stored: Recurrent, tolerance: number): void {
  const { batch, steps, inputs, hidden } = stored.sizes;
  const gru = new GRU<number, number>(inputs, hidden, key(0));
  loadStateDict(gru, allRestored(stored.parameters));
  const input = restored(stored.input, [batch, steps, inputs]);
  const before = stored.initial ? restored(stored.initial, [batch, hidden]) : undefined;
  expectClose(gru.states(input, before), stored.states, tolerance, "states");
  expectClose(gru.forward(input, before), stored.last, tolerance, "last state");
  const sources = { input, ...(before && { initial: before }), ...sourcesOf(gru) };
  const ofStates = restored(stored.cotangents.states, [batch, steps, hidden]);
  const statesLoss = (): Scalar => sum(mul(gru.states(input, before), ofStates));
  expectGradients(statesLoss, sources, stored.gradients.states, tolerance);
  const ofLast = restored(stored.cotangents.last, [batch, hidden]);
  const lastLoss = (): Scalar => sum(mul(gru.forward(input, before), ofLast));
  expectGradients(lastLoss, sources, stored.gradients.last, tolerance);
}

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, values and gradients agree with PyTorch to ${tolerance}`, () => {
    it.each(layers.linear)("of $name", (stored) => {
      const { inputs, outputs } = stored.sizes;
      withBackend(kernels, () => checkRows(new Linear<number, number>(inputs, outputs, key(0)), stored, tolerance));
    });

    it.each(layers.layerNorm)("of $name", (stored) => {
      const { width, epsilon } = stored.sizes;
      withBackend(kernels, () => checkRows(new LayerNorm<number>(width, { epsilon }), stored, tolerance));
    });

    it.each(layers.gru)("of a GRU with $name", (stored) => {
      withBackend(kernels, () => checkRecurrent(stored, tolerance));
    });
  });

describe("new layers start in PyTorch's distributions", () => {
  it.each(layers.initialisers)("$layer of $sizes", ({ layer, sizes, parameters: expected }) => {
    const made = {
      linear: () => new Linear(sizes.inputs, sizes.outputs, key(3)),
      gru: () => new GRU(sizes.inputs, sizes.hidden, key(3)),
      layerNorm: () => new LayerNorm(sizes.width),
    }[layer]();
    const state = stateDict(made);
    expect(Object.keys(state)).toEqual(Object.keys(expected));
    for (const [name, { shape, bound, constant }] of Object.entries(expected)) {
      const values = Array.from(state[name].data);
      expect(state[name].shape).toEqual(shape);
      if (bound === undefined) {
        expect(values).toEqual(values.map(() => constant));
        continue;
      }
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
      if (values.length < 1000) continue;
      const root = Math.sqrt(values.reduce((total, value) => total + value * value, 0) / values.length);
      expect(Math.abs(root / (bound / Math.sqrt(3)) - 1)).toBeLessThan(0.1);
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * bound);
    }
  });
});
