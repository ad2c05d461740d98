import { full, indices, key, reshape } from "@factorvae/autograd";
import { describe, expect, it } from "vitest";
import { FactorVAE } from "./factorvae.js";
import { sampleDay } from "./model.samples.js";

const sizes = { features: 3, hidden: 4, portfolios: 5, factors: 2 };
const { model, features, returns } = sampleDay(sizes, key(1), 6);

/** The options as a program without types may write them. */
const untyped = (options: object): never => options as never;

describe("the model refuses", () => {
  it("a feature that is not finite, by its place", () => {
    const broken = features.add(0);
    broken.storage.values[features.shape[1] * 3 + 4] = Number.NaN;
    expect(() => model.predict(broken)).toThrow(
      "embed: feature 1 of stock 1 at step 1 is NaN; 0 stands for a missing one",
    );
  });

  it("an infinite feature whatever the projection makes of it, also of rows that histories share", () => {
    for (const leakySlope of [0, 0.01, 1])
      for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const narrow = new FactorVAE({ ...sizes, hidden: 1, leakySlope }, key(2));
        const rows = full([4, 3], 0.5);
        rows.storage.values[5] = value;
        expect(() => narrow.embed(reshape(rows, [2, 2, 3]))).toThrow(`feature 2 of stock 0 at step 1 is ${value}`);
        expect(() => narrow.predictShared({ rows, places: indices([0, 1, 2, 3]) }, [2])).toThrow(
          `predictShared: feature 2 of row 1 is ${value}; 0 stands for a missing one`,
        );
      }
  });

  it("nothing where there is no stock", () => {
    expect(model.embed(full([0, 5, 3], 0)).shape).toEqual([0, 4]);
  });

  it("features of another width or rank", () => {
    expect(() => model.embed(full([2, 5, 4], 0))).toThrow("embed: features must be [stocks, steps, 3], not [2, 5, 4]");
  });

  it("weights of the divergence below 0 or not finite", () => {
    const loss = (options: object) => () =>
      model.loss(features, returns, untyped({ gamma: 1, likelihood: "analytic", ...options }));
    expect(loss({ gamma: -1 })).toThrow('loss: gamma must be "elbo" or a number of at least 0, not -1');
    expect(loss({ gammaScale: Number.NaN })).toThrow("loss: gammaScale must be a number of at least 0, not NaN");
    expect(loss({ gammaScale: -1 })).toThrow("loss: gammaScale must be a number of at least 0, not -1");
    expect(loss({ gamma: 0, gammaScale: 0 })().loss.item()).toSatisfy(Number.isFinite);
  });

  it("an unknown likelihood or ablation, with those that there are", () => {
    expect(() => model.loss(features, returns, untyped({ gamma: 1, likelihood: "exact" }))).toThrow(
      'loss: the likelihoods are analytic, expected, sampled, joint, not "exact"',
    );
    expect(() => new FactorVAE(untyped({ ...sizes, ablation: "both" }), key(1))).toThrow(
      'FactorVAE: the ablations are "prior" and "portfolio", not "both"',
    );
  });
});
