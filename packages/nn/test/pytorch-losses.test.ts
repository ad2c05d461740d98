import { type Tensor, withBackend } from "@factorvae/tensor";
import { describe, it } from "vitest";
import {
  type CrossEntropyOptions,
  crossEntropy,
  crossEntropyOfProbabilities,
  gaussianDivergence,
  gaussianNegativeLogLikelihood,
  huber,
  type Reduction,
  squaredError,
} from "../src/index.js";
import { type Case, checkCase } from "./cases.js";
import { precisions, readFixtures } from "./fixtures.js";

interface Options extends CrossEntropyOptions {
  readonly loss: string;
  readonly reduction: Reduction;
  readonly delta?: number;
  readonly classes?: readonly number[];
}

const { cases } = readFixtures<{ readonly cases: readonly Case<Options>[] }>("losses");

type Inputs = Readonly<Record<string, Tensor>>;

const matrix = (x: Tensor) => x.as([x.shape[0], x.shape[1]]);

const losses: Readonly<Record<string, (inputs: Inputs, options: Options) => Tensor>> = {
  squaredError: ({ prediction, target }, { reduction }) => squaredError(prediction, target, reduction),
  huber: ({ prediction, target }, { reduction, delta = Number.NaN }) => huber(prediction, target, delta, reduction),
  crossEntropy: ({ logits }, { loss: _, reduction, classes = [], ...options }) =>
    crossEntropy(matrix(logits), classes, reduction, options),
  crossEntropyOfProbabilities: ({ logits, probabilities }, { reduction }) =>
    crossEntropyOfProbabilities(matrix(logits), matrix(probabilities), reduction),
  gaussianNegativeLogLikelihood: ({ mean, std, target }, { reduction }) =>
    gaussianNegativeLogLikelihood({ mean, std }, target, reduction),
  gaussianDivergence: ({ mean, std, priorMean, priorStd }, { reduction }) => {
    const [q, p] = [
      { mean: matrix(mean), std: matrix(std) },
      { mean: matrix(priorMean), std: matrix(priorStd) },
    ];
    return gaussianDivergence(q, p, reduction);
  },
};

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, losses and their gradients agree with PyTorch to ${tolerance}`, () => {
    it.each(cases)("$name", (stored) => {
      const { options } = stored;
      withBackend(kernels, () => {
        checkCase(stored, {}, (inputs) => ({ loss: losses[options.loss](inputs, options) }), tolerance);
      });
    });
  });
