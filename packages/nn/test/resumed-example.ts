import { key, type Mat, tanh, type Vec, valueAndGrad } from "@factorvae/autograd";
import {
  BatchNorm,
  crossEntropy,
  exponentialAverage,
  Linear,
  loadStateDict,
  parameters,
  plateau,
  sgd,
  stateDict,
} from "@factorvae/nn";

/** A classifier of rows of 4 numbers, and all that its training remembers. */
export function training(seed: number) {
  const model = {
    hidden: new Linear(4, 8, key(seed)),
    norm: new BatchNorm(8),
    output: new Linear(8, 2, key(seed + 1)),
  };
  const weights = parameters(model);
  const optimizer = sgd(weights, { lr: 0.1, momentum: 0.9, nesterov: true });
  const average = exponentialAverage(weights, 0.9);
  const rate = plateau({ factor: 0.5, patience: 2 });
  const step = (x: Mat<number, 4>, classes: Vec): number => {
    const { value, grads, aux } = valueAndGrad(() => {
      // The batch's own statistics here; for a prediction, norm.forward takes the running ones.
      const { output, statistics } = model.norm.forwardBatch(model.hidden.forward(x));
      return { loss: crossEntropy(model.output.forward(tanh(output)), classes), statistics };
    }, weights);
    model.norm.track(aux.statistics);
    optimizer.step(grads, { lr: 0.1 * rate.factor() });
    average.update();
    rate.report(value.item());
    return value.item();
  };
  const predict = (x: Mat<number, 4>) => model.output.forward(tanh(model.norm.forward(model.hidden.forward(x))));
  const save = () => ({
    model: stateDict(model),
    optimizer: optimizer.stateDict(),
    average: average.stateDict(),
    rate: JSON.stringify(rate.state()),
  });
  const load = (saved: ReturnType<typeof save>): void => {
    loadStateDict(model, saved.model);
    optimizer.loadStateDict(saved.optimizer);
    average.loadStateDict(saved.average);
    rate.loadState(JSON.parse(saved.rate));
  };
  return { step, predict, save, load };
}
