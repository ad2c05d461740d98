import {
  exp,
  type Mat,
  matmul,
  mul,
  ones,
  type Scalar,
  scalar,
  softmax,
  sum,
  tensor,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { grad, hessian, hvp, jacobian } from "./index.js";

const x = tensor([1, 2], [2]);
const cubes = (at: Vec<2>): Scalar => sum(mul(mul(at, at), at));

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
