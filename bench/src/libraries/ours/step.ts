import { key, pinned, scope, tensor, valueAndGrad } from "@factorvae/autograd";
import { adam, parameters } from "@factorvae/nn";
import { FactorVAE } from "factorvae";
import type { Measured, Timed } from "../../case.js";
import type { StepSpec } from "../../groups/model.js";
import { memoryGrown } from "../../memory.js";
import { values } from "../../values.js";
import { setWeights } from "./weights.js";

/** Small enough that the model stays where it is, however many steps are timed. */
const lr = 1e-9;

/** A training step: loss, gradients by all parameters, Adam. */
export function stepCase({ stocks, steps, ...sizes }: StepSpec): Timed {
  const model = new FactorVAE(sizes, key(1));
  setWeights(model, sizes.hidden);
  const features = tensor(values("features", stocks * steps * sizes.features), [stocks, steps, sizes.features]);
  const returns = tensor(values("returns", stocks, 2), [stocks]);
  const trainable = parameters(model);
  const optimizer = adam(trainable, { lr });
  const loss = () => model.loss(features, returns, { gamma: "elbo", likelihood: "analytic" });
  return {
    run: () =>
      scope(() => {
        const { value, grads } = valueAndGrad(loss, trainable);
        optimizer.step(grads);
        return value.item();
      }),
    check: () => scope(() => loss().loss.item()),
    around: (turn) => pinned([features, returns, ...trainable, ...optimizer.memory()], turn),
  };
}

/** What three steps add to the memory of this process. */
export function memoryCase(spec: StepSpec): Measured {
  const { run, around } = stepCase(spec);
  return {
    measure: () =>
      memoryGrown(() => {
        around?.(() => {
          for (let step = 0; step < 3; step++) run();
        });
      }),
  };
}
