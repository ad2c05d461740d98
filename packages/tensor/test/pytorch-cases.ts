import { readFileSync } from "node:fs";
import type { Backend, Tensor } from "../src/index.js";
import * as ops from "../src/index.js";
import { diagonalAt, lowerTriangle, upperTriangle } from "../src/ops/diagonal.js";
import { product } from "../src/ops/matmul.js";
import { solved } from "../src/ops/solve.js";
import { triangularSolved } from "../src/ops/triangular-solve.js";
import { matrixTransposed } from "../src/ops/view.js";
import type { Naive } from "./naive.js";
import { elementaryRuns } from "./pytorch-elementary.js";

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
    readonly order?: "ascending" | "descending";
    readonly count?: number;
    readonly correction?: number;
    readonly shift?: number;
    readonly offset?: number;
    readonly equation?: string;
    readonly stride?: number;
    readonly padding?: number;
    readonly dilation?: number;
    readonly groups?: number;
    readonly margins?: readonly (readonly [number, number])[];
    readonly value?: number;
    readonly power?: number;
    readonly shape?: readonly number[];
    readonly start?: number;
    readonly end?: number;
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

const fixture = (file: string): { readonly torch: string; readonly cases: readonly PytorchCase[] } =>
  JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), "utf8"), revived);

const files = ["ops.json", "more-ops.json", "elementary-ops.json"].map(fixture);

/** The version of PyTorch that made the cases. */
export const torch = [...new Set(files.map((file) => file.torch))].join(" and ");

/** The cases. */
export const cases = files.flatMap((file) => file.cases);

/** Runs a case on tensors. */
export type Run = (
  inputs: readonly Tensor[],
  constants: readonly Naive[],
  attributes: PytorchCase["attributes"],
) => Tensor;

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

/** Along one axis, or over everything, for what takes only those. */
const spread =
  (reduce: typeof ops.variance): Run =>
  ([x], _, { axes: [axis] = [], correction, keepDims }) =>
    keepDims ? reduce(x, axis, true, correction) : reduce(x, axis, false, correction);

/** A matrix, or a batch of them. */
const squareOf = (a: Tensor): Tensor<readonly [number, number]> => a.as([square(a), square(a)]);
const squaresOf = (a: Tensor): Tensor<readonly [number, number, number]> => a.as([a.shape[0], square(a), square(a)]);

/** Indices as numbers added to zeros of x, which they do not depend on for a tape. */
const beside = (x: Tensor, positions: Tensor): Tensor =>
  ops.add(ops.mul(x, 0), ops.reshape(ops.indices(positions.data), positions.shape));

const axisOf = ({ axis = 0 }: PytorchCase["attributes"]): number => axis;

/** How to run what PyTorch calls by these names. `layerNorm` is no operation here, and `gather` is `takeAlong`. */
export const runs: Readonly<Record<string, Run>> = {
  ...elementaryRuns,
  matmul: ([a, b], _, { transposed }) =>
    transposed ? product(matrixTransposed(a), matrixTransposed(b)) : product(a, b),
  sum: reduction((x, axis) => (axis === undefined ? ops.sum(x) : ops.sum(x, axis))),
  mean: reduction((x, axis) => (axis === undefined ? ops.mean(x) : ops.mean(x, axis))),
  max: reduction((x, axis) => (axis === undefined ? ops.max(x) : ops.max(x, axis))),
  min: reduction((x, axis) => (axis === undefined ? ops.min(x) : ops.min(x, axis))),
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
  triangularSolve: ([a, b], _, { upper }) =>
    triangularSolved(a, b, { transposed: false, part: upper ? "upper" : "lower" }),
  indexSelect: ([x], [index], attributes) => ops.gather(x, index.data, axisOf(attributes)),
  concatenate: (parts, _, attributes) => ops.concatenate(parts, axisOf(attributes)),
  logSoftmax: ([x], _, attributes) => ops.logSoftmax(x, axisOf(attributes)),
  sort: ([x], _, attributes) => ops.sort(x, axisOf(attributes), attributes.order),
  argsort: ([x], _, attributes) => beside(x, ops.argsort(x, axisOf(attributes), attributes.order)),
  topK: ([x], _, attributes) => ops.topK(x, attributes.count ?? 0, axisOf(attributes)).values,
  argmax: ([x], _, attributes) => beside(ops.sum(x, axisOf(attributes)), ops.argmax(x, axisOf(attributes))),
  argmin: ([x], _, attributes) => beside(ops.sum(x, axisOf(attributes)), ops.argmin(x, axisOf(attributes))),
  gather: ([x], [index], attributes) =>
    ops.takeAlong(x, ops.reshape(ops.indices(index.data), index.shape), axisOf(attributes)),
  cumsum: ([x], _, attributes) => ops.cumsum(x, axisOf(attributes)),
  variance: spread(ops.variance),
  standardDeviation: spread(ops.standardDeviation),
  norm: ([x], constants, attributes) => {
    const { power = 2 } = attributes;
    const along: Reduction = (inner, axis) =>
      axis === undefined ? ops.norm(inner, axis, false, power) : ops.norm(inner, axis, false, power);
    return reduction(along)([x], constants, attributes);
  },
  pad: ([x], _, { margins = [], value = 0 }) => ops.pad(x, margins, value),
  roll: ([x], _, attributes) => ops.roll(x, attributes.shift ?? 0, axisOf(attributes)),
  flip: ([x], _, attributes) => ops.flip(x, axisOf(attributes)),
  tril: ([x], _, { offset }) => lowerTriangle(x, offset),
  triu: ([x], _, { offset }) => upperTriangle(x, offset),
  diagonal: ([x], _, { offset = 0 }) => diagonalAt(x, offset),
  diagonalMatrix: ([x], _, { offset = 0 }) =>
    x.rank === 1
      ? ops.diagonalMatrix(x.as([x.size]), offset)
      : ops.diagonalMatrix(x.as([x.shape[0], square(x)]), offset),
  clip: ([x, low, high]) => ops.clip(x, low, high),
  einsum: (parts, _, { equation = "" }) => ops.einsum<string, readonly Tensor[]>(equation, ...parts),
  outer: ([a, b]) => ops.outer(a.as([a.size]), b.as([b.size])),
  conv1d: ([x, kernel], _, { stride, padding, dilation, groups = 1 }) => {
    const [batch, channels, length] = x.shape;
    const [results, ofEach, width] = kernel.shape;
    return ops.conv1d(x.as([batch, channels, length]), kernel.as([results, ofEach, width]), {
      groups,
      ...(stride !== undefined && { stride }),
      ...(padding !== undefined && { padding }),
      ...(dilation !== undefined && { dilation }),
    });
  },
  solve: ([a, b]) => (b.rank === 1 ? ops.solve(squareOf(a), b.as([b.size])) : solved("solve", a, b)),
  determinant: ([a]) => (a.rank === 2 ? ops.determinant(squareOf(a)) : ops.determinant(squaresOf(a))),
  logDeterminant: ([a]) =>
    a.rank === 2 ? ops.logDeterminant(squareOf(a)).logarithm : ops.logDeterminant(squaresOf(a)).logarithm,
  where: ([a, b], [condition], attributes) => {
    const mask = ops.tensor([...condition.data], condition.shape);
    if (attributes.function === "log1p") return ops.where(mask, ops.log1p(ops.where(mask, a, 0)), 0);
    const shape = ops.broadcastShapes("where", [mask.shape, a.shape, b.shape]);
    return ops.where(ops.expand(mask, shape), a, b);
  },
};

/** The backends that the cases are run on, and how far the results of each may be off. */
export const backends: readonly { readonly backend: Backend; readonly tolerance: number }[] = [
  { backend: ops.reference64, tolerance: 1e-9 },
  { backend: ops.reference, tolerance: 1e-5 },
  { backend: ops.startEngine({ threads: 1 }).backend, tolerance: 1e-5 },
];

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
