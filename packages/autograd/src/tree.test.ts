import { indices, mul, type Scalar, scalar, sum, type Tensor, tensor, type Vec } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { checkpoint, grad, hessian, hvp, jacobian, jvp, stopGradient, valueAndGrad, vjp } from "./index.js";

const x = tensor([1, 2], [2]);

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
