import { add, key, mean, mul, sum, type Tensor, tensor, valueAndGrad, withBackend } from "@factorvae/autograd";
import { loadStateDict, parameters, stateDict } from "@factorvae/nn";
import { describe, expect, it } from "vitest";
import { type Days, dim, type Features, type Steps, type Stocks } from "../src/dims.js";
import { labelledRows } from "../src/model/days.js";
import { FactorVAE } from "../src/model/factorvae.js";
import { divergence } from "../src/model/gaussian.js";
import { likelihoods } from "../src/model/likelihood.js";
import { positionsOf, rowsOf } from "../src/model/model.samples.js";
import {
  expectClose,
  expectNumber,
  precisions,
  readFixture,
  restored,
  type Scenario,
  type Stored,
  type StoredGaussian,
  type StoredLoss,
  scaleOf,
} from "./fixtures.js";

const ablated = ["portfolio", "portfolio-stacked-masked", "prior", "prior-stacked-masked"];
const whole = ["single-day", "masked", "stacked", "stacked-masked", "dead-heads", "sigma-floor"];

/** A scenario's model and inputs on the current kernels. */
function restoredScenario(scenario: Scenario) {
  const { options, features, returns, days, labelled } = scenario;
  const { ablation, ...sizes } = options;
  const model = new FactorVAE(ablation ? { ...sizes, ablation } : sizes, key(0));
  loadStateDict(
    model,
    Object.fromEntries(Object.entries(scenario.parameters).map(([name, stored]) => [name, restored(stored)])),
  );
  const [rows, steps, characteristics] = features.shape;
  return {
    model,
    features: restored(features, [dim<Stocks>(rows), dim<Steps>(steps), dim<Features>(characteristics)]),
    returns: restored(returns, [dim<Stocks>(rows)]),
    days,
    mask: labelled ?? undefined,
  };
}

type Restored = ReturnType<typeof restoredScenario>;

/** Row `day` of what is stored per day. */
const dayOf = ({ shape: [, width], data }: Stored, day: number): Stored => ({
  shape: [width],
  data: data.slice(day * width, (day + 1) * width),
});

/** The given rows of what is stored per stock. */
const stocksOf = ({ shape: [, ...rest], data }: Stored, rows: readonly number[]): Stored => {
  const width = rest.reduce((product, size) => product * size, 1);
  return { shape: [rows.length, ...rest], data: rows.flatMap((row) => data.slice(row * width, (row + 1) * width)) };
};

function expectGaussian(
  what: string,
  actual: { readonly mean: Tensor; readonly std: Tensor },
  expected: StoredGaussian,
  tolerance: number,
): void {
  expectClose(`${what}.mean`, actual.mean, expected.mean, tolerance);
  expectClose(`${what}.std`, actual.std, expected.std, tolerance);
}

const parts = (gaussian: StoredGaussian, part: (stored: Stored) => Stored): StoredGaussian => ({
  mean: part(gaussian.mean),
  std: part(gaussian.std),
});

/**
 * The loss of equation 17 put together from the model's own boxes, so that the `sampled` likelihood can be given the
 * noise that PyTorch drew. That `loss` puts them together in the same way is a test of `factorvae.test.ts`.
 */
function sampledLoss({ model, features, returns, days, mask }: Restored, noise: Stored, gamma: StoredLoss["gamma"]) {
  const labelled = labelledRows(returns, days, mask);
  const embedding = model.embed(features);
  const prior = model.predictor.forward(embedding, days);
  const { alpha, beta } = model.decoder.forward(embedding);
  const seen = labelled.vector(returns);
  const factors = model.encoder ? model.encoder.forward(labelled.matrix(embedding), seen, labelled.days) : prior;
  const perDay = likelihoods.sampled({
    returns: seen,
    decomposition: {
      alpha: { mean: labelled.vector(alpha.mean), std: labelled.vector(alpha.std) },
      beta: labelled.matrix(beta),
    },
    factors,
    days: labelled.days,
    draw: add(factors.mean, mul(factors.std, restored(noise, factors.mean.shape))),
  });
  const perFactor = divergence(factors.mean, factors.std, prior.mean, prior.std);
  const weights = labelled.days.map((count) => (gamma === "elbo" ? 1 / count : (gamma ?? 0)));
  const weighted = mul(sum(perFactor, 1), tensor(weights, [dim<Days>(days.length)]));
  return {
    loss: mean(add(perDay, weighted)),
    negativeLogLikelihood: mean(perDay),
    divergence: mean(sum(perFactor, 1)),
  };
}

function lossOf(scenario: Restored, noise: Stored, { likelihood, gamma }: StoredLoss) {
  if (likelihood === "sampled") return sampledLoss(scenario, noise, gamma);
  const { model, features, returns, days, mask } = scenario;
  // The ablation `prior` has no divergence for gamma to weigh: any value must do.
  const options = { likelihood, gamma: gamma ?? 123, days };
  return model.loss(features, returns, mask ? { ...options, labelled: mask } : options);
}

describe.each(precisions)("PyTorch agrees with $kernels.name to $tolerance in", ({ kernels, tolerance }) => {
  describe.each([...whole, ...ablated])("scenario %s:", (name) => {
    const stored = readFixture<Scenario>(name);
    const run = (test: (scenario: Restored) => void): void =>
      withBackend(kernels, () => test(restoredScenario(stored)));

    it("the embedding of each stock", () => {
      run(({ model, features }) => expectClose("embedding", model.embed(features), stored.embedding, tolerance));
    });

    it("posterior, prior, decoded returns, prediction and covariance of each day alone", () => {
      run(({ model, features, returns, days, mask }) => {
        positionsOf(days).forEach((rows, day) => {
          const history = rowsOf(features, rows);
          const embedding = model.embed(history);
          const picked = (stock: Stored): Stored => stocksOf(stock, rows);
          const { loadings, factorStd, residualStd } = model.covariance(history);
          expectGaussian(
            "prior",
            model.prior(embedding),
            parts(stored.prior, (rowsPerDay) => dayOf(rowsPerDay, day)),
            tolerance,
          );
          expectGaussian("predict", model.predict(history), parts(stored.predict, picked), tolerance);
          expectClose("loadings", loadings, picked(stored.covariance.loadings), tolerance);
          expectClose("factorStd", factorStd, dayOf(stored.covariance.factorStd, day), tolerance);
          expectClose("residualStd", residualStd, picked(stored.covariance.residualStd), tolerance);
          if (!stored.posterior || !stored.decode) return;
          const present = rows.filter((row) => !mask || mask[row]);
          const posterior = model.posterior(model.embed(rowsOf(features, present)), rowsOf(returns, present));
          expectGaussian(
            "posterior",
            posterior,
            parts(stored.posterior, (rowsPerDay) => dayOf(rowsPerDay, day)),
            tolerance,
          );
          expectGaussian("decode", model.decode(embedding, posterior), parts(stored.decode, picked), tolerance);
        });
      });
    });

    it("prediction, prior, attention, dead heads, alpha and portfolios of all days in one batch", () => {
      run(({ model, features, returns, days, mask }) => {
        const { inside } = stored;
        const embedding = model.embed(features);
        const prior = model.predictor.forward(embedding, days);
        expectGaussian("predict", model.predict(features, { days }), stored.predict, tolerance);
        expectGaussian("prior", prior, stored.prior, tolerance);
        expectGaussian("alpha", model.decoder.forward(embedding).alpha, inside.alpha, tolerance);
        expectClose("attention", prior.attention, inside.attention, tolerance);
        expect(prior.deadHeads).toBe(inside.deadHeads.flat().length);
        if (!model.encoder) return;
        const labelled = labelledRows(returns, days, mask);
        const [seen, present] = [labelled.matrix(embedding), labelled.vector(returns)];
        const { portfolioReturns, portfolioWeights } = inside;
        if (!portfolioReturns) throw new Error("fixture: portfolio returns are missing");
        expectClose(
          "portfolio returns",
          model.encoder.portfolioReturns(seen, present, labelled.days),
          portfolioReturns,
          tolerance,
        );
        if (!portfolioWeights) return;
        const rows = positionsOf(days)
          .flat()
          .filter((row) => !mask || mask[row]);
        const weights = model.encoder.portfolioWeights(seen, labelled.days);
        expectClose("portfolio weights", weights, stocksOf(portfolioWeights, rows), tolerance);
      });
    });

    it.each(stored.losses)("the $likelihood loss with gamma $gamma and the gradient of every parameter", (record) => {
      run((scenario) => {
        const names = Object.keys(stateDict(scenario.model));
        const { grads, aux } = valueAndGrad(() => lossOf(scenario, stored.noise, record), parameters(scenario.model));
        expectNumber("loss", aux.loss.item(), record.loss, tolerance);
        expectNumber("likelihood", aux.negativeLogLikelihood.item(), record.negativeLogLikelihood, tolerance);
        expectNumber("divergence", aux.divergence.item(), record.divergence, tolerance);
        expect(names.toSorted()).toEqual(Object.keys(record.gradients).toSorted());
        names.forEach((parameter, at) => {
          // A softmax over the stocks does not feel a constant: this gradient is rounding, on the scale of the weight's.
          const scaled = parameter === "encoder.portfolio.bias" ? "encoder.portfolio.weight" : parameter;
          const scale = scaleOf(record.gradients[scaled]);
          expectClose(parameter, grads[at], record.gradients[parameter], tolerance, scale);
        });
      });
    });
  });
});
