import * as ops from "@factorvae/autograd";
import { type Scalar, type Tensor, tensor } from "@factorvae/autograd";
import fc from "fast-check";

/** Anything of rank 2: the programs' values. */
type Matrix = Tensor<readonly [number, number]>;

const as = (x: Tensor, rows: number, columns: number): Matrix => x.as([rows, columns]);
const matrix = (x: Tensor): Matrix => as(x, x.shape[0] ?? 1, x.shape[1] ?? 1);
const like = (x: Tensor, model: Matrix): Matrix => as(x, model.shape[0], model.shape[1]);
/** Values in (-1, 1), so that no program grows beyond what differences can tell. */
const damped = (x: Tensor): Matrix => ops.tanh(ops.mul(matrix(x), 0.7));
/** Values from 0.5 on, smoothly. */
const positive = (x: Matrix): Matrix => ops.add(ops.softplus(x), 0.5);
/** A positive definite matrix `[n, n]` of one `[n, m]`. */
const definite = (x: Matrix): Matrix =>
  as(ops.add(ops.matmul(x, ops.t(x)), ops.mul(ops.eye(x.shape[0]), 1.5)), x.shape[0], x.shape[0]);
/** What a reduction of a matrix along an axis gave, as a matrix again. */
const kept = (reduced: Tensor, { shape: [rows, columns] }: Matrix, axis: number): Matrix =>
  matrix(ops.reshape(reduced, axis === 0 ? [1, columns] : [rows, 1]));

/** A step of a program: what it makes of one or two matrices; `at` chooses axis, place or length. */
type Step = (x: Matrix, y: Matrix, at: number) => Tensor;

const unary = {
  tanh: (x) => ops.tanh(x),
  sigmoid: (x) => ops.sigmoid(x),
  softplus: (x) => ops.softplus(x),
  relu: (x) => ops.relu(x),
  abs: (x) => ops.abs(x),
  gated: (x) => ops.mul(x, ops.sigmoid(x)),
  square: (x) => damped(ops.square(x)),
  exp: (x) => ops.exp(damped(x)),
  expm1: (x) => ops.expm1(damped(x)),
  log: (x) => ops.log(positive(x)),
  log1p: (x) => ops.log1p(ops.square(x)),
  sqrt: (x) => ops.sqrt(positive(x)),
  erf: (x) => ops.erf(x),
  clip: (x) => ops.clip(x, -0.6, 0.8),
  reciprocal: (x) => ops.div(ops.ones([x.shape[0], x.shape[1]]), positive(x)),
  softmax: (x, _, at) => ops.softmax(x, at % 2),
  logSoftmax: (x, _, at) => damped(ops.logSoftmax(x, at % 2)),
  logSumExp: (x, _, at) => ops.sub(x, kept(ops.logSumExp(x, at % 2), x, at % 2)),
  cumsum: (x, _, at) => damped(ops.cumsum(x, at % 2)),
  centred: (x, _, at) => ops.sub(x, kept(ops.mean(x, at % 2), x, at % 2)),
  scaled: (x, _, at) => ops.div(x, ops.add(kept(ops.norm(x, at % 2), x, at % 2), 1)),
  spread: (x, _, at) => ops.mul(x, ops.add(kept(ops.variance(x, at % 2), x, at % 2), 0.5)),
  max: (x, _, at) => ops.sub(kept(ops.max(x, at % 2), x, at % 2), x),
  sort: (x, _, at) => ops.sort(x, at % 2),
  topK: (x, _, at) => ops.topK(x, 1 + (at % x.shape[at % 2]), at % 2).values,
  flip: (x, _, at) => ops.flip(x, at % 2),
  roll: (x, _, at) => ops.roll(x, at, at % 2),
  tril: (x) => ops.tril(x),
  triu: (x) => ops.triu(x),
  transpose: (x) => ops.t(x),
  reshape: (x) => ops.reshape(x, [x.size, 1]),
  slice: (x, _, at) => ops.slice(x, at % 2, 0, 1 + (at % x.shape[at % 2])),
  gather: (x, _, at) => ops.gather(x, [at % x.shape[at % 2], 0, at % x.shape[at % 2]], at % 2),
  outer: (x) => damped(ops.outer(ops.reshape(ops.slice(x, 0, 0, 1), [x.shape[1]]), ops.mean(x, 0))),
  diagonal: (x) => ops.diagonalMatrix(ops.diagonal(x)),
  cholesky: (x) => ops.cholesky(definite(x)),
  logDeterminant: (x) => ops.mul(ops.reshape(ops.logDeterminant(definite(x)).logarithm, [1, 1]), 0.2),
  segmentSum: (x) => damped(ops.segmentSum(x, [x.shape[0]])),
} satisfies Record<string, Step>;

const binary = {
  add: (x, y) => ops.add(x, same(y, x)),
  sub: (x, y) => ops.sub(x, same(y, x)),
  mul: (x, y) => ops.mul(x, same(y, x)),
  div: (x, y) => ops.div(x, positive(same(y, x))),
  maximum: (x, y) => ops.maximum(x, same(y, x)),
  where: (x, y) => ops.where(ops.greater(x, 0.1), same(y, x), x),
  matmul: (x, y) => damped(ops.matmul(x, fitted(y, x.shape[1]))),
  concatenate: (x, y, at) => ops.concatenate([x, same(y, x)], at % 2),
  einsum: (x, y) => damped(ops.einsum("ij,jk->ki", x, fitted(y, x.shape[1]))),
  solve: (x, y) => damped(ops.solve(definite(x), fitted(y, x.shape[0]))),
  triangularSolve: (x, y) => damped(ops.triangularSolve(ops.cholesky(definite(x)), fitted(y, x.shape[0]))),
  broadcast: (x, y, at) => ops.mul(x, kept(ops.mean(same(y, x), 1 - (at % 2)), x, 1 - (at % 2))),
  checkpoint: (x, y) => ops.checkpoint((a: Matrix, b: Matrix) => ops.tanh(ops.mul(a, b)))(x, same(y, x)),
} satisfies Record<string, Step>;

const steps: Readonly<Record<string, Step>> = { ...unary, ...binary };

/** The rows and columns of `y` that a matrix like `model` takes, repeated where there are too few. */
function same(y: Matrix, model: Matrix): Matrix {
  const indices = (count: number, of: number): number[] => Array.from({ length: count }, (_, at) => at % of);
  const rows = ops.gather(y, indices(model.shape[0], y.shape[0]), 0);
  return like(ops.gather(rows, indices(model.shape[1], y.shape[1]), 1), model);
}

/** `y` with so many rows. */
const fitted = (y: Matrix, rows: number): Matrix =>
  as(
    ops.gather(
      y,
      Array.from({ length: rows }, (_, at) => at % y.shape[0]),
      0,
    ),
    rows,
    y.shape[1],
  );

/** A program: matrices to begin with, and steps on what there is by then; it ends in a weighted sum of all that it made last. */
export interface Program {
  readonly inputs: readonly { readonly shape: readonly [number, number]; readonly values: readonly number[] }[];
  readonly steps: readonly { readonly name: string; readonly x: number; readonly y: number; readonly at: number }[];
}

const size = fc.integer({ min: 1, max: 4 });

/** Programs at random: chains where each step takes the last result, trees where it takes older ones. */
export const programs: fc.Arbitrary<Program> = fc.record({
  inputs: fc.array(
    fc.tuple(size, size).chain(([rows, columns]) =>
      fc.record({
        shape: fc.constant([rows, columns] as const),
        values: fc.array(
          fc.integer({ min: -1499, max: 1499 }).map((value) => (value + 0.37) / 1000),
          {
            minLength: rows * columns,
            maxLength: rows * columns,
          },
        ),
      }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  steps: fc.array(
    fc.record({
      name: fc.constantFrom(...Object.keys(steps)),
      x: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(9)),
      y: fc.nat(9),
      at: fc.nat(7),
    }),
    { minLength: 1, maxLength: 9 },
  ),
});

/** The inputs of a program. */
export const inputsOf = ({ inputs }: Program): Tensor[] =>
  inputs.map(({ shape, values }) => tensor([...values], [...shape]));

/** The names of the operations that programs are made of. */
export const stepNames: readonly string[] = Object.keys(steps);

/** Runs a program on inputs of the shapes that it was made for. */
export function run({ steps: plan }: Program, inputs: readonly Tensor[]): Scalar {
  const made: Matrix[] = inputs.map(matrix);
  for (const { name, x, y, at } of plan) {
    const value = steps[name](made[made.length - 1 - (x % made.length)], made[y % made.length], at);
    made.push(matrix(value));
  }
  const last = made.slice(-2).map((one): Scalar => ops.sum(ops.mul(one, weights(one))));
  return last.reduce((total, term) => ops.add(total, term));
}

/** Numbers without a pattern, so that no two elements of a result count alike. */
const weights = ({ shape: [rows, columns], size: count }: Matrix): Matrix =>
  as(
    tensor(
      Array.from({ length: count }, (_, at) => ((at * 0.61803 + 0.3) % 1) + 0.2),
      [rows, columns],
    ),
    rows,
    columns,
  );
