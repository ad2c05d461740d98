import { assign, key, valueAndGrad } from "@factorvae/autograd";
import { parameters, stateDict } from "@factorvae/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FactorVAE, LossParts } from "./factorvae.js";
import type { Likelihood } from "./likelihood.js";
import { anyKey, rowsOf, sampleDay } from "./model.samples.js";

const anyLikelihood = fc.constantFrom<Likelihood>("analytic", "expected", "sampled", "joint");
const sizes = { features: 4, hidden: 6, portfolios: 7, factors: 3 };

/** Fails unless a loss and its gradients by all parameters are finite, in float32. */
function expectFinite(model: FactorVAE, loss: () => LossParts): void {
  const { value, grads } = valueAndGrad(loss, parameters(model));
  expect(Number.isFinite(value.item())).toBe(true);
  for (const gradient of grads) expect(gradient.data.every(Number.isFinite)).toBe(true);
}

describe("FactorVAE's gradients are finite (trap 5)", () => {
  const anyFeatureSize = fc.constantFrom(0, 1e-30, 1e-6, 1, 1e3, 1e6, 1e12);
  const anyReturnSize = fc.constantFrom(0, 1e-30, 1e-6, 1, 1e3);
  const anyAblation = fc.constantFrom(
    {},
    { ablation: "prior" } as const,
    { ablation: "portfolio", portfolios: 6 } as const,
  );
  const anyRows = fc.integer({ min: 1, max: 8 });
  const finite = (anyKind: fc.Arbitrary<Likelihood>, anyReturns: fc.Arbitrary<number>): void =>
    fc.assert(
      fc.property(
        fc.tuple(anyKey, anyKind, anyAblation, anyRows),
        anyFeatureSize,
        anyReturns,
        ([from, likelihood, ablation, rows], featureSize, returnSize) => {
          const { model, features, returns } = sampleDay({ ...sizes, ...ablation }, from, rows);
          const [x, y] = [features.mul(featureSize), returns.mul(returnSize)];
          expectFinite(model, () => model.loss(x, y, { gamma: "elbo", likelihood, key: from }));
        },
      ),
    );

  it("at features and returns of any size, under every likelihood and ablation", () => {
    finite(anyLikelihood, anyReturnSize);
  });

  it("at returns a hundred million times their scale, but for the joint likelihood", () => {
    finite(fc.constantFrom("analytic", "expected", "sampled"), fc.constantFrom(1e6, 1e8));
  });

  it("at standard deviations from the floor to huge ones", () => {
    fc.assert(
      fc.property(anyKey, anyLikelihood, fc.constantFrom(-1000, -50, 50, 1000), (from, likelihood, bias) => {
        const { model, features, returns } = sampleDay(sizes, from, 8);
        Object.keys(stateDict(model)).forEach((name, at) => {
          const parameter = parameters(model)[at];
          if (name.endsWith("std.bias")) assign(parameter, parameter.mul(0).add(bias));
        });
        expectFinite(model, () => model.loss(features, returns, { gamma: 1, likelihood, key: from }));
      }),
    );
  });

  it("where all stocks are alike, and where all heads are dead", () => {
    for (const likelihood of ["analytic", "expected", "sampled", "joint"] as const) {
      const { model, features, returns } = sampleDay(sizes, key(6), 5);
      const alike = rowsOf(features, [0, 0, 0, 0, 0]);
      expectFinite(model, () => model.loss(alike, returns, { gamma: 1, likelihood, key: key(1) }));
      assign(model.predictor.query, model.predictor.query.mul(0));
      const parts = model.loss(features, returns, { gamma: 1, likelihood, key: key(1) });
      expect(parts.deadHeads).toBe(sizes.factors);
      expectFinite(model, () => model.loss(features, returns, { gamma: 1, likelihood, key: key(1) }));
    }
  });
});
