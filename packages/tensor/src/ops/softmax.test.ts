import { describe, expect, it } from "vitest";
import { backend, logSoftmax, logSumExp, reference, softmax, tensor, withBackend } from "../index.js";

const { POSITIVE_INFINITY: far, NEGATIVE_INFINITY: nothing } = Number;

describe("logSumExp", () => {
  it("is minus infinity where every element is, and plus infinity where one is", () => {
    const x = tensor([
      [nothing, nothing],
      [nothing, 2],
      [far, 2],
      [1000, 1000],
    ]);
    expect(logSumExp(x, 1).toArray()).toEqual([nothing, 2, far, Math.fround(1000 + Math.LN2)]);
  });

  it("passes NaN", () => {
    expect(logSumExp(tensor([1, Number.NaN])).item()).toBeNaN();
  });
});

describe("softmax", () => {
  it("gives no weight to minus infinity, and does not overflow", () => {
    expect(softmax(tensor([1000, 1000, nothing, -1000]), 0).toArray()).toEqual([0.5, 0.5, 0, 0]);
  });
});

describe.each([backend(), reference])("with the kernels of $name, logSoftmax", (kernels) => {
  it("is the logarithm of softmax, no number where that is none: along an axis with plus infinity, or nothing else than minus infinity", () => {
    const rows = [
      [far, 0, 1, 2, 3],
      [far, far, nothing, 0, 0],
      [nothing, nothing, nothing, nothing, nothing],
      [nothing, 0, nothing, nothing, nothing],
      [0, Number.NaN, 0, 0, 0],
    ];
    withBackend(kernels, () => {
      const x = tensor(rows);
      expect(logSoftmax(x, 1).toArray()).toEqual(softmax(x, 1).log().toArray());
      expect(logSoftmax(x.t(), 0).toArray()).toEqual(softmax(x.t(), 0).log().toArray());
      expect(logSoftmax(tensor([far, 0]), 0).toArray()).toEqual([Number.NaN, Number.NaN]);
    });
  });
});
