import { describe, expect, it } from "vitest";
import { arange, eye, full, reshape, tensor, zeros } from "./index.js";
import { nest } from "./print.js";

describe("a tensor as text", () => {
  it("tells shape, type and elements", () => {
    expect(`${eye(2)}`).toBe("Tensor [2, 2] float32\n[[1, 0],\n [0, 1]]");
  });

  it("is a bare number for a scalar, with six digits", () => {
    expect(`${tensor(Math.PI)}`).toBe("Tensor [] float32\n3.14159");
  });

  it("shows the first three and the last three of a long axis", () => {
    expect(`${arange(100)}`).toBe("Tensor [100] float32\n[0, 1, 2, ..., 97, 98, 99]");
    expect(`${reshape(arange(14), [7, 2])}`).toContain("[4, 5],\n ...,\n [8, 9]");
    expect(`${arange(6)}`).toBe("Tensor [6] float32\n[0, 1, 2, 3, 4, 5]");
  });

  it("shows what is not finite, and empty axes", () => {
    expect(`${full([2], Number.NaN)}`).toContain("[NaN, NaN]");
    expect(`${zeros([0])}`).toBe("Tensor [0] float32\n[]");
    expect(`${zeros([2, 0])}`).toBe("Tensor [2, 0] float32\n[[],\n []]");
  });
});

describe("nest", () => {
  it("puts row-major values in nested arrays", () => {
    expect(nest([1, 2, 3, 4, 5, 6], [3, 1, 2])).toEqual([[[1, 2]], [[3, 4]], [[5, 6]]]);
    expect(nest([7], [])).toBe(7);
  });
});
