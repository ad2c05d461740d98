import { key, normal, scope, valueAndGrad } from "@factorvae/autograd";
import { adam, clipByNorm, parameters } from "@factorvae/nn";
import { FactorVAE } from "factorvae";
import { type Group, milliseconds, type Row } from "../group.js";

const stocks = 300;
const steps = 20;

function rows(): Row[] {
  const model = new FactorVAE({ features: 20, hidden: 20, portfolios: 32, factors: 8 }, key(1));
  const features = normal(key(2), [stocks, steps, 20]);
  const returns = normal(key(3), [stocks]);
  const weights = parameters(model);
  const optimizer = adam(weights, { lr: 1e-9 });
  const loss = () => model.loss(features, returns, { gamma: "elbo", likelihood: "analytic" });
  return [
    { name: "predict", amount: 1, run: () => scope(() => model.predict(features).mean.data) },
    { name: "loss", amount: 1, run: () => scope(() => [loss().loss.item()]) },
    { name: "loss and gradients", amount: 1, run: () => scope(() => [valueAndGrad(loss, weights).value.item()]) },
    {
      name: "training step",
      amount: 1,
      run: () =>
        scope(() => {
          const { value, grads } = valueAndGrad(loss, weights);
          optimizer.step(clipByNorm(grads, 5).grads);
          return [value.item()];
        }),
    },
  ];
}

/** One day through the model, with the command's default sizes. */
export const factorVaeGroup: Group = {
  name: "factorvae-step",
  about: "One day of 300 stocks: C = 20, T = 20, H = 20, M = 32, K = 8, the `analytic` likelihood, Adam.",
  unit: milliseconds,
  rows,
};
