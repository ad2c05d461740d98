import type { Backend, Value } from "../backend/backend.js";
import type { Values } from "../backend/storage.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, sizeOf } from "../shape.js";
import type { Cube, Mat, Scalar, Tensor, Vec } from "../tensor.js";
import { untraced } from "../tracer.js";
import { mul } from "./arithmetic.js";
import { cofactorsOf } from "./cofactors.js";
import { eye, tensor } from "./creation.js";
import { withDoubles } from "./doubles.js";
import { decompose } from "./elimination.js";
import { gather } from "./indexing.js";
import { doubles } from "./lanes.js";
import { expanded } from "./reduce.js";
import { solved } from "./solve.js";
import { batchOf, checkSquare } from "./systems.js";
import { matrixTransposed, withShape } from "./view.js";

/** Zero without the sign that an odd number of exchanges would give it. */
const unsigned = (value: number): number => value + 0;

/** What each matrix of a batch comes to, told the sign of its row exchanges and its pivots: NaN where a pivot of 0 would hide one. */
function ofPivots<Result>(
  kernels: Backend,
  input: Value,
  fold: (parity: number, pivots: Float64Array) => Result,
): Result[] {
  const { shape } = input.layout;
  const n = shape[shape.length - 1];
  const rows = new Int32Array(n);
  return withDoubles(kernels, [input], (doubles) =>
    Array.from({ length: sizeOf(batchOf(shape)) }, (_, batch) => {
      const start = batch * n * n;
      const parity = decompose(doubles, n, start, rows);
      const factors = doubles.values.subarray(start, start + n * n);
      const pivots = Float64Array.from({ length: n }, (_unused, at) => factors[at * (n + 1)]);
      if (pivots.includes(0) && factors.some(Number.isNaN)) pivots.fill(Number.NaN);
      return fold(parity, pivots);
    }),
  );
}

/** The transposed inverse of each matrix times a number of its own. */
function scaledInverse(operation: string, a: Tensor, factors: Tensor): Tensor {
  const identity = expanded(eye(a.shape[a.rank - 1]), a.shape);
  return mul(solved(operation, matrixTransposed(a), identity), withShape(factors, [...factors.shape, 1, 1]));
}

const determinantOp: Op<undefined> = {
  name: "determinant",
  shape: ([from]) => {
    checkSquare("determinant", from);
    return [batchOf(from)];
  },
  forward: (kernels, [input], _, [shape]) => {
    const values = ofPivots(kernels, input, (parity, pivots) =>
      unsigned(pivots.reduce((product, pivot) => product * pivot, parity)),
    );
    return [{ storage: kernels.upload(values), layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [a], gradients: [g] }) => [
    mul(apply(cofactorsOp, [a], undefined)[0], withShape(g, [...g.shape, 1, 1])),
  ],
};

/** The matrix without row and column, for each row and column: `[..., n, n] -> [..., n, n, n - 1, n - 1]`. */
function minors(a: Tensor): Tensor {
  const n = a.shape[a.rank - 1];
  const all = Array.from({ length: n }, (_, at) => at);
  const others = all.map((left) => all.filter((at) => at !== left));
  const places = others.flatMap((rows) =>
    others.flatMap((columns) => rows.flatMap((row) => columns.map((column) => row * n + column))),
  );
  const flat = withShape(a, [sizeOf(batchOf(a.shape)), n * n]);
  return withShape(gather(flat, places, 1), [...a.shape, n - 1, n - 1]);
}

/** More rows have more minors than there is room for. */
const mostRows = 64;

/** From this condition number on, the derivative of cofactors by the inverse loses too many digits. */
const worstCondition = 1e4;

const largest = (values: Values): number => {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
};

/** Whether the inverse of one of these matrices is large beside it, or there is none. */
function isIllConditioned(a: Tensor, determinants: Tensor): boolean {
  const size = a.shape[a.rank - 1] ** 2;
  const [values, cofactors] = [a.data, untraced(() => apply(cofactorsOp, [a], undefined)[0].data)];
  return determinants.data.some((determinant, batch) => {
    const [matrix, inverse] = [values, cofactors].map((of) => largest(of.subarray(batch * size, (batch + 1) * size)));
    return !(Number.isFinite(determinant) && (size * matrix * inverse) / Math.abs(determinant) <= worstCondition);
  });
}

const cofactorsOp: Op<undefined> = {
  name: "determinant.vjp",
  shape: ([from]) => [from],
  forward: (kernels, [input], _, [shape]) => {
    const matrices = doubles(input);
    const n = shape[shape.length - 1];
    const size = n * n;
    for (let start = 0; start < matrices.length; start += size)
      matrices.set(cofactorsOf(matrices.subarray(start, start + size), n), start);
    return [{ storage: kernels.upload(matrices), layout: contiguous(shape) }];
  },
  plain: ([a]) => {
    const [determinants] = apply(determinantOp, [a], undefined);
    const n = a.shape[a.rank - 1];
    if (n > mostRows || !isIllConditioned(a, determinants))
      return [scaledInverse("the second derivative of determinant", a, determinants)];
    const signs = Float64Array.from({ length: n * n }, (_, at) => ((Math.floor(at / n) + (at % n)) % 2 === 0 ? 1 : -1));
    return [mul(apply(determinantOp, [minors(a)], undefined)[0], tensor(signs, [n, n]))];
  },
  vjp: "plain",
};

function valued<A extends Dim, B extends Dim, N extends Dim>(a: Tensor<readonly [A, B, N, NoInfer<N>]>): Mat<A, B>;
function valued<B extends Dim, N extends Dim>(a: Cube<B, N, NoInfer<N>>): Vec<B>;
function valued<N extends Dim>(a: Mat<N, NoInfer<N>>): Scalar;
function valued(a: Tensor): Tensor {
  return apply(determinantOp, [a], undefined)[0];
}

/**
 * The determinant of a square matrix or of each of a batch; 1 of a matrix without rows, and 0 of a singular one, which has
 * derivatives like others. Those of second order go by the inverse, and by the minors, of which there are `n^2`, where a
 * matrix is singular or nearly so and has no more than 64 rows. Of large matrices it overflows: see `logDeterminant`.
 *
 * @throws ShapeError if it is not square.
 * @throws RangeError in the second derivative, if a matrix is singular and has more than 64 rows.
 */
export const determinant = defineOp(determinantOp, valued);

const logDeterminantOp: Op<undefined> = {
  name: "logDeterminant",
  shape: ([from]) => {
    checkSquare("logDeterminant", from);
    return [batchOf(from), batchOf(from)];
  },
  forward: (kernels, [input], _, [shape]) => {
    const parts = ofPivots(kernels, input, (parity, pivots) => ({
      logarithm: pivots.reduce((total, pivot) => total + Math.log(Math.abs(pivot)), 0),
      sign: unsigned(pivots.reduce((sign, pivot) => sign * Math.sign(pivot), parity)),
    }));
    return [parts.map(({ logarithm }) => logarithm), parts.map(({ sign }) => sign)].map((values) => ({
      storage: kernels.upload(values),
      layout: contiguous(shape),
    }));
  },
  // The sign is constant between its jumps: whatever it receives, it passes nothing on.
  vjp: ({ inputs: [a], gradients: [g], reached: [isReached] }) => [
    isReached ? scaledInverse("the derivative of logDeterminant", a, g) : undefined,
  ],
};

/** The determinant in two parts that do not overflow: it is `sign * exp(logarithm)`. */
export type LogDeterminant<T extends Tensor> = {
  /** The logarithm of its absolute value; -infinity where it is 0. */
  readonly logarithm: T;
  /** 1, -1, or 0 where it is 0; derivative 0. */
  readonly sign: T;
};

function parted<A extends Dim, B extends Dim, N extends Dim>(
  a: Tensor<readonly [A, B, N, NoInfer<N>]>,
): LogDeterminant<Mat<A, B>>;
function parted<B extends Dim, N extends Dim>(a: Cube<B, N, NoInfer<N>>): LogDeterminant<Vec<B>>;
function parted<N extends Dim>(a: Mat<N, NoInfer<N>>): LogDeterminant<Scalar>;
function parted(a: Tensor): LogDeterminant<Tensor> {
  const [logarithm, sign] = apply(logDeterminantOp, [a], undefined);
  return { logarithm, sign };
}

/**
 * The logarithm of the absolute determinant of a square matrix or of each of a batch, and its sign. The derivative goes by
 * the inverse, and throws a RangeError where there is none. Of a symmetric positive definite matrix, it is also
 * `sum(log(diagonal(cholesky(a)))).mul(2)`, in half the time.
 *
 * @throws ShapeError if it is not square.
 */
export const logDeterminant = defineOp(logDeterminantOp, parted);
