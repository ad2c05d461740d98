import {
  add,
  assign,
  checkNumerics,
  key,
  type Mat,
  matmul,
  mul,
  norm,
  normal,
  ones,
  reference,
  type Scalar,
  scalar,
  startEngine,
  sum,
  type Tensor,
  tanh,
  tensor,
  topK,
  unrecorded,
  type Vec,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { checkpoint, grad, gradcheck, hessian, jacobian, jvp, stopGradient, valueAndGrad, vjp } from "./index.js";

describe("checkpoint", () => {
  const weight = normal(key(1), [4, 4]);
  const x = normal(key(2), [3, 4]);
  const block = (h: Mat<3, 4>): Mat<3, 4> => tanh(matmul(tanh(matmul(h, weight)), weight));
  const twice = (step: (h: Mat<3, 4>) => Mat<3, 4>) => (): Scalar => sum(mul(step(step(x)), x));

  it("has the function's gradients, also by tensors that the function reads without being given them", () => {
    const plain = valueAndGrad(twice(block), [x, weight]).grads;
    const { grads } = valueAndGrad(twice(checkpoint(block)), [x, weight]);
    for (const [at, { data }] of grads.entries())
      for (const [i, value] of data.entries()) expect(value).toBeCloseTo(plain[at].data[i], 5);
  });

  it("stands in derivatives of any order, and in another checkpoint", () => {
    const square = checkpoint((v: Vec<2>) => mul(v, v));
    const cube = checkpoint((v: Vec<2>) => sum(mul(square(v), v)));
    expect(grad(cube)(tensor([1, 2], [2])).toArray()).toEqual([3, 12]);
    expect(hessian(cube)(tensor([1, 2], [2])).toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(jvp(square, tensor([1, 2], [2]), ones([2]))[1].toArray()).toEqual([2, 4]);
    expect(vjp(square, tensor([1, 2], [2]))[1](ones([2])).toArray()).toEqual([2, 4]);
    gradcheck((w) => checkpoint((h: Tensor) => tanh(matmul(h.as([3, 4]), w.as([4, 4]))))(x), [weight], { key: key(3) });
  });

  it("takes and gives trees, and what it does not change", () => {
    const swapped = checkpoint(({ a, b }: { a: Scalar; b: Scalar }) => ({ a: b, b: mul(a, a) }));
    const gradient = grad((tree: { a: Scalar; b: Scalar }) => {
      const { a, b } = swapped(tree);
      return a.add(b);
    })({ a: scalar(3), b: scalar(4) });
    expect([gradient.a.item(), gradient.b.item()]).toEqual([6, 1]);
  });

  it("lets whole numbers pass that are not differentiated", () => {
    const largest = checkpoint((v: Vec<3>) => topK(v, 2, 0));
    const { values, indices: places } = largest(tensor([1, 3, 2], [3]));
    expect([values.toArray(), places.toArray()]).toEqual([
      [3, 2],
      [1, 2],
    ]);
    expect(grad((v: Vec<3>) => sum(largest(v).values))(tensor([1, 3, 2], [3])).toArray()).toEqual([0, 1, 1]);
    const { indices: none } = jacobian((v: Vec<3>) => topK(v, 1, 0))(tensor([1, 3, 2], [3]));
    expect(none.toArray()).toEqual([[0, 0, 0]]);
  });

  it("refuses what was overwritten since, constants too, and a function that does otherwise the second time", () => {
    const constant = tensor([1, 2], [2]);
    const [, pullBack] = vjp((v: Vec<2>) => checkpoint((at: Vec<2>) => mul(at, constant))(v), ones([2]));
    assign(constant, ones([2]));
    expect(() => pullBack(ones([2]))).toThrow("checkpoint: a tensor [2] was overwritten after the operation ran");
    let calls = 0;
    const moody = checkpoint((v: Scalar): Scalar[] => Array.from({ length: ++calls }, () => mul(v, 2)));
    expect(() => grad((v: Scalar) => moody(v)[0])(scalar(1))).toThrow(
      "checkpoint: the function gave [], and [], [] on the way back; it must do the same each time",
    );
    const shrinking = checkpoint((v: Vec<3>) => v.slice(0, 0, calls--).mul(2));
    expect(() => grad((v: Vec<3>) => sum(shrinking(v)))(ones([3]))).toThrow(
      "checkpoint: the function gave [2], and [1] on the way back; it must do the same each time",
    );
  });

  it("refuses a function that reads other tensors on the way back, or fewer", () => {
    const weights = [scalar(2), scalar(3), scalar(5)];
    const product = () => {
      let [h, i]: [Scalar, number] = [scalar(1), 0];
      for (; i < 2; i++) h = checkpoint((v: Scalar) => mul(v, weights[i]))(h);
      return h;
    };
    expect(() => valueAndGrad(product, weights)).toThrow(
      "checkpoint: the function reads a tensor [] on the way back that it did not read before; it must do the same each time",
    );
    let isFirst = true;
    const forgetful = checkpoint((v: Scalar) => {
      const read = isFirst ? mul(v, weights[0]) : mul(v, 2);
      isFirst = false;
      return read;
    });
    expect(() => valueAndGrad(() => forgetful(weights[1]), weights)).toThrow(
      "checkpoint: the function reads a tensor [] that it does not read again on the way back",
    );
  });

  it("takes the gradient of the second run, unnoticed, where a number or the places of weights have changed meanwhile", () => {
    let factor = 2;
    const scaled = checkpoint((v: Scalar) => mul(v, factor));
    const slope = grad((v: Scalar) => {
      const value = scaled(v);
      factor = 5;
      return value;
    });
    expect(slope(scalar(1)).item()).toBe(5);
    let weights = [scalar(2), scalar(3)];
    const squared = checkpoint(([v]: readonly Scalar[]) => mul(mul(v, weights[0]), mul(weights[0], weights[1])));
    const { grads } = valueAndGrad(() => {
      const loss = squared([scalar(1)]);
      weights = weights.toReversed();
      return loss;
    }, weights);
    expect(grads.map((each) => each.item())).toEqual([9, 12]); // of b b a, where the value is that of a a b: [12, 4]
  });

  it("may compute untraced within, under one who looks on", () => {
    const { backend: kernels } = startEngine({ threads: 1, kernels: "plain" });
    for (const backend of [kernels, reference])
      withBackend(backend, () => {
        const x = tensor([3, 4], [2]);
        const slope = checkNumerics(() => grad(checkpoint((v: Vec<2>) => norm(mul(v, 2))))(x));
        expect(slope.toArray().map((each) => Math.fround(each).toFixed(5))).toEqual(["1.20000", "1.60000"]);
        const held = checkNumerics(() => grad(checkpoint((v: Vec<2>) => sum(mul(v, stopGradient(mul(v, 1))))))(x));
        expect(held.toArray()).toEqual([3, 4]);
        const curvature = checkNumerics(() =>
          hessian(checkpoint((v: Vec<2>) => sum(mul(stopGradient(v), mul(v, v)))))(x),
        );
        expect(curvature.toArray()).toEqual([
          [6, 0],
          [0, 8],
        ]);
      });
  });

  it("refuses to overwrite a second time, on the way back, what it did not make", () => {
    const [count, weight] = [scalar(0), tensor([1, 2], [2])];
    const counting = checkpoint((v: Vec<2>): Vec<2> => {
      unrecorded(() => assign(count, add(count, 1)));
      const room = zeros([2]);
      assign(room, ones([2]));
      return mul(v, room);
    });
    expect(counting(weight).toArray()).toEqual([1, 2]);
    expect(() => grad((v: Vec<2>) => sum(counting(v)))(weight)).toThrow(
      "checkpoint: the function overwrites a tensor [] that it did not make, and would once more on the way back; return what it is overwritten by, and overwrite it outside",
    );
    expect(count.item()).toBe(2);
  });

  it("holds less memory than the function itself", () => {
    const { backend: kernels, memory } = startEngine({ threads: 1, kernels: "plain" });
    const deep = (h: Tensor): Tensor => {
      let at = h;
      for (let layer = 0; layer < 16; layer++) at = tanh(at);
      return at;
    };
    const most = (step: (h: Tensor) => Tensor): number =>
      withBackend(kernels, () => {
        const input = normal(key(4), [64, 1024]);
        memory();
        valueAndGrad(() => sum(step(step(step(step(input))))), [input]);
        return memory().peak;
      });
    const withCheckpoints = most(checkpoint(deep));
    expect(withCheckpoints).toBeLessThan(most(deep) / 2);
  });
});
