import { add, exp, key, mul, normal, sigmoid, softplus, sum, type Tensor, tanh } from "@factorvae/autograd";
import { type Group, nanosecondsPerElement, type Row } from "../group.js";

const count = 1_000_000;

/** A loop over the elements. */
function mapped(x: ArrayLike<number>, fn: (value: number) => number): Float32Array {
  const result = new Float32Array(x.length);
  for (let at = 0; at < x.length; at++) result[at] = fn(x[at]);
  return result;
}

function rows(): Row[] {
  const x = normal(key(1), [count]);
  const matrix = normal(key(2), [1000, count / 1000]);
  const vector = normal(key(3), [count / 1000]);
  const values = x.data;
  const row = (name: string, run: () => Tensor, plain?: (value: number) => number): Row => ({
    name,
    amount: count,
    run: () => run().data,
    ...(plain && { plainLoop: () => mapped(values, plain) }),
  });
  return [
    row(
      "mul",
      () => mul(x, x),
      (value) => value * value,
    ),
    row("add, a row broadcast", () => add(matrix, vector)),
    row("exp", () => exp(x), Math.exp),
    row("tanh", () => tanh(x), Math.tanh),
    row(
      "sigmoid",
      () => sigmoid(x),
      (value) => 1 / (1 + Math.exp(-value)),
    ),
    row(
      "softplus",
      () => softplus(x),
      (value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))),
    ),
    row("sum of rows", () => sum(matrix, 1)),
    row("sum of columns", () => sum(matrix, 0)),
  ];
}

/** Formulas and sums over a million elements. */
export const elementwiseGroup: Group = {
  name: "elementwise",
  about: "A million elements, copied out.",
  unit: nanosecondsPerElement,
  rows,
};
