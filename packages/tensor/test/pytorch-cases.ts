import { readFileSync } from "node:fs";
import type { Tensor } from "../src/index.js";
import * as ops from "../src/index.js";
import { product } from "../src/ops/matmul.js";
import { matrixTransposed } from "../src/ops/view.js";
import type { Naive } from "./naive.js";

/** What PyTorch gives for one operation at one place; see `fixtures/make-ops.py`. */
export interface PytorchCase {
  readonly op: string;
  readonly name: string;
  readonly domain: "ordinary" | "small" | "large" | "infinite" | "kink" | "empty";
  readonly attributes: {
    readonly axis?: number;
    readonly axes?: readonly number[];
    readonly keepDims?: boolean;
    readonly slope?: number;
    readonly upper?: boolean;
    readonly transposed?: boolean;
    readonly function?: string;
  };
  readonly inputs: Readonly<Record<string, Naive>>;
  readonly constants: Readonly<Record<string, Naive>>;
  readonly output: Naive;
  readonly cotangent: Naive;
  readonly gradients: Readonly<Record<string, Naive>>;
}

/** JSON has no words for what is not finite: the fixtures have strings. */
const revived = (_: string, value: unknown): unknown =>
  value === "Infinity" || value === "-Infinity" || value === "NaN" ? Number(value) : value;

const fixture: { readonly torch: string; readonly cases: readonly PytorchCase[] } = JSON.parse(
  readFileSync(new URL("./fixtures/ops.json", import.meta.url), "utf8"),
  revived,
);

/** The cases, with the version of PyTorch that made them. */
export const { torch, cases } = fixture;

type Run = (inputs: readonly Tensor[], constants: readonly Naive[], attributes: PytorchCase["attributes"]) => Tensor;

type Reduction = (x: Tensor, axis?: number) => Tensor;

/** A reduction over several axes, one after the other from the last; over all of them at once where they are all. */
function reduced(reduce: Reduction, x: Tensor, axes: readonly number[], kept: boolean): Tensor {
  const whole = axes.length === x.rank;
  const ordered = axes.map((axis) => (axis < 0 ? axis + x.rank : axis)).sort((a, b) => b - a);
  const result = whole ? reduce(x) : ordered.reduce((inner, axis) => reduce(inner, axis), x);
  const keptShape = x.shape.map((dim, axis) => (ordered.includes(axis) ? 1 : dim));
  return kept ? ops.reshape(result, keptShape) : result;
}

const reduction =
  (reduce: Reduction): Run =>
  ([x], _, { axes = [], keepDims = false }) =>
    reduced(reduce, x, axes, keepDims);

const square = (x: Tensor): number => x.shape[x.rank - 1];

function solved(a: Tensor, b: Tensor, upper: boolean): Tensor {
  const l = upper ? matrixTransposed(a) : a;
  const n = square(a);
  const columns = square(b);
  if (a.rank === 2) return ops.triangularSolve(l.as([n, n]), b.as([n, columns]), upper);
  return ops.triangularSolve(l.as([a.shape[0], n, n]), b.as([a.shape[0], n, columns]), upper);
}

const axisOf = ({ axis = 0 }: PytorchCase["attributes"]): number => axis;

/** How to run what PyTorch calls by these names. `layerNorm` is no operation here, and `gather` another one. */
export const runs: Readonly<Record<string, Run>> = {
  matmul: ([a, b], _, { transposed }) =>
    transposed ? product(matrixTransposed(a), matrixTransposed(b)) : product(a, b),
  sum: reduction((x, axis) => (axis === undefined ? ops.sum(x) : ops.sum(x, axis))),
  mean: reduction((x, axis) => (axis === undefined ? ops.mean(x) : ops.mean(x, axis))),
  max: reduction((x, axis) => (axis === undefined ? ops.max(x) : ops.max(x, axis))),
  softmax: ([x], _, attributes) => ops.softmax(x, axisOf(attributes)),
  logSumExp: ([x], _, attributes) => ops.logSumExp(x, axisOf(attributes)),
  softplus: ([x]) => ops.softplus(x),
  sigmoid: ([x]) => ops.sigmoid(x),
  tanh: ([x]) => ops.tanh(x),
  leakyRelu: ([x], _, { slope = 0 }) => ops.leakyRelu(x, slope),
  log1p: ([x]) => ops.log1p(x),
  expm1: ([x]) => ops.expm1(x),
  erf: ([x]) => ops.erf(x),
  abs: ([x]) => ops.abs(x),
  sqrt: ([x]) => ops.sqrt(x),
  cholesky: ([a]) =>
    a.rank === 2 ? ops.cholesky(a.as([square(a), square(a)])) : ops.cholesky(a.as([a.shape[0], square(a), square(a)])),
  triangularSolve: ([a, b], _, { upper = false }) => solved(a, b, upper),
  indexSelect: ([x], [index], attributes) => ops.gather(x, index.data, axisOf(attributes)),
  concatenate: (parts, _, attributes) => ops.concatenate(parts, axisOf(attributes)),
  where: ([a, b], [condition], attributes) => {
    const mask = ops.tensor([...condition.data], condition.shape);
    if (attributes.function === "log1p") return ops.where(mask, ops.log1p(ops.where(mask, a, 0)), 0);
    const shape = ops.broadcastShapes("where", [mask.shape, a.shape, b.shape]);
    return ops.where(ops.expand(mask, shape), a, b);
  },
};

/** The largest difference of two arrays in the measure that their domain asks for; NaN where only one is finite. */
export function difference(got: Tensor, expected: Naive, domain: PytorchCase["domain"]): number {
  const finite = expected.data.filter(Number.isFinite).map(Math.abs);
  const largest = Math.max(...finite, Number.MIN_VALUE);
  const scaleOf = (wanted: number): number => {
    if (domain === "small") return wanted === 0 ? 1 : Math.abs(wanted);
    return domain === "large" ? Math.max(Math.abs(wanted), 1e-3) : largest;
  };
  const errors = expected.data.map((wanted, at) =>
    Object.is(got.data[at], wanted) || got.data[at] === wanted ? 0 : Math.abs(got.data[at] - wanted) / scaleOf(wanted),
  );
  return Math.max(0, ...errors);
}
