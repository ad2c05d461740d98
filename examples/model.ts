import { normal, valueAndGrad } from "@factorvae/autograd";
import { adam, parameters } from "@factorvae/nn";
import { FactorVAE, key } from "factorvae";

const model = new FactorVAE({ features: 20, hidden: 20, portfolios: 32, factors: 8 }, key(7));
const weights = parameters(model);
const optimizer = adam(weights, { lr: 2e-3 });

const features = normal(key(1), [100, 20, 20]); // one day: 100 stocks, 20 dates of history, 20 characteristics
const returns = normal(key(2), [100]); // what followed, divided by its standard deviation

export const losses = [1, 2, 3, 4, 5].map(() => {
  const loss = () => model.loss(features, returns, { gamma: "elbo", likelihood: "expected" });
  const { aux, grads } = valueAndGrad(loss, weights);
  optimizer.step(grads);
  return aux.loss.item();
});
export const { mean, std } = model.predict(features); // score and risk of each stock, without the returns
export const { loadings, factorStd, residualStd } = model.covariance(features); // B, s, r: B diag(s^2) B' + diag(r^2)
