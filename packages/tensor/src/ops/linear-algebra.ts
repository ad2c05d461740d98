import { backend } from "../backend/current.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, sizeOf } from "../shape.js";
import { type Cube, type Mat, type Tensor, tensorOver, type Vec } from "../tensor.js";
import { add, mul, neg } from "./arithmetic.js";
import { lowerTriangle, upperTriangle } from "./diagonal.js";
import { checkSquare, checkSystem, factorise, substitute } from "./elimination.js";
import { doubles } from "./lanes.js";
import { product } from "./matmul.js";
import { matrixTransposed, withShape } from "./view.js";

/** A matrix `[n, n]` of the lower triangle: 1 below the diagonal, `diagonal` on it, 0 above. */
function lowerMask(n: number, diagonal: number): Tensor {
  const mask = Float64Array.from({ length: n * n }, (_, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    return row > column ? 1 : row === column ? diagonal : 0;
  });
  return tensorOver(backend().upload(mask), [n, n]);
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
    for (let start = 0; start < values.length; start += n * n) {
      const stopped = factorise(values, n, start);
      if (stopped)
        throw new RangeError(
          `cholesky: matrix ${start / (n * n)} is not positive definite: pivot ${stopped.row} is ${stopped.pivot}; add to its diagonal`,
        );
    }
    return [{ storage: kernels.upload(values), layout: contiguous(shape) }];
  },
  // Giles (2008), An extended collection of matrix derivative results, section on the Cholesky factorisation.
  vjp: ({ outputs: [l], gradients: [g] }) => {
    const transposed: Side = { transposed: true, part: "lower" };
    const inner = mul(product(matrixTransposed(l), g), lowerMask(l.shape[l.rank - 1], 0.5));
    const solved = solve(l, inner, transposed);
    const whole = matrixTransposed(solve(l, matrixTransposed(solved), transposed));
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

interface Side {
  readonly transposed: boolean;
  readonly part: "lower" | "upper";
}

function checkPivots(values: Float64Array, n: number, batch: number): void {
  for (let row = 0; row < n; row++)
    if (values[batch * n * n + row * (n + 1)] === 0)
      throw new RangeError(`triangularSolve: matrix ${batch} is singular: element ${row} of its diagonal is 0`);
}

const solveOp: Op<Side> = {
  name: "triangularSolve",
  shape: ([l, b]) => {
    checkSystem("triangularSolve", l, b);
    return [b];
  },
  forward: (kernels, [l, b], side, [shape]) => {
    const [values, solution] = [doubles(l), doubles(b)];
    const [n, columns] = shape.slice(-2);
    for (let batch = 0; batch < sizeOf(shape.slice(0, -2)); batch++) {
      checkPivots(values, n, batch);
      substitute({ ...side, values, n, start: batch * n * n, unit: false }, solution, batch * n * columns, columns);
    }
    return [{ storage: kernels.upload(solution), layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [l], outputs: [x], gradients: [g], attributes: { transposed, part } }) => {
    const gb = solve(l, g, { transposed: !transposed, part });
    const outer = transposed ? product(x, matrixTransposed(gb)) : product(gb, matrixTransposed(x));
    return [neg(part === "lower" ? lowerTriangle(outer) : upperTriangle(outer)), gb];
  },
};

const solve = (l: Tensor, b: Tensor, side: Side): Tensor => apply(solveOp, [l, b], side)[0];

function solution<B extends Dim, N extends Dim, M extends Dim>(
  l: Cube<B, N, NoInfer<N>>,
  b: Cube<NoInfer<B>, NoInfer<N>, M>,
  transposed?: boolean,
  part?: "lower" | "upper",
): Cube<B, N, M>;
function solution<N extends Dim>(
  l: Mat<N, NoInfer<N>>,
  b: Vec<NoInfer<N>>,
  transposed?: boolean,
  part?: "lower" | "upper",
): Vec<N>;
function solution<N extends Dim, M extends Dim>(
  l: Mat<N, NoInfer<N>>,
  b: Mat<NoInfer<N>, M>,
  transposed?: boolean,
  part?: "lower" | "upper",
): Mat<N, M>;
function solution(l: Tensor, b: Tensor, transposed = false, part: "lower" | "upper" = "lower"): Tensor {
  if (l.rank !== 2 || b.rank !== 1) return solve(l, b, { transposed, part });
  return withShape(solve(l, withShape(b, [b.size, 1]), { transposed, part }), b.shape);
}

/**
 * The X with `l X = b`, or `l' X = b` where `transposed`, for a triangular `l`, lower unless said to be upper (the other
 * triangle is not read), or for a batch of them; `b` may be one right-hand side, a vector.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if an element of the diagonal is 0.
 */
export const triangularSolve = defineOp(solveOp, solution);
