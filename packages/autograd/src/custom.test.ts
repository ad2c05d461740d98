import { exp, key, mul, ones, type Scalar, ShapeError, scalar, sum, tensor, type Vec } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { checkpoint, customVjp, grad, gradcheck, jacobian, jvp, stopGradient, vjp } from "./index.js";

describe("stopGradient", () => {
  it("makes constants of a tensor or of all in a tree", () => {
    expect(grad((x: Scalar) => mul(x, stopGradient(x)))(scalar(3)).item()).toBe(3);
    const gradient = grad((x: Scalar) => {
      const { a, list } = stopGradient({ a: x, list: [mul(x, 2)] });
      return x.add(a).add(list[0]);
    });
    expect(gradient(scalar(5)).item()).toBe(1);
  });

  it("holds for every derivative around it", () => {
    const nested = grad((x: Scalar) => grad((y: Scalar) => mul(mul(y, y), stopGradient(y)))(x));
    expect(nested(scalar(3)).item()).toBe(6);
  });
});

describe("customVjp", () => {
  /** `x^3`, with a derivative that is not its own. */
  const odd = customVjp(
    (x: Scalar) => mul(mul(x, x), x),
    (x, _, cotangent) => mul(mul(x, x), mul(cotangent, 100)),
  );

  it("has the rule's gradient in the place of the function's, and the rule's own derivative for the second one", () => {
    expect(odd(scalar(2)).item()).toBe(8);
    expect(grad(odd)(scalar(2)).item()).toBe(400);
    expect(grad(grad(odd))(scalar(2)).item()).toBe(400);
    expect(jvp(odd, scalar(2), scalar(3))[1].item()).toBe(1200);
  });

  it("hands its value to the rule, and takes trees", () => {
    const softly = customVjp(
      ({ x }: { x: Vec<2> }) => [exp(x)] as const,
      (_, [value], [cotangent]) => ({ x: mul(value, cotangent) }),
    );
    gradcheck((x) => softly({ x: x.as([2]) })[0], [tensor([0.3, -1])], { key: key(1) });
  });

  it("may return its argument, whose gradient then passes through the rule once", () => {
    const halved = customVjp(
      (x: Scalar) => x,
      (_, __, cotangent) => mul(cotangent, 0.5),
    );
    expect(grad((x: Scalar) => halved(x).add(x))(scalar(7)).item()).toBe(1.5);
  });

  it("may give a tensor from elsewhere for a gradient, again and again, and read constants", () => {
    const gradients = grad((x: Vec<2>) => {
      const slopes = tensor([7, 8], [2]);
      const fixed = customVjp(
        (v: Vec<2>) => mul(v, stopGradient(mul(x, 2))),
        () => slopes,
      );
      return sum(fixed(x)).add(sum(mul(fixed(x), slopes)));
    })(ones([2]));
    expect(gradients.toArray()).toEqual([14, 16]);
  });

  it("refuses a function that reads what is differentiated beside its argument, and a gradient of another form", () => {
    expect(() =>
      grad((w: Vec<2>) =>
        sum(
          customVjp(
            (x: Vec<2>) => mul(x, w),
            (x) => x,
          )(ones([2])),
        ),
      )(ones([2])),
    ).toThrow(
      "customVjp: the function reads a tensor of shape [2] that is being differentiated and is no part of its argument",
    );
    const wrong = customVjp(
      (x: Scalar) => mul(x, 2),
      // @ts-expect-error: the compiler refuses it as well
      () => ones([3]),
    );
    expect(() => grad(wrong)(scalar(1))).toThrow(
      new ShapeError("customVjp", "the gradient is [3], and must be []", [[3], []]),
    );
  });
});

describe("customVjp and checkpoint", () => {
  it("say what is wrong with the function's value", () => {
    // @ts-expect-error: the compiler refuses it as well
    const nothing: (v: Scalar) => Scalar = () => {};
    const message = "the function's value is undefined; did you forget to return it?";
    const calls = [
      () => checkpoint(nothing)(scalar(1)),
      () => customVjp(nothing, (v) => v)(scalar(1)),
      () => vjp(nothing, scalar(1)),
      () => jvp(nothing, scalar(1), scalar(1)),
      () => jacobian(nothing)(scalar(1)),
      () => gradcheck(nothing, [scalar(1)], { key: key(1) }),
    ];
    for (const call of calls) expect(call).toThrow(message);
  });
});
