import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  add,
  indices,
  key,
  mean,
  normal,
  oneHot,
  reference64,
  reshape,
  type Scalar,
  ShapeError,
  softmax,
  sum,
  type Tensor,
  tensor,
  type Vec,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { crossEntropy, crossEntropyOfProbabilities } from "./cross-entropy.js";
import { gaussianDivergence, gaussianNegativeLogLikelihood } from "./gaussian.js";
import { huber, squaredError } from "./regression.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const size = fc.integer({ min: 1, max: 5 });

/** Standard deviations: positive, at least 0.1. */
const stds = (from: number, shape: readonly [number, number]) => normal(key(from), shape).abs().add(0.1);

const close = (found: Tensor, expected: Tensor, tolerance = 1e-12): void => {
  expect(found.shape).toEqual(expected.shape);
  found.data.forEach((value, at) => {
    expect(Math.abs(value - expected.data[at])).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
};

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
            close(average, mean(single));
            close(total, sum(single));
          }
        });
      }),
    );
  });
});

describe("squaredError and huber", () => {
  it("agree, but for a half, while errors are within delta, and huber goes on straight behind it", () => {
    fc.assert(
      fc.property(seed, fc.double({ min: 0.1, max: 3, noNaN: true }), (from, delta) => {
        withBackend(reference64, () => {
          const errors = normal(key(from), [20]);
          const found = huber(errors, zeros([20]), delta, "none").data;
          const squares = squaredError(errors, zeros([20]), "none").data;
          errors.data.forEach((error, at) => {
            const far = delta * (Math.abs(error) - delta / 2);
            expect(found[at]).toBeCloseTo(Math.abs(error) <= delta ? squares[at] / 2 : far, 12);
          });
        });
      }),
    );
  });

  it("have gradients that huber keeps within delta, at any error", () => {
    const prediction = tensor([1e30, -1e30, 0.5, 2]);
    const { grads } = valueAndGrad(() => huber(prediction, zeros([4]), 2, "sum"), [prediction]);
    expect(grads[0].toArray()).toEqual([2, -2, 0.5, 2]);
  });

  it("have the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const [a, b] = [normal(key(from), [3, 2]), normal(key(from + 1), [3, 2])];
        gradcheck((x, y) => squaredError(x, y, "none"), [a, b], { key: key(2) });
        // No error lies at the kinks.
        gradcheck((x, y) => huber(x, y, 50, "none"), [a, b], { key: key(2) });
        gradcheck((x, y) => huber(add(x, 90), y, 50, "none"), [a, b], { key: key(2) });
      }),
      runs(20),
    );
  });

  it("refuse what broadcasting would compare with everything, NaN, and a delta that is none", () => {
    const [column, row] = [zeros([3, 1]), zeros([3])];
    // @ts-expect-error A column and a vector are not of one shape.
    expect(() => squaredError(column, row, "sum")).toThrow(ShapeError);
    expect(() => huber<readonly number[]>(column, row)).toThrow(
      "huber: prediction and target must have one shape, not [3, 1] and [3]; did you mean reshape(target, [3, 1])?",
    );
    expect(() => squaredError(zeros([2, 2]), tensor([0, 1, Number.NaN, 2], [2, 2]))).toThrow(
      "squaredError: target must be a number, not NaN (element 2 of [2, 2])",
    );
    expect(() => huber(row, row, 0)).toThrow("huber: delta must be positive and finite, not 0");
    expect(() => squaredError(zeros([0]), zeros([0]))).toThrow(ShapeError);
  });
});

describe("cross entropy", () => {
  it("of a class is that of probabilities which are 1 there", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, count, from) => {
        withBackend(reference64, () => {
          const logits = normal(key(from), [rows, count]);
          const classes = Array.from({ length: rows }, (_, row) => (row * 7 + from) % count);
          const certain = oneHot(classes, count).as([rows, count]);
          close(crossEntropy(logits, classes, "none"), crossEntropyOfProbabilities(logits, certain, "none"));
          close(crossEntropy(logits, indices(classes)), crossEntropy(logits, classes));
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
          close(least, sum(shares.mul(shares.log()), 1).neg());
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

describe("gaussian losses", () => {
  it("have a divergence of 0 from themselves, and more from anything else", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        withBackend(reference64, () => {
          const q = { mean: normal(key(from), [rows, width]), std: stds(from + 1, [rows, width]) };
          const p = { mean: normal(key(from + 2), [rows, width]), std: stds(from + 3, [rows, width]) };
          for (const value of gaussianDivergence(q, q, "none").data) expect(Math.abs(value)).toBeLessThan(1e-14);
          for (const value of gaussianDivergence(q, p, "none").data) expect(value).toBeGreaterThan(0);
        });
      }),
    );
  });

  it("have a divergence that is the first distribution's mean difference of log likelihoods", () => {
    withBackend(reference64, () => {
      const one = (mean: number, std: number) => ({ mean: tensor([mean], [1, 1]), std: tensor([std], [1, 1]) });
      const [q, p] = [one(0.3, 0.8), one(-0.5, 1.7)];
      // The integral over q as a sum over a fine grid.
      const places = Array.from({ length: 20001 }, (_, at) => (at - 10000) / 1000);
      const all = (x: Tensor): Vec => x.expand([places.length, 1]).reshape([places.length]);
      const costs = [q, p].map(({ mean, std }) =>
        gaussianNegativeLogLikelihood({ mean: all(mean), std: all(std) }, tensor(places), "none"),
      );
      const expected = sum(costs[0].neg().exp().mul(costs[1].sub(costs[0]))).item() / 1000;
      expect(gaussianDivergence(q, p).item()).toBeCloseTo(expected, 10);
    });
  });

  it("have the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        const matrix = (x: Tensor) => reshape(x, [rows, width]);
        const draw = (at: number) => normal(key(from + at), [rows, width]);
        const [a, b, c] = [draw(0), draw(1), draw(2)];
        const positive = (at: number) => stds(from + at, [rows, width]).add(0.5);
        gradcheck(
          (x, s, y) => gaussianNegativeLogLikelihood({ mean: matrix(x), std: matrix(s) }, matrix(y), "none"),
          [a, positive(3), c],
          { key: key(2) },
        );
        gradcheck(
          (x, s, y, r) =>
            gaussianDivergence({ mean: matrix(x), std: matrix(s) }, { mean: matrix(y), std: matrix(r) }, "none"),
          [a, positive(3), b, positive(4)],
          { key: key(2) },
        );
      }),
      runs(20),
    );
  });

  it("refuse standard deviations that are not positive, and shapes that differ", () => {
    const [mean, std] = [zeros([2, 2]), tensor([1, 1, 1, 0], [2, 2])];
    const fine = { mean, std: zeros([2, 2]).add(1) };
    expect(() => gaussianNegativeLogLikelihood({ mean, std }, mean)).toThrow(
      "gaussianNegativeLogLikelihood: predicted std must be positive, not 0 (element 3 of [2, 2])",
    );
    expect(() => gaussianDivergence(fine, { mean, std })).toThrow(
      "gaussianDivergence: second std must be positive, not 0 (element 3 of [2, 2])",
    );
    expect(() => gaussianNegativeLogLikelihood(fine, tensor([0, 0, Number.NaN, 0], [2, 2]))).toThrow(
      "gaussianNegativeLogLikelihood: target must be a number, not NaN (element 2 of [2, 2])",
    );
    // @ts-expect-error The second has another width.
    expect(() => gaussianDivergence(fine, { mean: zeros([2, 1]), std: zeros([2, 1]).add(1) })).toThrow(
      "gaussianDivergence: first mean and second mean must have one shape, not [2, 2] and [2, 1]",
    );
  });
});
