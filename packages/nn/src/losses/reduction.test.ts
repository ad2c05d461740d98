import {
  key,
  mean,
  normal,
  ones,
  reference64,
  type Scalar,
  softmax,
  sum,
  type Tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

describe("a reduction that does not exist is refused", () => {
  const [a, positive] = [ones([2, 2]), { mean: ones([2, 2]), std: ones([2, 2]) }];
  const shares = ones([2, 2]).mul(0.5);
  it.each<[string, (reduction: "mean") => Tensor]>([
    ["squaredError", (wrong) => squaredError(a, a, wrong)],
    ["huber", (wrong) => huber(a, a, 1, wrong)],
    ["crossEntropy", (wrong) => crossEntropy(a, [0, 1], wrong, { weights: [1, 2] })],
    ["crossEntropyOfProbabilities", (wrong) => crossEntropyOfProbabilities(a, shares, wrong)],
    ["gaussianNegativeLogLikelihood", (wrong) => gaussianNegativeLogLikelihood(positive, a, wrong)],
    ["gaussianDivergence", (wrong) => gaussianDivergence(positive, positive, wrong)],
  ])("by %s", (loss, take) => {
    const word: "mean" = JSON.parse('"batchmean"');
    const refusal = `${loss}: the reduction must be "mean", "sum" or "none", not `;
    expect(() => take(word)).toThrow(new TypeError(`${refusal}"batchmean"`));
    expect(() => take(JSON.parse('{ "weights": [1, 2] }'))).toThrow(
      new TypeError(`${refusal}an object; options come behind it`),
    );
  });
});

describe("what programs without types give is refused in words", () => {
  const x = zeros([2, 3]);
  const list = JSON.parse("[1, 2]");
  const nothing = JSON.parse("null");
  it.each<[string, () => unknown, string]>([
    ["squaredError", () => squaredError(list, x), "prediction must be a tensor, not an array; tensor(values"],
    ["huber", () => huber(x, nothing), "target must be a tensor, not null"],
    ["crossEntropy", () => crossEntropy(list, [0]), "logits must be a tensor, not an array"],
    [
      "crossEntropy",
      () => crossEntropy(x, [0, 1], "mean", nothing),
      "needs options { weights, ignore, smoothing }, not null",
    ],
    [
      "crossEntropyOfProbabilities",
      () => crossEntropyOfProbabilities(x, list),
      "probabilities must be a tensor, not an",
    ],
    [
      "gaussianNegativeLogLikelihood",
      () => gaussianNegativeLogLikelihood(nothing, x),
      "the predicted distributions must be { mean, std }, not null",
    ],
    [
      "gaussianNegativeLogLikelihood",
      () => gaussianNegativeLogLikelihood({ mean: x, std: list }, x),
      "predicted std must be a tensor, not an array",
    ],
    [
      "gaussianDivergence",
      () => gaussianDivergence({ mean: x, std: ones([2, 3]) }, list),
      "second mean must be a tensor, not undefined",
    ],
  ])("by %s", (loss, take, rule) => {
    expect(take).toThrow(TypeError);
    expect(take).toThrow(`${loss}: ${rule}`);
  });
});

describe("a reshape is proposed", () => {
  it("only where it is possible", () => {
    // @ts-expect-error The target has another shape.
    expect(() => squaredError(ones([4, 1]), ones([4]))).toThrow("did you mean reshape(target, [4, 1])?");
    // @ts-expect-error The target has another shape.
    expect(() => squaredError(ones([4, 1]), ones([3]))).toThrow(/not \[4, 1\] and \[3\]$/);
    // @ts-expect-error Classes are a vector.
    expect(() => crossEntropy(ones([2, 3]), ones([2, 1]))).toThrow("did you mean reshape(classes, [2])?");
    // @ts-expect-error Classes are a vector.
    expect(() => crossEntropy(ones([2, 3]), ones([3, 3]))).toThrow(/classes must be \[2\], not \[3, 3\]$/);
  });

  it("but the loss of probabilities for classes of the shape of the logits", () => {
    // @ts-expect-error Classes are a vector.
    expect(() => crossEntropy(ones([2, 3]), ones([2, 3]))).toThrow(
      "classes must be [2], not [2, 3]; did you mean crossEntropyOfProbabilities?",
    );
  });
});
