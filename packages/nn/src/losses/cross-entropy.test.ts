import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  indices,
  key,
  normal,
  oneHot,
  reference64,
  reshape,
  softmax,
  sum,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { crossEntropy, crossEntropyOfProbabilities } from "./cross-entropy.js";
import { expectAlike, seed, size } from "./losses.samples.js";

describe("cross entropy", () => {
  it("of a class is that of probabilities which are 1 there", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        withBackend(reference64, () => {
          const logits = normal(key(from), [rows, count]);
          const classes = Array.from({ length: rows }, (_, row) => (row * 7 + from) % count);
          const certain = oneHot(classes, count).as([rows, count]);
          expectAlike(crossEntropy(logits, classes, "none"), crossEntropyOfProbabilities(logits, certain, "none"));
          expectAlike(crossEntropy(logits, indices(classes)), crossEntropy(logits, classes));
        });
      }),
    );
  });

  it("is at its least, the entropy, where the logits are the logarithms of the probabilities", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        withBackend(reference64, () => {
          const shares = softmax(normal(key(from), [rows, count]), 1);
          const least = crossEntropyOfProbabilities(shares.log(), shares, "none");
          expectAlike(least, sum(shares.mul(shares.log()), 1).neg());
          const other = crossEntropyOfProbabilities(normal(key(from + 1), [rows, count]), shares, "none");
          other.data.forEach((value, row) => {
            expect(value).toBeGreaterThanOrEqual(least.data[row] - 1e-12);
          });
        });
      }),
    );
  });

  it("stays finite at the farthest logits, and leaves out what is impossible and never happens", () => {
    expect(crossEntropy(tensor([1e38, -1e38, 0], [1, 3]), [1]).item()).toBeGreaterThan(1e38);
    const impossible = tensor([0, Number.NEGATIVE_INFINITY], [1, 2]);
    expect(crossEntropy(impossible, [0]).item()).toBe(0);
    expect(crossEntropyOfProbabilities(impossible, tensor([1, 0], [1, 2])).item()).toBe(0);
    expect(crossEntropyOfProbabilities(impossible, tensor([0.5, 0.5], [1, 2])).item()).toBe(Number.POSITIVE_INFINITY);
    const { grads } = valueAndGrad(() => crossEntropyOfProbabilities(impossible, tensor([1, 0], [1, 2])), [impossible]);
    expect(grads[0].toArray()).toEqual([[0, 0]]);
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        const classes = Array.from({ length: rows }, (_, row) => row % count);
        const matrix = (x: Tensor) => reshape(x, [rows, count]);
        const logits = normal(key(from), [rows, count]);
        const shares = normal(key(from + 1), [rows, count]);
        gradcheck((x) => crossEntropy(matrix(x), classes, "none"), [logits], { key: key(2) });
        gradcheck((x, y) => crossEntropyOfProbabilities(matrix(x), softmax(matrix(y), 1), "none"), [logits, shares], {
          key: key(2),
        });
      }),
      runs(20),
    );
  });

  it("refuses classes that there are not, and probabilities that are none", () => {
    const logits = zeros([2, 3]);
    expect(() => crossEntropy(logits, [0, 3])).toThrow(
      "crossEntropy: the class of row 1 must be a whole number below 3, not 3",
    );
    expect(() => crossEntropy(logits, [0.5, 0])).toThrow("the class of row 0 must be a whole number below 3, not 0.5");
    expect(() => crossEntropy(logits, [0])).toThrow("crossEntropy: 2 rows need as many classes, not 1");
    const flat: Tensor = zeros([3]);
    expect(() => crossEntropy(flat.as([3]).reshape([3, 1]).as([3, 1]), [0, 0, 1])).toThrow("below 1, not 1");
    expect(() => crossEntropyOfProbabilities(logits, tensor([0.5, 0.5, 0, 0.5, 0.6, 0], [2, 3]))).toThrow(
      /^crossEntropyOfProbabilities: the probabilities of row 1 add up to 1.1\d*, not 1$/,
    );
    expect(() => crossEntropyOfProbabilities(logits, tensor([1, 0, 0, 1.5, -0.5, 0], [2, 3]))).toThrow(
      "crossEntropyOfProbabilities: a probability must be a number of at least 0, not -0.5 (element 4 of [2, 3])",
    );
    // @ts-expect-error There is one probability for each logit.
    expect(() => crossEntropyOfProbabilities(logits, zeros([2, 1]))).toThrow("must have one shape");
  });
});
