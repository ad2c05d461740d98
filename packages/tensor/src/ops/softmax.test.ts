import { describe, expect, it } from "vitest";
import { logSumExp, softmax, tensor } from "../index.js";

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
