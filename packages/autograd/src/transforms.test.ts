import {
  assign,
  exp,
  gruCell,
  key,
  logSumExp,
  mul,
  normal,
  ones,
  reference,
  reference64,
  type Scalar,
  ShapeError,
  scalar,
  scope,
  softmax,
  square,
  startEngine,
  sum,
  type Tensor,
  tanh,
  tensor,
  type Vec,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { grad, hessian, hvp, jacobian, jvp, vjp } from "./index.js";

const x = tensor([1, 2], [2]);

describe("vjp", () => {
  it("gives the value, and a pull-back that may be called again and again", () => {
    const [y, pullBack] = vjp((at: Vec<2>) => mul(at, at), x);
    expect(y.toArray()).toEqual([1, 4]);
    expect(pullBack(ones([2])).toArray()).toEqual([2, 4]);
    expect(pullBack(tensor([10, 0], [2])).toArray()).toEqual([20, 0]);
    expect(pullBack(y).toArray()).toEqual([2, 16]);
  });

  it("may be called again within one scope, and frees nothing that the next call needs", () => {
    const twice = scope(() => {
      const [y, pullBack] = vjp((at: Vec<2>) => tanh(mul(exp(at), at)), x);
      return [pullBack(ones([2])), pullBack(y), pullBack(ones([2]))];
    });
    expect(twice[2].toArray()).toEqual(twice[0].toArray());
  });

  it("may be called again within a derivative around it, in linear memory too", () => {
    const through = (at: Vec<3>): Vec<3> => {
      const middle = tanh(at);
      return mul(mul(middle, middle), middle).as([3]);
    };
    const twice = grad((at: Vec<3>) => {
      const [y, pullBack] = vjp(through, at);
      return sum(pullBack(y).add(pullBack(ones([3]))));
    });
    const trace = grad((at: Vec<3>) => sum(square(jacobian(through)(at))));
    const at = tensor([0.5, -0.3, 0.8], [3]);
    const { backend } = startEngine({ threads: 1, kernels: "plain" });
    for (const derivative of [twice, trace]) {
      const inLinearMemory = withBackend(backend, () => derivative(at).toArray());
      const onHeap = withBackend(reference, () => derivative(at).toArray());
      for (const [n, value] of inLinearMemory.entries()) expect(value).toBeCloseTo(onHeap[n], 5);
    }
  });

  it("goes through a recurrent unit at a zero cotangent, too", () => {
    const cell = (share: Vec<2>): Vec<2> => gruCell(share, share, share, share, share, share, share)[0];
    const at = tensor([0.4, -0.2], [2]);
    const [, pullBack] = vjp(cell, at);
    const ofCotangent = vjp(pullBack, zeros([2]))[1](ones([2]));
    expect(ofCotangent.toArray()).toEqual(jvp(cell, at, ones([2]))[1].toArray());
    expect(Math.abs(ofCotangent.toArray()[0])).toBeGreaterThan(0.1);
  });

  it("takes trees in and gives trees out, further arguments passed through", () => {
    const tree = { a: scalar(2), list: [scalar(3)] as const };
    const fn = ({ a, list: [b] }: typeof tree, factor: number) => ({
      product: mul(mul(a, b), factor),
      sum: [a.add(b)],
    });
    const [value, pullBack] = vjp(fn, tree, 10);
    expect([value.product.item(), value.sum[0].item()]).toEqual([60, 5]);
    const gradient = pullBack({ product: scalar(1), sum: [scalar(100)] });
    expect([gradient.a.item(), gradient.list[0].item()]).toEqual([130, 120]);
  });

  it("gives zeros by what has no influence", () => {
    const [, pullBack] = vjp(({ a }: { a: Scalar; b: Vec<2> }) => mul(a, a), { a: scalar(3), b: x });
    expect(pullBack(scalar(1)).b.toArray()).toEqual([0, 0]);
  });

  it("refuses a cotangent of another form, naming the place", () => {
    const [, pullBack] = vjp((at: Vec<2>) => ({ squares: mul(at, at), rest: [at] }), x);
    // @ts-expect-error: the compiler refuses it as well
    expect(() => pullBack({ squares: ones([3]), rest: [x] })).toThrow(
      new ShapeError("vjp", "the cotangent at squares is [3], and must be [2]", [[3], [2]]),
    );
    // @ts-expect-error: the compiler refuses it as well
    expect(() => pullBack({ squares: x })).toThrow("vjp: the cotangent has squares, and must have squares, rest");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => pullBack(x)).toThrow("vjp: the cotangent is a tensor, and must have squares, rest");
    expect(() => pullBack({ squares: x, rest: [] })).toThrow("vjp: the cotangent at rest has nothing, and must have 0");
  });

  it("refuses to pull back what was overwritten since, as by an optimizer's step", () => {
    const weight = tensor([1, 2], [2]);
    const [, pullBack] = vjp((at: Vec<2>) => mul(at, weight), x);
    assign(weight, zeros([2]));
    expect(() => pullBack(x)).toThrow("mul: a tensor [2] was overwritten after the operation ran");
  });
});

describe("jvp", () => {
  it("gives the value and how it moves along a tangent", () => {
    const [y, dy] = jvp((at: Vec<2>) => mul(at, at), x, tensor([1, 10], [2]));
    expect([y.toArray(), dy.toArray()]).toEqual([
      [1, 4],
      [2, 40],
    ]);
  });

  it("takes trees, and further arguments", () => {
    const fn = ({ a, b }: { a: Scalar; b: Scalar }, power: number) => [mul(a, b), mul(a, power)] as const;
    const [, [product, multiple]] = jvp(fn, { a: scalar(2), b: scalar(3) }, { a: scalar(1), b: scalar(0) }, 7);
    expect([product.item(), multiple.item()]).toEqual([3, 7]);
  });

  it("is zero where the value does not depend on the input", () => {
    expect(jvp((_: Vec<2>) => ones([3]), x, x)[1].toArray()).toEqual([0, 0, 0]);
  });

  it("goes through fused operations", () => {
    const at = normal(key(1), [5, 7]);
    const fn = (values: typeof at) => mul(softmax(values, 1), logSumExp(values, 1).reshape([5, 1]));
    const [along, cotangent] = [normal(key(4), [5, 7]), normal(key(5), [5, 7])];
    const forwards = sum(mul(jvp(fn, at, along)[1], cotangent)).item();
    const backwards = sum(mul(vjp(fn, at)[1](cotangent), along)).item();
    expect(forwards).toBeCloseTo(backwards, 5);
  });

  it("nests, in itself and in gradients, through fused operations", () => {
    withBackend(reference64, () => {
      const fn = (at: Vec<3>): Scalar => logSumExp(mul(softmax(at, 0), at));
      const [at, along] = [tensor([0.5, -0.3, 0.8], [3]), tensor([1, -2, 0.5], [3])];
      const slope = (x: Vec<3>): Scalar => jvp(fn, x, along)[1];
      const near = (found: readonly number[], wanted: readonly number[], digits: number): void => {
        for (const [n, value] of found.entries()) expect(value).toBeCloseTo(wanted[n], digits);
      };
      const curved = (by: number): number[] => hvp(fn, at.add(mul(along, by)), along).toArray();
      const second = curved(0);
      near(jvp(grad(fn), at, along)[1].toArray(), second, 10);
      near(grad(slope)(at).toArray(), second, 10);
      near(hessian(slope)(at).toArray().flat(), jacobian(grad(slope))(at).toArray().flat(), 10);
      const dot = (vector: readonly number[]): number => vector.reduce((total, v, n) => total + v * along.data[n], 0);
      near([jvp(slope, at, along)[1].item()], [dot(second)], 10);
      const before = curved(-1e-4);
      const third = curved(1e-4).map((value, n) => (value - before[n]) / 2e-4);
      near(hvp(slope, at, along).toArray(), third, 5);
      near([jvp((x: Vec<3>) => jvp(slope, x, along)[1], at, along)[1].item()], [dot(third)], 5);
    });
  });

  it("holds no more than a way there, a way back and the derivative of that", () => {
    const { backend: kernels, memory } = startEngine({ threads: 1, kernels: "plain" });
    withBackend(kernels, () => {
      const at = normal(key(1), [64, 64]);
      const chain = (from: Tensor): Tensor => {
        let y = from;
        for (let layer = 0; layer < 100; layer++) y = softmax(y, 1);
        return y;
      };
      jvp(chain, at, at);
      const before = memory();
      jvp(chain, at, at);
      expect((memory().peak - before.used) / at.size / 4).toBeLessThan(4.5 * 100);
    });
  });

  it("refuses a tangent of another shape", () => {
    // @ts-expect-error: the compiler refuses it as well
    expect(() => jvp((at: Vec<2>) => at, x, ones([3]))).toThrow(
      new ShapeError("jvp", "the tangent is [3], and must be [2]", [[3], [2]]),
    );
  });
});
