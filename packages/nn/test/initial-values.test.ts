import { key, type Tensor } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import {
  BatchNorm,
  Bidirectional,
  CosineAttention,
  Embedding,
  GRU,
  LayerNorm,
  Linear,
  LSTM,
  MultiHeadAttention,
  stacked,
  stateDict,
} from "../src/index.js";

/** How the values of a fresh parameter are distributed: as PyTorch documents it, but for cosine attention, which it lacks. */
type Distribution =
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "normal" }
  | { readonly kind: "constant"; readonly value: number };

const uniform = (bound: number): Distribution => ({ kind: "uniform", bound });
const normal: Distribution = { kind: "normal" };
const constant = (value: number): Distribution => ({ kind: "constant", value });

/** The parameters of a recurrent unit, all alike. */
const unit = (hidden: number, place = ""): Record<string, Distribution> =>
  Object.fromEntries(
    ["weightIh", "weightHh", "biasIh", "biasHh"].map((name) => [`${place}${name}`, uniform(hidden ** -0.5)]),
  );

const table: readonly (readonly [string, (seed: number) => object, Readonly<Record<string, Distribution>>])[] = [
  ["Linear", (seed) => new Linear(300, 400, key(seed)), { weight: uniform(300 ** -0.5), bias: uniform(300 ** -0.5) }],
  ["GRU", (seed) => new GRU(50, 120, key(seed)), unit(120)],
  ["LSTM", (seed) => new LSTM(70, 110, key(seed)), unit(110)],
  [
    "GRUs, stacked",
    (seed) => stacked(new GRU(40, 90, key(seed)), new GRU(90, 90, key(seed + 1))),
    { ...unit(90, "stack.0."), ...unit(90, "stack.1.") },
  ],
  [
    "LSTMs, both ways",
    (seed) => new Bidirectional(new LSTM(30, 80, key(seed)), new LSTM(30, 80, key(seed + 1))),
    { ...unit(80, "onward."), ...unit(80, "reverse.") },
  ],
  ["Embedding", (seed) => new Embedding(400, 100, key(seed)), { weight: normal }],
  [
    "MultiHeadAttention",
    (seed) => new MultiHeadAttention(160, 4, key(seed)),
    {
      inProjWeight: uniform(Math.sqrt(6 / (160 + 3 * 160))),
      inProjBias: constant(0),
      "outProj.weight": uniform(160 ** -0.5),
      "outProj.bias": constant(0),
    },
  ],
  ["LayerNorm", () => new LayerNorm(50), { weight: constant(1), bias: constant(0) }],
  [
    "BatchNorm",
    () => new BatchNorm(50),
    { weight: constant(1), bias: constant(0), runningMean: constant(0), runningVariance: constant(1) },
  ],
  [
    "CosineAttention",
    (seed) => new CosineAttention(30, 40, key(seed)),
    { query: normal, key: uniform(40 ** -0.5), value: uniform(40 ** -0.5) },
  ],
];

/** The mean of a power of the values over that power of a scale. */
const moment = (values: readonly number[], power: number, scale: number): number =>
  values.reduce((total, value) => total + (value / scale) ** power, 0) / values.length;

/** Fails unless values have the bounds and the first four moments of a distribution, within five standard errors. */
function expectDistribution({ data }: Tensor, distribution: Distribution, about: string): void {
  const values = Array.from<number>(data);
  if (distribution.kind === "constant") {
    expect(values, about).toEqual(values.map(() => distribution.value));
    return;
  }
  const isUniform = distribution.kind === "uniform";
  const deviation = isUniform ? distribution.bound / Math.sqrt(3) : 1;
  // Of the even powers from 2 to 8 over that of the deviation; of a uniform distribution 3^(k / 2) / (k + 1).
  const [m2, m4, m6, m8] = isUniform ? [1, 9 / 5, 27 / 7, 9] : [1, 3, 15, 105];
  const expected = [0, m2, 0, m4];
  const variances = [m2, m4 - m2 ** 2, m6, m8 - m4 ** 2];
  expected.forEach((wanted, at) => {
    const error = Math.abs(moment(values, at + 1, deviation) - wanted);
    expect(error, `${about}, moment ${at + 1}`).toBeLessThan(5 * Math.sqrt(variances[at] / values.length));
  });
  if (!isUniform) return;
  const largest = Math.max(...values.map(Math.abs));
  expect(largest, about).toBeLessThanOrEqual(Math.fround(distribution.bound));
  // That none of n draws is within 20 / n of the bound has a probability of exp(-20).
  expect(largest, about).toBeGreaterThan(distribution.bound * (1 - 20 / values.length));
}

describe("new layers start in PyTorch's distributions, any key's draws in bounds and moments", () => {
  it.each(table)("%s", (_, make, expected) => {
    for (const seed of [1, 20, 300, 4000, 50000]) {
      const state = stateDict(make(seed));
      expect(Object.keys(state)).toEqual(Object.keys(expected));
      for (const [name, distribution] of Object.entries(expected))
        expectDistribution(state[name], distribution, `${name} of key ${seed}`);
    }
  });

  it("an embedding's row of padding at 0, the others as without it", () => {
    const table = new Embedding(400, 100, key(1), { padding: 7 });
    expectDistribution(table.weight.slice(0, 7, 8), constant(0), "padding");
    expectDistribution(table.weight.slice(0, 8, 400), normal, "others");
  });
});
