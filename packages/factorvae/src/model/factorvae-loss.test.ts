import {
  add,
  fold,
  key,
  mean,
  mul,
  normal,
  reference64,
  sum,
  tensor,
  valueAndGrad,
  withBackend,
  zeros,
} from "@factorvae/autograd";
import { parameters, stateDict } from "@factorvae/nn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divergence, negativeLogDensity } from "./gaussian.js";
import type { Likelihood } from "./likelihood.js";
import {
  anyDays,
  anyKey,
  anyLabelledDays,
  anyOrder,
  anySizes,
  positionsOf,
  rowsOf,
  sampleDay,
  total,
} from "./model.samples.js";
import type { LossOptions } from "./options.js";

const deterministic = fc.constantFrom<Likelihood>("analytic", "expected", "joint");
const anyGamma = fc.oneof(fc.constant("elbo" as const), fc.double({ min: 0, max: 2, noNaN: true }));
const sizes = { features: 4, hidden: 6, portfolios: 7, factors: 3 };

const close = (actual: number, expected: number, tolerance = 1e-12): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

describe("FactorVAE's loss", () => {
  it("is the negative log-likelihood plus gamma times the divergence; elbo is one over the labelled stocks", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 7 }), anyGamma, (from, options, rows, gamma) => {
        withBackend(reference64, () => {
          const { model, features, returns } = sampleDay(options, from, rows);
          const labelled = Array.from({ length: rows }, (_, row) => row === 0 || row % 3 > 0);
          const parts = model.loss(features, returns, { gamma, likelihood: "expected", labelled });
          const count = labelled.filter(Boolean).length;
          const weighted = (gamma === "elbo" ? 1 / count : gamma) * parts.divergence.item();
          close(parts.loss.item(), parts.negativeLogLikelihood.item() + weighted);
          close(parts.divergence.item(), sum(parts.divergencePerFactor).item());
          const halved = model.loss(features, returns, { gamma, gammaScale: 0.5, likelihood: "expected", labelled });
          close(halved.loss.item(), parts.negativeLogLikelihood.item() + weighted / 2);
        });
      }),
    );
  });

  it("is the likelihood of the returns, decoded from the posterior, and no squared error (trap 4)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 7 }), (from, options, rows) => {
        withBackend(reference64, () => {
          const { model, features, returns } = sampleDay(options, from, rows);
          const embedding = model.embed(features);
          const posterior = model.posterior(embedding, returns);
          const decoded = model.decode(embedding, posterior);
          const prior = model.prior(embedding);
          const parts = model.loss(features, returns, { gamma: 1, likelihood: "analytic" });
          close(
            parts.negativeLogLikelihood.item(),
            mean(negativeLogDensity(returns, decoded.mean, decoded.std)).item(),
          );
          const kl = sum(divergence(posterior.mean, posterior.std, prior.mean, prior.std)).item();
          close(parts.divergence.item(), kl);
        });
      }),
    );
  });

  it("widens the risk where returns lie beyond it and narrows it where they are met, never to 0 (trap 4)", () => {
    const { model, features } = sampleDay({ ...sizes, ablation: "prior" }, key(2), 30);
    const { mean: score } = model.predict(features);
    const bias = model.decoder.alpha.std.bias;
    for (const likelihood of ["analytic", "expected", "joint"] as const) {
      const slope = (returns: typeof score): number =>
        valueAndGrad(() => model.loss(features, returns, { gamma: 1, likelihood }), [bias]).grads[0].data[0];
      expect(slope(score.add(normal(key(3), score.shape).mul(20))), likelihood).toBeLessThan(0);
      // A squared error would not feel sigma, and one of a sample would narrow it in both cases.
      if (likelihood !== "expected") expect(slope(score), likelihood).toBeGreaterThan(0);
    }
  });

  it("draws the factors, for the sampled likelihood, as the posterior's mean plus deviation times the key's normals", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, options, days) => {
        withBackend(reference64, () => {
          const { model, features, returns } = sampleDay(options, from, total(days));
          const noise = normal(from, [days.length, options.factors]);
          const each = positionsOf(days).map((rows, day) => {
            const embedding = model.embed(rowsOf(features, rows));
            const own = rowsOf(returns, rows);
            const { mean: centre, std } = model.posterior(embedding, own);
            const drawn = add(centre, mul(std, rowsOf(noise, [day]).reshape(std.shape)));
            const decoded = model.decode(embedding, { mean: drawn, std: zeros(std.shape) });
            return mean(negativeLogDensity(own, decoded.mean, decoded.std)).item();
          });
          const parts = model.loss(features, returns, { gamma: 1, likelihood: "sampled", key: from, days });
          close(parts.negativeLogLikelihood.item(), each.reduce((whole, value) => whole + value) / days.length);
        });
      }),
    );
  });

  it("is expected in the mean of 100,000 sampled ones, within five standard errors", () => {
    const { model, features, returns } = sampleDay(
      { features: 2, hidden: 2, portfolios: 2, factors: 2 },
      key(11),
      2,
      1,
    );
    const copies = 1000;
    const rows = Array.from({ length: copies }, () => [0, 1]).flat();
    const [manyFeatures, manyReturns] = [rowsOf(features, rows), rowsOf(returns, rows)];
    const days = new Array<number>(copies).fill(2);
    const batches = Array.from({ length: 100 }, (_, batch) =>
      model
        .loss(manyFeatures, manyReturns, { gamma: 0, likelihood: "sampled", key: fold(key(12), batch), days })
        .negativeLogLikelihood.item(),
    );
    const average = batches.reduce((whole, value) => whole + value) / batches.length;
    const squares = batches.reduce((whole, value) => whole + (value - average) ** 2, 0);
    const standardError = Math.sqrt(squares / (batches.length - 1) / batches.length);
    const expected = model.loss(features, returns, { gamma: 0, likelihood: "expected" }).negativeLogLikelihood.item();
    expect(standardError).toBeGreaterThan(1e-5);
    expect(Math.abs(average - expected)).toBeLessThan(5 * standardError);
  });

  it("is the mean of its days', each with its own elbo", () => {
    fc.assert(
      fc.property(
        anyKey,
        anySizes,
        anyLabelledDays,
        deterministic,
        anyGamma,
        (from, options, batch, likelihood, gamma) => {
          withBackend(reference64, () => {
            const { days, labelled } = batch;
            const { model, features, returns } = sampleDay(options, from, total(days));
            const together = model.loss(features, returns, { gamma, likelihood, days, labelled });
            const alone = positionsOf(days).map((rows) =>
              model.loss(rowsOf(features, rows), rowsOf(returns, rows), {
                gamma,
                likelihood,
                labelled: rows.map((row) => labelled[row]),
              }),
            );
            for (const part of ["loss", "negativeLogLikelihood", "divergence"] as const)
              close(together[part].item(), alone.reduce((whole, day) => whole + day[part].item(), 0) / days.length);
            expect(together.deadHeads).toBe(total(alone.map(({ deadHeads }) => deadHeads)));
          });
        },
      ),
    );
  });

  it("does not depend on the order of the stocks (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyOrder, deterministic, (from, options, order, likelihood) => {
        withBackend(reference64, () => {
          const { model, features, returns } = sampleDay(options, from, order.length);
          const parts = (x: typeof features, y: typeof returns) => model.loss(x, y, { gamma: 0.5, likelihood });
          close(
            parts(rowsOf(features, order), rowsOf(returns, order)).loss.item(),
            parts(features, returns).loss.item(),
          );
        });
      }),
    );
  });

  it("does not see an unlabelled stock in encoder and likelihood, but in the prior alone (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anyLabelledDays, deterministic, (from, { days, labelled }, likelihood) => {
        const { model, features, returns } = sampleDay(sizes, from, total(days));
        const width = features.size / labelled.length;
        const altered = tensor(
          Array.from(features.data, (value, at) => (labelled[Math.floor(at / width)] ? value : 5 - value)),
          features.shape,
        );
        const unknown = tensor(
          Array.from(returns.data, (value, row) => (labelled[row] ? value : Number.NaN)),
          returns.shape,
        );
        const options: LossOptions = { gamma: 0, likelihood, days, labelled };
        const before = model.loss(features, returns, options);
        const after = model.loss(altered, unknown, options);
        expect(after.negativeLogLikelihood.item()).toBe(before.negativeLogLikelihood.item());
        expect(model.loss(features, unknown, options).divergence.item()).toBe(before.divergence.item());
      }),
    );
  });

  it("sees an unlabelled stock in the prior", () => {
    const { model, features, returns } = sampleDay(sizes, key(5), 6);
    const labelled = [true, true, true, true, true, false];
    const options: LossOptions = { gamma: 0, likelihood: "expected" };
    const whole = model.loss(features, returns, { ...options, labelled });
    const rows = [0, 1, 2, 3, 4];
    const without = model.loss(rowsOf(features, rows), rowsOf(returns, rows), options);
    expect(whole.negativeLogLikelihood.item()).toBe(without.negativeLogLikelihood.item());
    expect(whole.divergence.item()).not.toBe(without.divergence.item());
  });

  it("goes through the prior alone under the prior ablation, without a divergence", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 7 }), (from, options, rows) => {
        withBackend(reference64, () => {
          const { model, features, returns } = sampleDay({ ...options, ablation: "prior" }, from, rows);
          const { mean: score, std: risk } = model.predict(features);
          const parts = model.loss(features, returns, { gamma: 9, likelihood: "analytic" });
          close(parts.loss.item(), mean(negativeLogDensity(returns, score, risk)).item());
          expect(parts.divergence.item()).toBe(0);
        });
      }),
    );
  });

  it.each<Likelihood>(["analytic", "expected", "sampled", "joint"])("reaches every parameter, %s", (likelihood) => {
    const { model, features, returns } = sampleDay(sizes, key(1), 40);
    const { grads, aux } = valueAndGrad(
      () => model.loss(features, returns, { gamma: 0.5, likelihood, key: key(2) }),
      parameters(model),
    );
    expect(aux.deadHeads).toBe(0);
    const still = Object.keys(stateDict(model)).filter((_, at) =>
      grads[at].data.every((value) => Math.abs(value) < 1e-6),
    );
    // A softmax over the stocks does not feel a constant.
    expect(still).toEqual(["encoder.portfolio.bias"]);
  });
});
