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

  it("discard the branch that select does not take, whatever it holds", () => {
    const safe = elementwise("safe", (x: Expression) => x.gt(0).select(x.gt(0).select(x, 1).log(), 0));
    expect(grad((x: Vec<3>) => sum(safe(x)))(tensor([-1, 0, 2], [3])).toArray()).toEqual([0, 0, 0.5]);
  });
});
