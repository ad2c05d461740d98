import { fold, key, type Tensor } from "@factorvae/autograd";
import {
  adam,
  type ExponentialAverage,
  exponentialAverage,
  loadStateDict,
  type Optimizer,
  parameters,
  stateDict,
} from "@factorvae/nn";
import type { Config } from "../config.js";
import { FactorVAE } from "../model/factorvae.js";

/** A model in training, with all that belongs to it, and the best epoch's averages beside it. */
export interface Learner {
  readonly model: FactorVAE;
  readonly optimizer: Optimizer;
  readonly average: ExponentialAverage;
  /** Takes the averages as they are now for the best so far. */
  readonly markBest: () => void;
  /** Puts the best averages in the model's place. */
  readonly restoreBest: () => void;
  /** All state by name: what `load` takes. */
  readonly tensors: () => Record<string, Tensor>;
  /**
   * Goes on from a state.
   *
   * @throws StateDictError if it is of another model.
   */
  readonly load: (tensors: Readonly<Record<string, Tensor>>) => void;
}

/** A new model of the configured sizes, its parameters drawn from the configured seed. */
export function createModel({ model: sizes, seed }: Config, features: number): FactorVAE {
  const { ablation, ...rest } = sizes;
  return new FactorVAE({ ...rest, features, ...(ablation !== "none" && { ablation }) }, fold(key(seed), "model"));
}

/** A learner before its first step. */
export function startLearner(config: Config, features: number): Learner {
  const model = createModel(config, features);
  const trainable = parameters(model);
  const optimizer = adam(trainable, { lr: config.train.learningRate });
  const average = exponentialAverage(trainable, config.train.averageDecay);
  let best = average.withAverages(() => stateDict(model));
  const parts = {
    model: { read: () => stateDict(model), write: (tensors: Record<string, Tensor>) => loadStateDict(model, tensors) },
    optimizer: { read: optimizer.stateDict, write: optimizer.loadStateDict },
    average: { read: average.stateDict, write: average.loadStateDict },
    best: {
      read: () => best,
      write: (tensors: Record<string, Tensor>) => {
        best = tensors;
      },
    },
  };
  const names = Object.keys(parts) as (keyof typeof parts)[];
  return {
    model,
    optimizer,
    average,
    markBest: () => {
      best = average.withAverages(() => stateDict(model));
    },
    restoreBest: () => loadStateDict(model, best),
    tensors: (): Record<string, Tensor> =>
      Object.fromEntries(
        names.flatMap((part) =>
          Object.entries(parts[part].read()).map(([name, tensor]) => [`${part}/${name}`, tensor]),
        ),
      ),
    load: (tensors: Readonly<Record<string, Tensor>>): void => {
      for (const part of names) {
        const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${part}/`));
        parts[part].write(Object.fromEntries(own.map(([name, tensor]) => [name.slice(part.length + 1), tensor])));
      }
    },
  };
}
