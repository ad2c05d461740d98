import {
  add,
  type Expression,
  elementwise,
  exp,
  key,
  matmul,
  normal,
  reference64,
  softmax,
  type Tensor,
  withBackend,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { gradcheck } from "./testing.js";

describe("gradcheck", () => {
  const x = normal(key(4), [2, 2]);

  it("passes fused operations and products", () => {
    gradcheck((a: Tensor, b: Tensor) => softmax(matmul(a.as([2, 2]), b.as([2, 2])), 1), [x, x], { key: key(1) });
  });

  it("finds a wrong gradient, and tells both numbers", () => {
    const wrong = elementwise("wrong", (v: Expression) => v.mul(v), { d: [(v) => v.mul(2.001)] });
    expect(() => gradcheck((v) => wrong(v), [x], { key: key(1) })).toThrow(
      /^gradcheck: the gradient along a random direction is -?[\d.]+, by differences -?[\d.]+$/,
    );
  });

  it("finds a wrong second derivative behind a right first one, unless only the first is asked for", () => {
    const twice = elementwise("twice", (v: Expression) => v.mul(2), { d: [() => 0] });
    const square = elementwise("square", (v: Expression) => v.mul(v), { d: [(v) => twice(v)] });
    const check = (order: 1 | 2) => () => gradcheck((v) => square(v), [x], { key: key(1), order });
    expect(check(1)).not.toThrow();
    expect(check(2)).toThrow(/^gradcheck: the second derivative along/);
  });

  it("refuses to check nothing", () => {
    expect(() => gradcheck(() => x, [], { key: key(1) })).toThrow("gradcheck: at least one input is needed");
  });

  it("refuses NaN", () => {
    const broken = elementwise("broken", (v: Expression) => v, { d: [(v) => v.mul(Number.NaN)] });
    expect(() => gradcheck((v) => broken(v), [x], { key: key(1) })).toThrow("is NaN");
  });

  it("computes in float64, and leaves the inputs as they were", () => {
    const before = Array.from(x.data);
    gradcheck(
      (v) => {
        expect(v.dtype).toBe("float64");
        return exp(v);
      },
      [x],
      { key: key(1) },
    );
    expect(Array.from(x.data)).toEqual(before);
    expect(withBackend(reference64, () => add(x, 0)).dtype).toBe("float64");
  });
});
