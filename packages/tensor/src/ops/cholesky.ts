import { backend } from "../backend/current.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, sizeOf } from "../shape.js";
import { type Cube, type Mat, type Tensor, tensorOver } from "../tensor.js";
import { add, mul } from "./arithmetic.js";
import { withDoubles } from "./doubles.js";
import { factorise } from "./elimination.js";
import { product } from "./matmul.js";
import { checkSquare } from "./systems.js";
import { triangularSolved } from "./triangular-solve.js";
import { matrixTransposed } from "./view.js";

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
    const n = shape[shape.length - 1];
    const storage = kernels.alloc(sizeOf(shape));
    withDoubles(kernels, [input], (doubles) => {
      for (let start = 0; start < doubles.values.length; start += n * n) {
        const stopped = factorise(doubles, n, start);
        if (stopped)
          throw new RangeError(
            `cholesky: matrix ${start / (n * n)} is not positive definite: pivot ${stopped.row} is ${stopped.pivot}; add to its diagonal`,
          );
      }
      storage.values.set(doubles.values);
    });
    return [{ storage, layout: contiguous(shape) }];
  },
  // Giles (2008), An extended collection of matrix derivative results, section on the Cholesky factorisation.
  vjp: ({ outputs: [l], gradients: [g] }) => {
    const side = { transposed: true, part: "lower" } as const;
    const inner = mul(product(matrixTransposed(l), g), lowerMask(l.shape[l.rank - 1], 0.5));
    const solved = triangularSolved(l, inner, side);
    const whole = matrixTransposed(triangularSolved(l, matrixTransposed(solved), side));
    return [mul(add(whole, matrixTransposed(whole)), 0.5)];
  },
};

function factor<A extends Dim, B extends Dim, N extends Dim>(
  a: Tensor<readonly [A, B, N, NoInfer<N>]>,
): Tensor<readonly [A, B, N, N]>;
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
