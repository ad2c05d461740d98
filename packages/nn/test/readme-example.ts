import { key, normal, relu, square, type Tensor, valueAndGrad, writeSafetensors } from "@factorvae/autograd";
import { adam, clipByNorm, cosine, Linear, parameters, stateDict } from "@factorvae/nn";

const model = { hidden: new Linear(3, 16, key(1)), output: new Linear(16, 1, key(2)) };
const predict = (x: Tensor<readonly [64, 3]>) => model.output.forward(relu(model.hidden.forward(x)));

const x = normal(key(3), [64, 3]);
const y = square(x).sum(1, true);
const weights = parameters(model);
const [optimizer, schedule] = [adam(weights, { lr: 0.02 }), cosine(300)];
export const losses = Array.from({ length: 300 }, (_, step) => {
  const { value, grads } = valueAndGrad(() => predict(x).sub(y).square().mean(), weights);
  optimizer.step(clipByNorm(grads, 5).grads, { lr: 0.02 * schedule(step) });
  return value.item();
});
export const file = writeSafetensors(stateDict(model)); // hidden.weight, hidden.bias, output.weight, output.bias
