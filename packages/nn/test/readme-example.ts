import { key, normal, relu, square, valueAndGrad, writeSafetensors } from "@factorvae/autograd";
import { adam, clipByNorm, cosine, Linear, parameters, sequential, squaredError, stateDict } from "@factorvae/nn";

const model = sequential(new Linear(3, 16, key(1)))
  .followedBy(relu)
  .followedBy(new Linear(16, 1, key(2)));

const x = normal(key(3), [64, 3]);
const y = square(x).sum(1, true);
const weights = parameters(model);
const [optimizer, schedule] = [adam(weights, { lr: 0.02 }), cosine(300)];
export const losses = Array.from({ length: 300 }, (_, step) => {
  const { value, grads } = valueAndGrad(() => squaredError(model.forward(x), y), weights);
  optimizer.step(clipByNorm(grads, 5).grads, { lr: 0.02 * schedule(step) });
  return value.item();
});
export const file = writeSafetensors(stateDict(model)); // 0.weight, 0.bias, 2.weight, 2.bias
