import { type Cube, grad, key, normal } from "@factorvae/autograd";
import { parameters } from "@factorvae/nn";
import { FactorVAE, simulate } from "factorvae";

/** What the model and its data look like from outside: shapes and counts. */
export function exposures(): {
  readonly slopes: readonly number[];
  readonly parameters: number;
  readonly dates: number;
} {
  const model = new FactorVAE({ features: 3, hidden: 4, portfolios: 5, factors: 2 }, key(7));
  const slopes = grad((features: Cube) => model.predict(features).mean.sum())(normal(key(1), [6, 5, 3]));
  const { panel } = simulate({ seed: 7, stocks: 12, days: 40 });
  return { slopes: slopes.shape, parameters: parameters(model).length, dates: panel.dates.length };
}
