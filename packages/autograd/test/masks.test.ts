import { describe, expect, it } from "vitest";
import {
  abs,
  argsort,
  clip,
  determinant,
  eye,
  grad,
  hvp,
  jvp,
  logDeterminant,
  logSumExp,
  type Mat,
  mul,
  norm,
  type Scalar,
  sort,
  sqrt,
  standardDeviation,
  sum,
  type Tensor,
  tensor,
  topK,
  type Vec,
} from "../src/index.js";
import * as example from "./masks-example.js";

const { NaN: none } = Number;
const rounded = (x: Tensor): number[] => Array.from(x.data, (value) => Math.round(1000 * value) / 1000 + 0);

describe("the page on masks", () => {
  it("shows a program that computes what it says", () => {
    expect(Object.fromEntries(Object.entries(example).map(([name, value]) => [name, rounded(value)]))).toEqual({
      careless: [none, none, 0.25],
      careful: [0, 0, 0.25],
      ofOneFormula: [0, 0.307, 0.307],
      ofSeveral: [none, 0.307, 0.307],
      multiplied: [1, none, 3],
      chosen: [1, 0, 3],
      slope: [-1, 0, -3],
      byHand: [none, none, none],
      ofNorm: [0, 0, 0],
      ofSpread: [0, 0, 0],
    });
  });
});

describe("at a kink", () => {
  const zero = tensor([0, 0], [2]);

  it("of a norm or a standard deviation the derivatives of first and second order are 0", () => {
    for (const length of [norm, standardDeviation]) {
      expect(rounded(grad((x: Vec<2>) => length(x))(zero))).toEqual([0, 0]);
      const along = (x: Vec<2>): Scalar => sum(mul(grad((at: Vec<2>) => length(at))(x), tensor([1, -2], [2])));
      expect(rounded(grad(along)(zero))).toEqual([0, 0]);
    }
    const [small, direction] = [tensor([3e-30, 0, -4e-30], [3]), [0.6, 0, -0.8]];
    expect(rounded(grad((x: Vec<3>) => norm(x))(small))).toEqual(direction);
  });

  it("of a logSumExp of nothing but -Infinity all derivatives are 0", () => {
    const x = tensor([-Infinity, -Infinity], [2]);
    expect(rounded(grad((at: Vec<2>) => logSumExp(at))(x))).toEqual([0, 0]);
    expect(rounded(jvp((at: Vec<2>) => logSumExp(at), x, tensor([1, 1], [2]))[1])).toEqual([0]);
    expect(rounded(hvp((at: Vec<2>) => logSumExp(at), x, tensor([1, 1], [2])))).toEqual([0, 0]);
  });

  it("of a determinant that is too large for a number the second derivative is by minors", () => {
    const x = mul(eye(4), 1e10);
    expect(hvp((a: Mat<4, 4>) => determinant(a), x, eye(4)).toArray()[2][2] / 3e20).toBeCloseTo(1, 5);
  });

  it("of a sort that ties each place sends its gradient to where its element stood", () => {
    const [x, weights] = [tensor([2, 1, 2, 1], [4]), tensor([1, 2, 3, 4], [4])];
    expect(rounded(grad((at: Vec<4>) => sum(mul(sort(at, 0), weights)))(x))).toEqual([3, 1, 4, 2]);
    expect(rounded(grad((at: Vec<4>) => sum(mul(sort(at, 0, "descending"), weights)))(x))).toEqual([1, 3, 2, 4]);
    expect(rounded(grad((at: Vec<4>) => sum(topK(at, 3, 0).values))(x))).toEqual([1, 1, 1, 0]);
  });

  it("of a sort NaN has its place too, and keeps its gradient to itself", () => {
    const [x, weights] = [tensor([2, none, 1], [3]), tensor([1, 2, 3], [3])];
    expect(rounded(grad((at: Vec<3>) => sum(mul(sort(at, 0), weights)))(x))).toEqual([2, 3, 1]);
  });

  it("of a clip the gradient goes to x on a bound, and to the bound beyond it", () => {
    const x = tensor([-2, -1, 0, 1, 2], [5]);
    const bounds = { low: tensor([-1], [1]), high: tensor([1], [1]) };
    expect(rounded(grad((at: Vec<5>) => sum(clip(at, bounds.low, bounds.high)))(x))).toEqual([0, 1, 1, 1, 0]);
    expect(rounded(grad((low: Vec<1>) => sum(clip(x, low, bounds.high)))(bounds.low))).toEqual([1]);
    expect(rounded(grad((high: Vec<1>) => sum(clip(x, bounds.low, high)))(bounds.high))).toEqual([1]);
  });
});

describe("what has no derivative", () => {
  it("says so: an order, and the logarithm of the determinant of a singular matrix", () => {
    const x = tensor([2, 1], [2]);
    expect(() => grad((at: Vec<2>) => sum(mul(argsort(at, 0), at)))(x)).toThrow(
      "argsort has no derivative: an order has no derivative; differentiate what is put in it, as sort and takeAlong do",
    );
    const singular = tensor([1, 2, 2, 4], [2, 2]);
    expect(() => grad((a: typeof singular): Scalar => logDeterminant(a).logarithm)(singular)).toThrow(
      "the derivative of logDeterminant: matrix 0 is singular: pivot 1 is 0",
    );
    expect(rounded(grad((a: typeof singular): Scalar => determinant(a))(singular))).toEqual([4, -2, -2, 1]);
  });

  it("does not keep the rest from having one", () => {
    const x = tensor([4, 9], [2]);
    expect(rounded(grad((at: Vec<2>) => sum(sqrt(abs(sort(at, 0)))))(x))).toEqual([0.25, 0.167]);
  });
});
