import {
  assign,
  exp,
  gruCell,
  indices,
  key,
  logSumExp,
  type Mat,
  matmul,
  mul,
  normal,
  ones,
  reference,
  reference64,
  type Scalar,
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
import { checkpoint, grad, hessian, hvp, jacobian, jvp, stopGradient, valueAndGrad, vjp } from "./index.js";

const x = tensor([1, 2], [2]);
const cubes = (at: Vec<2>): Scalar => sum(mul(mul(at, at), at));

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
      "vjp: the cotangent at squares is [3], and must be [2]",
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
    expect(() => jvp((at: Vec<2>) => at, x, ones([3]))).toThrow("jvp: the tangent is [3], and must be [2]");
  });
});

describe("hvp, jacobian and hessian", () => {
  it("agree on a function of a vector", () => {
    expect(hessian(cubes)(x).toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
    expect(hvp(cubes, x, tensor([1, 10], [2])).toArray()).toEqual([6, 120]);
  });

  it("have the shapes [...value, ...input]", () => {
    const wide = jacobian((at: Mat<2, 3>) => matmul(at, ones([3, 4])))(ones([2, 3]));
    expect(wide.shape).toEqual([2, 4, 2, 3]);
    expect(hessian((at: Mat<2, 3>) => sum(exp(at)))(zeros([2, 3])).shape).toEqual([2, 3, 2, 3]);
    expect(jacobian((at: Scalar) => mul(at, at))(scalar(3)).item()).toBe(6);
    expect(jacobian((at: Vec<2>) => at.slice(0, 0, 0))(x).shape).toEqual([0, 2]);
  });

  it("take trees: a tree like the value, of trees like the input", () => {
    const fn = ({ a, b }: { a: Scalar; b: Vec<2> }) => ({ scaled: mul(b, a), total: [sum(b)] as const });
    const { scaled, total } = jacobian(fn)({ a: scalar(3), b: x });
    expect(scaled.a.toArray()).toEqual([1, 2]);
    expect(scaled.b.toArray()).toEqual([
      [3, 0],
      [0, 3],
    ]);
    expect([total[0].a.item(), total[0].b.toArray()]).toEqual([0, [1, 1]]);
  });

  it("compose: the jacobian of a gradient is the hessian, the gradient of a jacobian's trace is right", () => {
    const twice = jacobian(grad(cubes))(x).toArray();
    expect(twice).toEqual(hessian(cubes)(x).toArray());
    const weights = tensor([1, 2, 1, 2], [2, 2]);
    const trace = (at: Vec<2>): Scalar => sum(mul(jacobian((z: Vec<2>) => mul(mul(z, z), z))(at), weights));
    // d/dz of sum over (3 z_i^2 [i = j]) x_j is 6 z_i x_i.
    expect(grad(trace)(tensor([5, 7], [2])).toArray()).toEqual([30, 84]);
    expect(hvp((at: Scalar) => at.sigmoid(), scalar(0.5), scalar(1)).item()).toBeCloseTo(
      Math.tanh(0.25) * -0.5 * (1 - Math.tanh(0.25) ** 2) * 0.5,
      5,
    );
  });

  it("differentiate softmax, a fused operation, as its textbook Jacobian", () => {
    const p = softmax(x, 0).toArray();
    const expected = p.map((a, i) => p.map((b, j) => a * ((i === j ? 1 : 0) - b)));
    for (const [i, row] of jacobian((at: Vec<2>) => softmax(at, 0))(x)
      .toArray()
      .entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[i][j], 6);
  });
});

describe("a tree", () => {
  it("may be an interface, of a part that stands in it twice, and keeps optional parts", () => {
    interface Layer {
      readonly weight: Vec<2>;
      readonly bias?: Scalar;
    }
    const layer: Layer = { weight: x };
    const slopes = grad(([first, second]: readonly Layer[]) => sum(mul(first.weight, second.weight)))([layer, layer]);
    expect(slopes.map((each) => each.weight.toArray())).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(Object.keys(slopes[0])).toEqual(["weight"]);
  });

  it("has an end, and is named where it has none", () => {
    const cyclic: { w: Scalar; parts: object[] } = { w: scalar(1), parts: [] };
    cyclic.parts.push({ back: cyclic });
    const end = "a tree has an end, and parts[0].back is an object that it lies in itself";
    // The compiler cannot tell: each is of the type of a tree.
    expect(() => grad(({ w }: typeof cyclic) => w)(cyclic)).toThrow(`grad: ${end}`);
    expect(() => jvp(({ w }: typeof cyclic) => w, cyclic, cyclic)).toThrow(`jvp: ${end}`);
    expect(() => hvp(({ w }: typeof cyclic) => w, cyclic, cyclic)).toThrow(`hvp: ${end}`);
    expect(() => vjp(() => cyclic, x)).toThrow(`vjp: ${end}`);
    expect(() => stopGradient(cyclic)).toThrow(`stopGradient: ${end}`);
  });

  it("is refused by the name of the operation that was called, with what to do", () => {
    const wide = (at: Vec<2>): Vec<2> => mul(at, 2);
    // @ts-expect-error: the compiler refuses it as well
    expect(() => hvp(wide, x, x)).toThrow("hvp: the function must return a scalar, not [2]");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => hessian(wide)(x)).toThrow("hessian: the function must return a scalar, not [2]");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => jacobian(async () => x)(x)).toThrow("jacobian: the function must not be asynchronous");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => checkpoint(async () => x)()).toThrow("checkpoint: the function must not be asynchronous");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => vjp(() => ({ a: undefined }), x)).toThrow("vjp: a tree holds tensors alone, and a is undefined");
    // @ts-expect-error: the compiler refuses it as well
    expect(() => valueAndGrad(() => sum(x), { x, rate: 1 })).toThrow(
      "rate is a number; leave it out of the parameters",
    );
    function* numbers() {
      yield x;
    }
    // @ts-expect-error: the compiler refuses it as well
    expect(() => vjp(numbers, x)).toThrow(
      "vjp: a tree is made of arrays and plain objects, and the function's value is neither",
    );
  });

  it("holds no whole numbers where a cotangent, a tangent or a vector stands", () => {
    const whole = indices([1, 2]);
    const squares = (at: Tensor): Tensor => mul(at, at);
    const refused = (what: string): string => `the ${what} is of int32, and must be float32`;
    expect(() => vjp(squares, x)[1](whole)).toThrow(refused("cotangent"));
    expect(() => jvp(squares, x, whole)).toThrow(refused("tangent"));
    expect(() => hvp((at: Tensor) => sum(squares(at)), x, whole)).toThrow(refused("vector"));
  });

  it("may be empty, and holds no whole numbers to differentiate by", () => {
    expect(hvp((_: Record<string, Scalar>) => scalar(1), {}, {})).toEqual({});
    expect(() => grad((at: Tensor) => sum(mul(at, 2)))(indices([1, 2]))).toThrow(
      "grad: it is of int32, and nothing has a derivative by whole numbers; hand it over as a further argument",
    );
    // @ts-expect-error: the compiler refuses it as well
    expect(() => vjp(async (at: Scalar) => at, scalar(1))).toThrow("vjp: the function must not be asynchronous");
  });

  it("holds tensors alone, in arrays and plain objects", () => {
    // @ts-expect-error: the compiler refuses it as well
    expect(() => grad(({ a }: { a: Scalar; rate: number }) => mul(a, a))({ a: scalar(1), rate: 2 })).toThrow(
      "grad: a tree holds tensors alone, and rate is a number; hand it over as a further argument",
    );
    class Layer {
      readonly weight = scalar(2);
    }
    // A class with fields of tensors has the type of a tree; what came back would be no Layer.
    expect(() => grad(({ weight }: { weight: Scalar }) => mul(weight, weight))(new Layer())).toThrow(
      "grad: a tree is made of arrays and plain objects, and it is a Layer; hand over its fields, as { ...it }, or, for a model, use valueAndGrad",
    );
    expect(grad(({ weight }: Layer) => mul(weight, weight))({ ...new Layer() }).weight.item()).toBe(4);
  });
});
