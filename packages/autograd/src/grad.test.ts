import {
  add,
  alias,
  apply,
  assign,
  defineOp,
  exp,
  expand,
  gather,
  indices,
  logSumExp,
  type Mat,
  mul,
  type Op,
  ones,
  type Scalar,
  scalar,
  segmentSum,
  stack,
  sum,
  type Tensor,
  tanh,
  tensor,
  untraced,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { grad, valueAndGrad } from "./index.js";

const close = (got: Tensor, wanted: readonly number[]): void => {
  expect(got.size).toBe(wanted.length);
  wanted.forEach((value, at) => {
    expect(got.data[at]).toBeCloseTo(value, 5);
  });
};

describe("grad", () => {
  it("differentiates a scalar function by its argument", () => {
    const gradient = grad((x: Vec<3>) => sum(mul(x, x)))(tensor([1, 2, 3], [3]));
    expect(gradient.toArray()).toEqual([2, 4, 6]);
  });

  it("tells the inner variable from the outer where they are the same tensor: the derivative of x y by y is x", () => {
    const nested = grad((x: Scalar) => grad((y: Scalar) => mul(x, y))(x));
    expect(nested(scalar(3)).item()).toBe(1);
  });

  it("can be taken again and again", () => {
    let derivative: (x: Scalar) => Scalar = (x) => exp(mul(x, 2));
    for (let order = 1; order <= 4; order++) {
      derivative = grad(derivative);
      close(derivative(scalar(0.3)), [2 ** order * Math.exp(0.6)]);
    }
  });

  it("adds what reaches an input by several ways, and undoes broadcasts", () => {
    const gradient = grad(([x, y]: readonly [Mat<2, 3>, Vec<3>]) => sum(add(mul(x, y), mul(x, x))));
    const [byX, byY] = gradient([ones([2, 3]), tensor([1, 2, 3], [3])]);
    expect(byX.toArray()).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ]);
    expect(byY.toArray()).toEqual([2, 2, 2]);
  });

  it("takes trees of tensors and gives trees back", () => {
    const tree = { weight: ones([2]), layers: [scalar(2), { bias: scalar(5) }] as const };
    const gradient = grad((x: typeof tree) => sum(mul(x.weight, mul(x.layers[0], x.layers[1].bias))))(tree);
    expect(gradient.weight.toArray()).toEqual([10, 10]);
    expect(gradient.layers[0].item()).toBe(10);
    expect(gradient.layers[1].bias.item()).toBe(4);
  });

  it("passes further arguments through", () => {
    const gradient = grad((x: Scalar, factor: number, other: Scalar) => mul(mul(x, factor), other));
    expect(gradient(scalar(1), 3, scalar(5)).item()).toBe(15);
  });

  it("is zero by what the function does not use, and by what it reaches by another name", () => {
    expect(grad((_: Vec<2>) => scalar(1))(zeros([2])).toArray()).toEqual([0, 0]);
    const x = scalar(3);
    expect(grad((_: Scalar) => mul(x, x))(x).item()).toBe(0);
  });

  it("does not follow what runs untraced", () => {
    expect(
      grad((x: Scalar) =>
        add(
          x,
          untraced(() => mul(x, x)),
        ),
      )(scalar(4)).item(),
    ).toBe(1);
  });

  it("gives one gradient per input where the same tensor stands twice in a tree", () => {
    const x = scalar(2);
    const [first, second] = grad(([a, b]: readonly [Scalar, Scalar]) => mul(mul(a, a), b))([x, x]);
    expect([first.item(), second.item()]).toEqual([8, 4]);
  });

  it("refuses functions that give no scalar", () => {
    // @ts-expect-error: the compiler refuses it as well
    expect(() => grad((x: Vec<2>) => mul(x, 2))(zeros([2]))).toThrow(
      "grad: the function must return a scalar, not [2]; take its sum or mean",
    );
    // @ts-expect-error: the compiler refuses it as well
    expect(() => grad(() => 5)(zeros([2]))).toThrow("grad: the function must return a scalar tensor");
  });
});

describe("valueAndGrad", () => {
  const x = tensor([1, 2], [2]);
  const weight = tensor([3, 4], [2]);

  it("gives value, gradients in the order of the parameters, and all that the function returned", () => {
    const result = valueAndGrad(() => ({ loss: sum(mul(x, weight)), note: "kept" }), [weight, x]);
    expect(result.value.item()).toBe(11);
    expect(result.grads.map((gradient) => gradient.toArray())).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(result.aux.note).toBe("kept");
    expect(result.aux.loss).toBe(result.value);
  });

  it("takes a bare scalar too", () => {
    const { value, aux, grads } = valueAndGrad(() => sum(x), [x]);
    expect([value.item(), aux === value, ...grads[0].data]).toEqual([3, true, 1, 1]);
  });

  it("goes by identity: a parameter reached through a closure counts", () => {
    const forward = (): Scalar => sum(tanh(x));
    close(valueAndGrad(forward, [x]).grads[0], [1 - Math.tanh(1) ** 2, 1 - Math.tanh(2) ** 2]);
  });

  it("gives zeros for a parameter that is not reached", () => {
    expect(valueAndGrad(() => sum(x), [x, weight]).grads[1].toArray()).toEqual([0, 0]);
  });

  it("gives each parameter a gradient of its own memory, which may be overwritten", () => {
    const [a, b] = [scalar(1), scalar(2)];
    const wide = zeros([2, 3]);
    const { grads } = valueAndGrad(() => add(sum(stack([alias(a), b])), sum(wide)), [a, b, wide]);
    assign(grads[0], scalar(9));
    assign(grads[2], tensor([1, 2, 3, 4, 5, 6], [2, 3]));
    expect(grads[1].item()).toBe(1);
    expect(grads[2].toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("gives two parameters that receive the same gradient one each", () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])];
    const { grads } = valueAndGrad(() => sum(mul(add(a, b), 2)), [a, b]);
    assign(grads[0], tensor([8, 9]));
    expect(grads[1].toArray()).toEqual([2, 2]);
  });

  it("refuses a loss that reaches no parameter, and one that is no scalar", () => {
    expect(() => valueAndGrad(() => sum(x), [weight])).toThrow(
      "valueAndGrad: the loss depends on none of the parameters",
    );
    // @ts-expect-error: the compiler refuses it as well
    expect(() => valueAndGrad(() => mul(x, x), [x])).toThrow(
      "valueAndGrad: the function must return a scalar, not [2]; take its sum or mean",
    );
    // @ts-expect-error: the compiler refuses it as well
    expect(() => valueAndGrad(async () => sum(x), [x])).toThrow("valueAndGrad: the function must not be asynchronous");
  });

  it("can stand within grad", () => {
    const outer = grad((y: Scalar) => sum(valueAndGrad(() => mul(y, sum(mul(x, x))), [x]).grads[0]));
    expect(outer(scalar(1)).item()).toBe(6);
  });

  it("can be the inner one of a second derivative by the same parameter", () => {
    const p = scalar(2);
    const inner = (): Scalar => valueAndGrad(() => mul(mul(p, p), p), [p]).grads[0];
    expect(valueAndGrad(inner, [p]).grads[0].item()).toBe(12);
  });
});

describe("a rule", () => {
  /** The same numbers, with ten times the gradient. */
  const tenfold = (name: string, plain: (x: Tensor) => Tensor) => {
    const op: Op<undefined> = {
      name,
      shape: ([shape]) => [shape],
      plain: ([x]) => [plain(x)],
      vjp: ({ gradients: [g] }) => [mul(g, 10)],
    };
    return (x: Scalar): Scalar => apply(op, [x], undefined)[0].as([]);
  };

  it("holds for its operation alone where that returns its input, or a tensor that is older", () => {
    const same = tenfold("same", (x) => x);
    expect(grad((x: Scalar) => add(x, same(x)))(scalar(1)).item()).toBe(11);
    const five = scalar(5);
    const fixed = tenfold("fixed", () => five);
    expect(grad((x: Scalar) => add(fixed(x), mul(five, x)))(scalar(1)).item()).toBe(15);
    expect(grad((x: Scalar) => mul(fixed(x), five))(scalar(1)).item()).toBe(50);
  });

  it("keeps what it needs when the caller's array changes afterwards", () => {
    const [rows, shape] = [[1, 2], [3]];
    const gradient = grad((x: Vec<3>) => {
      const parts = sum(mul(segmentSum(x, rows), segmentSum(x, rows)));
      const wide = sum(expand(sum(x), shape));
      rows.reverse();
      shape[0] = 9;
      return add(parts, wide);
    })(tensor([1, 2, 3], [3]));
    expect(gradient.toArray()).toEqual([5, 13, 13]);
  });

  it("of logSumExp gives no share to minus infinity, and passes NaN on", () => {
    const slopes = (...values: number[]): unknown => grad((x: Vec) => logSumExp(x))(tensor(values)).toArray();
    const { POSITIVE_INFINITY: far, NEGATIVE_INFINITY: nothing, NaN: none } = Number;
    expect(slopes(nothing, 2)).toEqual([0, 1]);
    expect(slopes(nothing, nothing)).toEqual([0, 0]);
    expect(slopes(far, 1)).toEqual([none, 0]);
    expect(slopes(none, 1)).toEqual([none, none]);
  });
});

describe("operations without a derivative", () => {
  const roundedOp: Op<undefined> = {
    name: "rounded",
    shape: ([shape]) => [shape],
    plain: ([x]) => [mul(x, 1)],
    vjp: { none: "it jumps; use it on data, outside what is differentiated" },
  };
  const rounded = defineOp(roundedOp, (x: Tensor) => apply(roundedOp, [x], undefined)[0]);

  it("run, and say which they are and why when a gradient comes by", () => {
    expect(rounded(scalar(2)).item()).toBe(2);
    expect(() => grad((x: Vec<2>) => sum(rounded(x)))(zeros([2]))).toThrow(
      "rounded has no derivative: it jumps; use it on data, outside what is differentiated",
    );
  });

  it("do not matter where their result is not used", () => {
    const gradient = grad((x: Scalar) => {
      rounded(x);
      return mul(x, x);
    });
    expect(gradient(scalar(2)).item()).toBe(4);
  });

  it("leave indices alone", () => {
    const gradient = grad((x: Vec<3>) => sum(gather(x, indices([0, 0, 2]), 0)))(zeros([3]));
    expect(gradient.toArray()).toEqual([2, 0, 1]);
  });
});
