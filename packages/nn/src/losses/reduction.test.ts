import { key, mean, normal, reference64, type Scalar, softmax, sum, type Tensor, withBackend } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, it } from "vitest";
import { crossEntropy, crossEntropyOfProbabilities } from "./cross-entropy.js";
import { gaussianDivergence, gaussianNegativeLogLikelihood } from "./gaussian.js";
import { expectAlike, seed, size, stds } from "./losses.samples.js";
import { huber, squaredError } from "./regression.js";

describe("losses reduced", () => {
  it("to a mean or a sum are those of the losses that are not reduced", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        withBackend(reference64, () => {
          const [a, b] = [normal(key(from), [rows, width]), normal(key(from + 1), [rows, width])];
          const [q, p] = [
            { mean: a, std: stds(from + 2, [rows, width]) },
            { mean: b, std: stds(from + 3, [rows, width]) },
          ];
          const classes = Array.from({ length: rows }, (_, row) => row % width);
          const shares = softmax(b, 1);
          const all: readonly (readonly [Tensor, Scalar, Scalar])[] = [
            [squaredError(a, b, "none"), squaredError(a, b), squaredError(a, b, "sum")],
            [huber(a, b, 0.7, "none"), huber(a, b, 0.7), huber(a, b, 0.7, "sum")],
            [crossEntropy(a, classes, "none"), crossEntropy(a, classes), crossEntropy(a, classes, "sum")],
            [
              crossEntropyOfProbabilities(a, shares, "none"),
              crossEntropyOfProbabilities(a, shares),
              crossEntropyOfProbabilities(a, shares, "sum"),
            ],
            [
              gaussianNegativeLogLikelihood(q, b, "none"),
              gaussianNegativeLogLikelihood(q, b),
              gaussianNegativeLogLikelihood(q, b, "sum"),
            ],
            [gaussianDivergence(q, p, "none"), gaussianDivergence(q, p), gaussianDivergence(q, p, "sum")],
          ];
          for (const [single, average, total] of all) {
            expectAlike(average, mean(single));
            expectAlike(total, sum(single));
          }
        });
      }),
    );
  });
});
