import {
  assign,
  formatShape,
  type Key,
  key,
  reference64,
  softplus,
  type Tensor,
  tensor,
  type Vec,
  withBackend,
} from "@factorvae/autograd";
import { parameters, stateDict } from "@factorvae/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stocks } from "../dims.js";
import { FactorVAE, type FactorVAEOptions } from "./factorvae.js";
import {
  anyDays,
  anyKey,
  anySizes,
  largestDifference,
  positionsOf,
  rowsOf,
  sampleDay,
  sampleFeatures,
  sampleReturns,
  total,
} from "./model.samples.js";

const sizes = { features: 4, hidden: 6, portfolios: 7, factors: 3 };
const linear = (name: string, outputs: number, inputs: number) => ({
  [`${name}.weight`]: `[${outputs}, ${inputs}]`,
  [`${name}.bias`]: `[${outputs}]`,
});
const shapesOf = (model: FactorVAE): Record<string, string> =>
  Object.fromEntries(Object.entries(stateDict(model)).map(([name, { shape }]) => [name, formatShape(shape)]));

const extractorShapes = {
  ...linear("extractor.projection", 6, 4),
  "extractor.gru.weightIh": "[18, 6]",
  "extractor.gru.weightHh": "[18, 6]",
  "extractor.gru.biasIh": "[18]",
  "extractor.gru.biasHh": "[18]",
};
const decoderShapes = {
  ...linear("decoder.alpha.hidden", 6, 6),
  ...linear("decoder.alpha.mean", 1, 6),
  ...linear("decoder.alpha.std", 1, 6),
  ...linear("decoder.beta", 3, 6),
};
const predictorShapes = {
  "predictor.query": "[3, 6]",
  "predictor.key": "[3, 6, 6]",
  "predictor.value": "[3, 6, 6]",
  ...linear("predictor.hidden", 6, 6),
  ...linear("predictor.mean", 1, 6),
  ...linear("predictor.std", 1, 6),
};

describe("FactorVAE's state dictionary", () => {
  it("has exactly the promised names and shapes, parameters in the same order", () => {
    const model = new FactorVAE(sizes, key(7));
    expect(shapesOf(model)).toEqual({
      ...extractorShapes,
      ...linear("encoder.portfolio", 7, 6),
      ...linear("encoder.mean", 3, 7),
      ...linear("encoder.std", 3, 7),
      ...decoderShapes,
      ...predictorShapes,
    });
    expect(parameters(model).map(({ shape }) => formatShape(shape))).toEqual(Object.values(shapesOf(model)));
  });

  it("has no encoder under the prior ablation, and no portfolio layer under the portfolio ablation", () => {
    const prior = new FactorVAE({ ...sizes, ablation: "prior" }, key(7));
    expect(shapesOf(prior)).toEqual({ ...extractorShapes, ...decoderShapes, ...predictorShapes });
    const portfolio = new FactorVAE({ ...sizes, portfolios: 6, ablation: "portfolio" }, key(7));
    expect(shapesOf(portfolio)).toEqual({
      ...extractorShapes,
      ...linear("encoder.mean", 3, 6),
      ...linear("encoder.std", 3, 6),
      ...decoderShapes,
      ...predictorShapes,
    });
  });

  it("starts every standard deviation at 1 where its input says nothing", () => {
    const biases = Object.entries(stateDict(new FactorVAE(sizes, key(7)))).filter(([name]) => name.endsWith("std.bias"));
    expect(biases.map(([name]) => name)).toEqual(["encoder.std.bias", "decoder.alpha.std.bias", "predictor.std.bias"]);
    for (const [, bias] of biases)
      for (const value of softplus(bias).data) expect(Math.abs(value - 1)).toBeLessThan(1e-6);
  });

  it("comes from the key alone: the same from the same, another from another, a draw of its own for each tensor", () => {
    const valuesOf = (from: Key) => parameters(new FactorVAE(sizes, from)).map(({ data }) => data);
    expect(valuesOf(key(7))).toEqual(valuesOf(key(7)));
    expect(valuesOf(key(8))).not.toEqual(valuesOf(key(7)));
    const firsts = Object.entries(stateDict(new FactorVAE(sizes, key(7)))).filter(([name]) => !name.endsWith("std.bias"));
    expect(new Set(firsts.map(([, { data }]) => data[0])).size).toBe(firsts.length);
  });
});

describe("FactorVAE's prediction", () => {
  it("is the mean and no sample: twice the same bits, and what the prior's moments give (traps 4 and 6)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 7 }), (from, options, rows) => {
        const { model, features } = sampleDay(options, from, rows);
        const { mean, std } = model.predict(features);
        const again = model.predict(features);
        expect([again.mean.data, again.std.data]).toEqual([mean.data, std.data]);
        const embedding = model.embed(features);
        const decoded = model.decode(embedding, model.prior(embedding));
        expect([decoded.mean.data, decoded.std.data]).toEqual([mean.data, std.data]);
      }),
    );
  });

  it("never goes through the encoder (trap 6)", () => {
    const { model, features } = sampleDay(sizes, key(3), 9);
    const before = model.predict(features);
    for (const parameter of parameters(model.encoder ?? [])) assign(parameter, parameter.mul(-5).add(2));
    const after = model.predict(features);
    expect([after.mean.data, after.std.data]).toEqual([before.mean.data, before.std.data]);
  });

  it("follows the stocks when they are put in another order (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 9 }), (from, options, rows) => {
        withBackend(reference64, () => {
          const { model, features } = sampleDay(options, from, rows);
          const turned = Array.from({ length: rows }, (_, row) => (row * 4 + 1) % rows).toSorted((a, b) => b - a);
          const order = [...new Set(turned), ...Array.from({ length: rows }, (_, row) => row)].filter(
            (row, at, all) => all.indexOf(row) === at,
          );
          const straight = model.predict(features);
          const permuted = model.predict(rowsOf(features, order));
          expect(largestDifference(permuted.mean, rowsOf(straight.mean, order))).toBeLessThanOrEqual(1e-12);
          expect(largestDifference(permuted.std, rowsOf(straight.std, order))).toBeLessThanOrEqual(1e-12);
        });
      }),
    );
  });
});
