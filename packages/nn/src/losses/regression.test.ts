import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import { add, key, normal, reference64, ShapeError, tensor, withBackend, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { seed } from "./losses.samples.js";
import { huber, squaredError } from "./regression.js";

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

  it("have a gradient of plus or minus delta where an error is infinite", () => {
    const prediction = tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]);
    const { value, grads } = valueAndGrad(() => huber(prediction, zeros([3]), 2, "sum"), [prediction]);
    expect(value.item()).toBe(Number.POSITIVE_INFINITY);
    expect(grads[0].toArray()).toEqual([2, -2, 1]);
  });

  it("have the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const [a, b] = [normal(key(from), [3, 2]), normal(key(from + 1), [3, 2])];
        gradcheck((x, y) => squaredError(x, y, "none"), [a, b], { key: key(2) });
        // No error lies at the kinks.
        gradcheck((x, y) => huber(x, y, 50, "none"), [a, b], { key: key(2) });
        // Straight everywhere, and small, so that differences keep their digits.
        gradcheck((x, y) => huber(add(x, 20), y, 0.5, "none"), [a, b], { key: key(2) });
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
