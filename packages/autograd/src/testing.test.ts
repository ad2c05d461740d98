import {
  add,
  type Expression,
  elementwise,
  exp,
  gather,
  indices,
  key,
  matmul,
  mul,
  normal,
  ones,
  reference64,
  type Scalar,
  scalar,
  softmax,
  type Tensor,
  tensor,
  topK,
  type Vec,
  withBackend,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { customVjp, gradcheck } from "./index.js";

const messageOf = (fn: () => void): string => {
  try {
    fn();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("nothing was thrown");
};

describe("gradcheck", () => {
  const x = normal(key(4), [2, 2]);

  it("passes fused operations and products", () => {
    gradcheck((a: Tensor, b: Tensor) => softmax(matmul(a.as([2, 2]), b.as([2, 2])), 1), [x, x], { key: key(1) });
  });

  it("finds a wrong gradient, and tells both numbers", () => {
    const wrong = elementwise("wrong", (v: Expression) => v.mul(v), { d: [(v) => v.mul(2.001)] });
    expect(() => gradcheck((v) => wrong(v), [x], { key: key(1) })).toThrow(
      /^gradcheck: the gradient along a random direction is -?[\d.]+, by differences -?[\d.]+; by inputs\[0\]\[\d\]\[\d\] it is -?[\d.]+, by differences -?[\d.]+$/,
    );
  });

  it("takes trees, as grad does, and names the element that is most to blame", () => {
    interface Weights {
      readonly scale: Scalar;
      readonly hidden: readonly Vec<4>[];
    }
    const weights: Weights = { scale: scalar(2), hidden: [normal(key(2), [4]), normal(key(3), [4])] };
    const output =
      (last: (v: Vec<4>) => Vec<4>) =>
      ({ scale, hidden }: Weights, shift: Scalar): Tensor =>
        mul(mul(hidden[0], last(hidden[1])), scale).add(shift);
    gradcheck(output(exp), [weights, scalar(1)], { key: key(1) });
    const faulty = customVjp(
      (v: Vec<4>) => mul(v, 1),
      (_, __, cotangent) => mul(cotangent, tensor([1, 1, 1, 1.5], [4])),
    );
    const check = (): void => gradcheck(output(faulty), [weights, scalar(1)], { key: key(1) });
    expect(check).toThrow(/^gradcheck: the gradient along .*; by inputs\[0\]\.hidden\[1\]\[3\] it is /);
    const [, exact, numeric] = /it is (\S+), by differences (\S+)$/.exec(messageOf(check)) ?? [];
    expect(Number(exact) / Number(numeric)).toBeCloseTo(1.5, 6);
  });

  it("takes functions whose value is a tree, and finds which part has a wrong derivative", () => {
    const faulty = customVjp(
      (v: Scalar) => mul(v, 2),
      (_, __, cotangent) => mul(cotangent, 2.1),
    );
    const both = (last: (v: Scalar) => Scalar) => (a: Scalar, b: Scalar) => ({ a: exp(a), list: [mul(a, last(b))] });
    gradcheck(
      both((v) => mul(v, 2)),
      [scalar(1), scalar(2)],
      { key: key(1) },
    );
    expect(() => gradcheck(both(faulty), [scalar(1), scalar(2)], { key: key(1) })).toThrow("; by inputs[1] it is ");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => gradcheck(async (v: Scalar) => v, [scalar(1)], { key: key(1) })).toThrow(
      "gradcheck: the function must not be asynchronous",
    );
  });

  it("refuses what is no tensor, or of whole numbers", () => {
    // @ts-expect-error: the compiler refuses it as well
    expect(() => gradcheck((v: Scalar, _: number) => v, [scalar(1), 2], { key: key(1) })).toThrow(
      "gradcheck: a tree holds tensors alone, and [1] is a number; let the function read it from around it",
    );
    expect(() => gradcheck((v, at) => gather(v, at, 0), [ones([2]), indices([0, 1])], { key: key(1) })).toThrow(
      "gradcheck: [1] is of int32, and nothing has a derivative by whole numbers; let the function read it from around it",
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

  it("leaves out whole numbers in the value", () => {
    gradcheck((v) => topK(v, 1, 0), [tensor([1, 2], [2])], { key: key(1) });
    expect(() => gradcheck((v) => topK(v, 1, 0).indices, [tensor([1, 2], [2])], { key: key(1) })).toThrow(
      "gradcheck: the function's value holds no tensor that has a derivative",
    );
    expect(() => gradcheck(() => [], [x], { key: key(1) })).toThrow("holds no tensor that has a derivative");
  });

  it("refuses arguments out of their range, and none", () => {
    const options: [object | undefined, string][] = [
      [undefined, "the options name no key for the random direction"],
      [{}, "the options name no key for the random direction"],
      [{ key: key(1), order: 3 }, "order must be 1 or 2, not 3"],
      [{ key: key(1), step: -1 }, "step must be a positive number, not -1"],
      [{ key: key(1), step: 0 }, "step must be a positive number, not 0"],
      [{ key: key(1), tolerance: Number.NaN }, "tolerance must be a positive number, not NaN"],
    ];
    for (const [given, message] of options) {
      // @ts-expect-error: the compiler refuses it as well
      const check = () => gradcheck((v: Tensor) => exp(v), [x], given);
      expect(check).toThrow(`gradcheck: ${message}`);
    }
    // @ts-expect-error: the compiler refuses it as well
    expect(() => gradcheck((v: Tensor) => exp(v), x, { key: key(1) })).toThrow("gradcheck: the inputs must be a list");
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
