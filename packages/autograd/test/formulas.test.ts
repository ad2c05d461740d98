import {
  concatenate,
  type Expression,
  elementwise,
  fold,
  key,
  normal,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  tensor,
  type Vec,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { grad, gradcheck } from "../src/index.js";

describe("formulas of the user's own", () => {
  const check = (fn: (...x: Tensor[]) => Tensor, inputs: readonly Tensor[]): void =>
    gradcheck(fn, inputs, { key: key(1) });
  const at = (name: string): Tensor => normal(fold(key(2), name), [2, 3]);

  it("have derived derivatives, of first and second order", () => {
    const softsign = elementwise("softsign", (x: Expression) => x.div(x.mul(x).add(1).sqrt()));
    check((x) => softsign(x), [at("x")]);
  });

  it("of several results are differentiated at once", () => {
    const rotation = elementwise(
      "rotation",
      (x: Expression, y: Expression, angle: Expression) =>
        [x.mul(angle.cos()).sub(y.mul(angle.sin())), x.mul(angle.sin()).add(y.mul(angle.cos()))] as const,
    );
    check((x, y, angle) => concatenate([...rotation(x, y, angle)], 0), [at("x"), at("y"), normal(key(3), [3])]);
  });

  it("use the derivative that they give, in other formulas as well", () => {
    const seen = elementwise("seen", (x: Expression) => x.mul(x), { d: [(x, output) => x.add(output)] });
    const outer = elementwise("outer", (x: Expression) => seen(x.mul(2)).mul(10));
    expect(grad((x: Scalar) => seen(x))(scalar(3)).item()).toBe(12);
    expect(grad((x: Scalar) => outer(x))(scalar(1)).item()).toBe(10 * (2 + 4) * 2);
  });

  describe("discard the branch that select does not take, whatever it holds", () => {
    const slopes = (formula: (x: Expression) => Expression, order: 1 | 2 = 1): unknown => {
      const op = elementwise("chosen", formula);
      const first = (x: Vec<3>): Vec<3> => grad((v: Vec<3>) => sum(op(v)))(x);
      const at = tensor([-1, 0, 4], [3]);
      return (order === 1 ? first(at) : grad((v: Vec<3>) => sum(first(v)))(at)).toArray();
    };

    it("on either side", () => {
      expect(slopes((x) => x.gt(0).select(x.log(), 0))).toEqual([0, 0, 0.25]);
      expect(slopes((x) => x.gt(0).select(x.sqrt(), 0))).toEqual([0, 0, 0.25]);
      expect(slopes((x) => x.le(0).select(0, x.log().neg()))).toEqual([0, 0, -0.25]);
      expect(slopes((x) => x.gt(0).select(x.log(), x.mul(3)))).toEqual([3, 3, 0.25]);
      expect(slopes((x) => x.gt(0).select(x.log(), 0).add(x))).toEqual([1, 1, 1.25]);
    });

    it("within each other, and where two masks choose the same", () => {
      expect(slopes((x) => x.gt(0).select(x.gt(1).select(x.log(), x.div(0)), 0))).toEqual([0, 0, 0.25]);
      const twice = (x: Expression): Expression =>
        x
          .gt(0)
          .select(x.log(), 0)
          .add(x.gt(1).select(x.log().mul(2), 0));
      expect(slopes(twice)).toEqual([0, 0, 0.75]);
    });

    it("in second derivatives", () => {
      expect(slopes((x) => x.gt(0).select(x.log(), 0), 2)).toEqual([0, 0, -0.0625]);
      expect(slopes((x) => x.gt(0).select(x.sqrt(), 0), 2)).toEqual([0, 0, -0.03125]);
    });
  });
});
