import { key, normal, readSafetensors, relu, square, valueAndGrad, writeSafetensors } from "@factorvae/autograd";
import {
  adam,
  clipByNorm,
  cosine,
  Linear,
  loadStateDict,
  parameters,
  sequential,
  squaredError,
  stateDict,
} from "@factorvae/nn";

const network = (seed: number) =>
  sequential(new Linear(3, 16, key(seed)))
    .followedBy(relu)
    .followedBy(new Linear(16, 1, key(seed + 1)));
export const model = network(1);

export const x = normal(key(3), [64, 3]);
const y = square(x).sum(1, true);
const weights = parameters(model);
const [optimizer, schedule] = [adam(weights, { lr: 0.02 }), cosine(300)];
export const losses = Array.from({ length: 300 }, (_, step) => {
  const { value, grads } = valueAndGrad(() => squaredError(model.forward(x), y), weights);
  optimizer.step(clipByNorm(grads, 5).grads, { lr: 0.02 * schedule(step) });
  return value.item();
});
export const file = writeSafetensors(stateDict(model)); // 0.weight, 0.bias, 2.weight, 2.bias

export const loaded = network(5); // another, until it is overwritten by what the file holds
loadStateDict(loaded, readSafetensors(file).tensors);
