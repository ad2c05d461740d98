import { add, exp, key, mul, normal, sigmoid, softplus, sum, type Tensor, tanh } from "@factorvae/autograd";
import { type Group, nanosecondsPerElement, type Row } from "../group.js";

const count = 1_000_000;

/**
 * Loops as one would write them without a library. Each is written out: one loop that called a function for each element
 * would be slower the more functions it had met.
 */
const plainLoops = {
  mul: (x: ArrayLike<number>): Float32Array => {
    const result = new Float32Array(count);
    for (let at = 0; at < count; at++) result[at] = x[at] * x[at];
    return result;
  },
  exp: (x: ArrayLike<number>): Float32Array => {
    const result = new Float32Array(count);
    for (let at = 0; at < count; at++) result[at] = Math.exp(x[at]);
    return result;
  },
  tanh: (x: ArrayLike<number>): Float32Array => {
    const result = new Float32Array(count);
    for (let at = 0; at < count; at++) result[at] = Math.tanh(x[at]);
    return result;
  },
  sigmoid: (x: ArrayLike<number>): Float32Array => {
    const result = new Float32Array(count);
    for (let at = 0; at < count; at++) result[at] = 1 / (1 + Math.exp(-x[at]));
    return result;
  },
  softplus: (x: ArrayLike<number>): Float32Array => {
    const result = new Float32Array(count);
    for (let at = 0; at < count; at++) result[at] = Math.max(x[at], 0) + Math.log1p(Math.exp(-Math.abs(x[at])));
    return result;
  },
};

function rows(): Row[] {
  const x = normal(key(1), [count]);
  const matrix = normal(key(2), [1000, count / 1000]);
  const vector = normal(key(3), [count / 1000]);
  const values = x.data;
  const row = (name: string, run: () => Tensor, plainLoop?: (x: ArrayLike<number>) => Float32Array): Row => ({
    name,
    amount: count,
    run: () => run().data,
    ...(plainLoop && { plainLoop: () => plainLoop(values) }),
  });
  return [
    row("mul", () => mul(x, x), plainLoops.mul),
    row("add, a row broadcast", () => add(matrix, vector)),
    row("exp", () => exp(x), plainLoops.exp),
    row("tanh", () => tanh(x), plainLoops.tanh),
    row("sigmoid", () => sigmoid(x), plainLoops.sigmoid),
    row("softplus", () => softplus(x), plainLoops.softplus),
    row("sum of rows", () => sum(matrix, 1)),
    row("sum of columns", () => sum(matrix, 0)),
  ];
}

/** Formulas and sums over a million elements. */
export const elementwiseGroup: Group = {
  name: "elementwise",
  about: "A million elements.",
  unit: nanosecondsPerElement,
  rows,
};
