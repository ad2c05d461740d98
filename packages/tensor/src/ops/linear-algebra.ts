import { backend, type Value } from "../backend/current.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, type Shape, ShapeError, sameShape, sizeOf } from "../shape.js";
import { type Cube, type Mat, Tensor, tensorOver } from "../tensor.js";
import { add, mul, neg } from "./arithmetic.js";
import { product } from "./matmul.js";
import { matrixTransposed } from "./view.js";

/** The elements of a value in row-major order, in double precision. */
const doubles = ({ storage, layout }: Value): Float64Array => Float64Array.from(new Tensor(storage, layout).data);

function checkSquare(operation: string, shape: Shape): void {
  if (shape.length < 2 || shape[shape.length - 1] !== shape[shape.length - 2])
    throw new ShapeError(operation, `a square matrix is needed, not ${formatShape(shape)}`, [shape]);
}

/** A matrix `[n, n]` of the lower triangle: 1 below the diagonal, `diagonal` on it, 0 above. */
function lowerMask(n: number, diagonal: number): Tensor {
  const mask = Float64Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    return row > column ? 1 : row === column ? diagonal : 0;
  });
  return tensorOver(backend().upload(mask), [n, n]);
}

/** Replaces the matrix of `n` rows at `start` by its Cholesky factor; reads the lower triangle alone. */
function factorise(a: Float64Array, n: number, start: number): void {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = a[start + row * n + column];
      for (let k = 0; k < column; k++) rest -= a[start + row * n + k] * a[start + column * n + k];
      if (row === column) {
        if (!(rest > 0))
          throw new RangeError(
            `cholesky: matrix ${start / (n * n)} is not positive definite: pivot ${row} is ${rest}; add to its diagonal`,
          );
        a[start + row * n + row] = Math.sqrt(rest);
      } else a[start + row * n + column] = rest / a[start + column * n + column];
    }
    a.fill(0, start + row * n + row + 1, start + (row + 1) * n);
  }
}

const choleskyOp: Op<undefined> = {
  name: "cholesky",
  shape: ([from]) => {
    checkSquare("cholesky", from);
    return [from];
  },
  forward: (kernels, [input], _, [shape]) => {
    const values = doubles(input);
    const n = shape[shape.length - 1];
    for (let start = 0; start < values.length; start += n * n) factorise(values, n, start);
    return [{ storage: kernels.upload(values), layout: contiguous(shape) }];
  },
  // Giles (2008), An extended collection of matrix derivative results, section on the Cholesky factorisation.
  vjp: ({ outputs: [l], gradients: [g] }) => {
    const inner = mul(product(matrixTransposed(l), g), lowerMask(l.shape[l.rank - 1], 0.5));
    const solved = solve(l, inner, true);
    const whole = matrixTransposed(solve(l, matrixTransposed(solved), true));
    return [mul(add(whole, matrixTransposed(whole)), 0.5)];
  },
};

function factor<B extends Dim, N extends Dim>(a: Cube<B, N, NoInfer<N>>): Cube<B, N, N>;
function factor<N extends Dim>(a: Mat<N, NoInfer<N>>): Mat<N, N>;
function factor(a: Tensor): Tensor {
  return apply(choleskyOp, [a], undefined)[0];
}

/**
 * The lower triangular L with `L L' = a`, of a symmetric positive definite matrix or a batch of them; only the lower
 * triangle is read, and the gradient is symmetric.
 *
 * @throws ShapeError if it is not square.
 * @throws RangeError if it is not positive definite.
 */
export const cholesky = defineOp(choleskyOp, factor);

/** Replaces `columns` right-hand sides at `to` by the solution: forward substitution, or backward with the transpose. */
function substitute(
  l: Float64Array,
  n: number,
  from: number,
  b: Float64Array,
  columns: number,
  to: number,
  transposed: boolean,
): void {
  for (let step = 0; step < n; step++) {
    const row = transposed ? n - 1 - step : step;
    const pivot = l[from + row * (n + 1)];
    if (pivot === 0)
      throw new RangeError(`triangularSolve: the matrix is singular: element ${row} of its diagonal is 0`);
    for (let column = 0; column < columns; column++) {
      let rest = b[to + row * columns + column];
      for (let done = 0; done < step; done++) {
        const k = transposed ? n - 1 - done : done;
        rest -= (transposed ? l[from + k * n + row] : l[from + row * n + k]) * b[to + k * columns + column];
      }
      b[to + row * columns + column] = rest / pivot;
    }
  }
}

const solveOp: Op<{ readonly transposed: boolean }> = {
  name: "triangularSolve",
  shape: ([l, b]) => {
    checkSquare("triangularSolve", l);
    const fits =
      b.length === l.length && sameShape(b.slice(0, -2), l.slice(0, -2)) && b[b.length - 2] === l[l.length - 1];
    if (!fits)
      throw new ShapeError(
        "triangularSolve",
        `right-hand sides ${formatShape(b)} do not fit a matrix ${formatShape(l)}`,
        [l, b],
      );
    return [b];
  },
  forward: (kernels, [l, b], { transposed }, [shape]) => {
    const [matrix, solution] = [doubles(l), doubles(b)];
    const [n, columns] = shape.slice(-2);
    for (let batch = 0; batch < sizeOf(shape.slice(0, -2)); batch++)
      substitute(matrix, n, batch * n * n, solution, columns, batch * n * columns, transposed);
    return [{ storage: kernels.upload(solution), layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [l], outputs: [x], gradients: [g], attributes: { transposed } }) => {
    const gb = solve(l, g, !transposed);
    const outer = transposed ? product(x, matrixTransposed(gb)) : product(gb, matrixTransposed(x));
    return [neg(mul(outer, lowerMask(l.shape[l.rank - 1], 1))), gb];
  },
};

const solve = (l: Tensor, b: Tensor, transposed: boolean): Tensor => apply(solveOp, [l, b], { transposed })[0];

function solution<B extends Dim, N extends Dim, M extends Dim>(
  l: Cube<B, N, NoInfer<N>>,
  b: Cube<NoInfer<B>, NoInfer<N>, M>,
  transposed?: boolean,
): Cube<B, N, M>;
function solution<N extends Dim, M extends Dim>(
  l: Mat<N, NoInfer<N>>,
  b: Mat<NoInfer<N>, M>,
  transposed?: boolean,
): Mat<N, M>;
function solution(l: Tensor, b: Tensor, transposed = false): Tensor {
  return solve(l, b, transposed);
}

/**
 * The X with `l X = b`, or `l' X = b` where `transposed`, for a lower triangular `l` (what stands above its diagonal is
 * not read), or for a batch of them.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if an element of the diagonal is 0.
 */
export const triangularSolve = defineOp(solveOp, solution);
