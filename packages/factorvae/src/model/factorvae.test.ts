import {
  assign,
  formatShape,
  type Key,
  key,
  reference64,
  softplus,
  type Tensor,
  tensor,
  withBackend,
} from "@factorvae/autograd";
import { parameters, stateDict } from "@factorvae/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FactorVAE } from "./factorvae.js";
import {
  anyDays,
  anyKey,
  anyOrder,
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

/** A model's own parameters by name, to be written to. */
const namedParameters = (model: FactorVAE): Record<string, Tensor> =>
  Object.fromEntries(Object.keys(stateDict(model)).map((name, at) => [name, parameters(model)[at]]));

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
    const biases = Object.entries(stateDict(new FactorVAE(sizes, key(7)))).filter(([name]) =>
      name.endsWith("std.bias"),
    );
    expect(biases.map(([name]) => name)).toEqual(["encoder.std.bias", "decoder.alpha.std.bias", "predictor.std.bias"]);
    for (const [, bias] of biases)
      for (const value of softplus(bias).data) expect(Math.abs(value - 1)).toBeLessThan(1e-6);
  });

  it("comes from the key alone: the same from the same, another from another, a draw of its own for each tensor", () => {
    const valuesOf = (from: Key) => parameters(new FactorVAE(sizes, from)).map(({ data }) => data);
    expect(valuesOf(key(7))).toEqual(valuesOf(key(7)));
    expect(valuesOf(key(8))).not.toEqual(valuesOf(key(7)));
    const firsts = Object.entries(stateDict(new FactorVAE(sizes, key(7)))).filter(
      ([name]) => !name.endsWith("std.bias"),
    );
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
      fc.property(anyKey, anySizes, anyOrder, (from, options, order) => {
        withBackend(reference64, () => {
          const { model, features } = sampleDay(options, from, order.length);
          const straight = model.predict(features);
          const permuted = model.predict(rowsOf(features, order));
          expect(largestDifference(permuted.mean, rowsOf(straight.mean, order))).toBeLessThanOrEqual(1e-12);
          expect(largestDifference(permuted.std, rowsOf(straight.std, order))).toBeLessThanOrEqual(1e-12);
        });
      }),
    );
  });

  it("has equal bits for a day alone, in a month and in a year (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.array(anyDays, { minLength: 1, maxLength: 4 }), (from, options, months) => {
        const year = months.flat();
        const { model, features } = sampleDay(options, from, total(year));
        const { mean, std } = model.predict(features, { days: year });
        const expectSame = (days: readonly number[], rows: readonly number[]): void => {
          const part = model.predict(rowsOf(features, rows), { days });
          expect(part.mean.data).toEqual(rowsOf(mean, rows).data);
          expect(part.std.data).toEqual(rowsOf(std, rows).data);
        };
        positionsOf(year).forEach((rows) => {
          expectSame([rows.length], rows);
        });
        positionsOf(months.map(total)).forEach((rows, month) => {
          expectSame(months[month], rows);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("has the variances of the covariance, whose parts it comes from", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 7 }), (from, options, rows) => {
        withBackend(reference64, () => {
          const { model, features } = sampleDay(options, from, rows);
          const { loadings, factorStd, residualStd } = model.covariance(features);
          const [exposures, stds, residuals] = [loadings.toArray(), factorStd.toArray(), residualStd.toArray()];
          const risks = model.predict(features).std.toArray();
          risks.forEach((risk, row) => {
            const variance = exposures[row].reduce((sum, b, k) => sum + (b * stds[k]) ** 2, residuals[row] ** 2);
            expect(Math.abs(risk ** 2 - variance)).toBeLessThanOrEqual(1e-12 * variance);
          });
        });
      }),
    );
  });

  it("has every standard deviation at the floor or above", () => {
    const { model, features, returns } = sampleDay({ ...sizes, sigmaFloor: 0.25 }, key(4), 9);
    for (const [name, bias] of Object.entries(namedParameters(model)))
      if (name.endsWith("std.bias")) assign(bias, bias.mul(0).sub(50));
    const embedding = model.embed(features);
    const floors = [
      model.prior(embedding),
      model.posterior(embedding, returns),
      model.decoder.forward(embedding).alpha,
    ];
    for (const { std } of floors) expect(new Set(std.data)).toEqual(new Set([0.25]));
    for (const risk of model.predict(features).std.data) expect(risk).toBeGreaterThanOrEqual(0.25);
  });
});

describe("FactorVAE refuses, naming what is wrong,", () => {
  const day = sampleDay(sizes, key(1), 5);

  it("sizes that are no whole numbers of at least 1", () => {
    for (const name of ["features", "hidden", "portfolios", "factors"] as const)
      for (const wrong of [0, -1, 2.5, Number.NaN])
        expect(() => new FactorVAE({ ...sizes, [name]: wrong }, key(1))).toThrow(
          `FactorVAE: ${name} must be a whole number of at least 1, not ${wrong}`,
        );
  });

  it("a floor that lets a standard deviation be 0, and a slope that is no number", () => {
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => new FactorVAE({ ...sizes, sigmaFloor: wrong }, key(1))).toThrow(
        `FactorVAE: sigmaFloor must be a number above 0, not ${wrong}`,
      );
    for (const wrong of [Number.NaN, -0.1, Number.POSITIVE_INFINITY])
      expect(() => new FactorVAE({ ...sizes, leakySlope: wrong }, key(0))).toThrow(
        `FactorVAE: leakySlope must be a number of at least 0, not ${wrong}`,
      );
  });

  it("a portfolio ablation with as many portfolios as the embedding is not wide", () => {
    expect(() => new FactorVAE({ ...sizes, ablation: "portfolio" }, key(1))).toThrow(
      "FactorVAE: the portfolio ablation regresses as many portfolios as the embedding is wide: 7 should be 6",
    );
  });

  it("a posterior of the prior ablation", () => {
    const { model, features, returns } = sampleDay({ ...sizes, ablation: "prior" }, key(1), 5);
    expect(() => model.posterior(model.embed(features), returns)).toThrow(
      "posterior: a model of the prior ablation has no encoder",
    );
  });

  it("histories of another number of features", () => {
    const { model } = day;
    expect(() => model.predict(sampleFeatures(key(1), 5, 3, 2))).toThrow(
      "embed: features must be [stocks, steps, 4], not [5, 3, 2]",
    );
  });

  it("as many returns as there are no stocks", () => {
    const { model, features } = day;
    const wrong = sampleReturns(key(1), 4);
    expect(() => model.posterior(model.embed(features), wrong)).toThrow("returns: [4] for 5 stocks");
    expect(() => model.loss(features, wrong, { gamma: 1, likelihood: "expected" })).toThrow(
      "returns: [4] for 5 stocks",
    );
  });

  it("days that do not add up, in a loss and in a prediction", () => {
    const { model, features, returns } = day;
    const reason = "days: rows per day [2,2] must be whole numbers of at least 1 that add up to the 5 rows";
    expect(() => model.predict(features, { days: [2, 2] })).toThrow(reason);
    expect(() => model.loss(features, returns, { gamma: 1, likelihood: "joint", days: [2, 2] })).toThrow(reason);
  });

  it("a return that is NaN and not masked, and a day without a label", () => {
    const { model, features, returns } = day;
    const unknown = tensor([...returns.data.slice(0, 4), Number.NaN], returns.shape);
    const options = { gamma: 1, likelihood: "expected" } as const;
    expect(() => model.loss(features, unknown, options)).toThrow(
      "returns: row 4 is NaN; leave it out by the labelled mask",
    );
    expect(() => model.posterior(model.embed(features), unknown)).toThrow("returns: row 4 is NaN");
    expect(() =>
      model.loss(features, unknown, { ...options, days: [4, 1], labelled: [true, true, true, true, false] }),
    ).toThrow("labelled: day 1 of the batch has no labelled row");
  });

  it("a sampled likelihood without a key", () => {
    const { model, features, returns } = day;
    expect(() => model.loss(features, returns, { gamma: 1, likelihood: "sampled" })).toThrow(
      "likelihood sampled: a key is needed to draw the factors",
    );
  });

  it("a gamma that is no number of at least 0", () => {
    const { model, features, returns } = day;
    for (const gamma of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      expect(() => model.loss(features, returns, { gamma, likelihood: "expected" })).toThrow(
        `loss: gamma must be "elbo" or a number of at least 0, not ${gamma}`,
      );
  });
});
