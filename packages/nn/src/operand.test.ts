import { zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { checkTensor } from "./operand.js";

describe("what is no tensor", () => {
  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [Number.NaN, "NaN"],
    [-0.5, "-0.5"],
    [3n, "3n"],
    [Symbol("x"), "Symbol(x)"],
    ["7", '"7"'],
    [{ x: 1 }, "an object"],
    [Object.create(null), "an object"],
    [new Map(), "an object (Map)"],
    [new Float32Array(2), "an object (Float32Array)"],
    [() => 1, "a function"],
  ])("is told as it is: %s", (value, told) => {
    expect(() => checkTensor("Linear", "x", value)).toThrow(new TypeError(`Linear: x must be a tensor, not ${told}`));
  });

  it("is told how to become one, if it is an array", () => {
    expect(() => checkTensor("Linear", "x", [1])).toThrow(
      new TypeError("Linear: x must be a tensor, not an array; tensor(values, shape) makes one"),
    );
    checkTensor("Linear", "x", zeros([1]));
  });
});
