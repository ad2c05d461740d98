import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, sizeOf } from "../shape.js";
import type { Cube, Mat, Tensor, Vec } from "../tensor.js";
import { neg } from "./arithmetic.js";
import { checkSystem, decompose, substitute } from "./elimination.js";
import { doubles } from "./lanes.js";
import { product } from "./matmul.js";
import { matrixTransposed, withShape } from "./view.js";

/** Who solves: what errors name. */
interface Asker {
  readonly operation: string;
}

function checkRegular(operation: string, matrix: Float64Array, n: number, batch: number): void {
  for (let pivot = 0; pivot < n; pivot++)
    if (matrix[batch * n * n + pivot * (n + 1)] === 0)
      throw new RangeError(
        `${operation}: matrix ${batch} is singular: pivot ${pivot} is 0; add to its diagonal, or leave out what depends on others`,
      );
}

const solveOp: Op<Asker> = {
  name: "solve",
  shape: ([a, b]) => {
    checkSystem("solve", a, b);
    return [b];
  },
  forward: (kernels, [a, b], { operation }, [shape]) => {
    const [matrix, sides] = [doubles(a), doubles(b)];
    const solution = new Float64Array(sides.length);
    const [n, columns] = shape.slice(-2);
    const rows = new Int32Array(n);
    for (let batch = 0; batch < sizeOf(shape.slice(0, -2)); batch++) {
      const [start, to] = [batch * n * n, batch * n * columns];
      decompose(matrix, n, start, rows);
      checkRegular(operation, matrix, n, batch);
      rows.forEach((from, row) => {
        const first = to + from * columns;
        solution.set(sides.subarray(first, first + columns), to + row * columns);
      });
      const factors = { values: matrix, start, n, transposed: false };
      substitute({ ...factors, part: "lower", unit: true }, solution, to, columns);
      substitute({ ...factors, part: "upper", unit: false }, solution, to, columns);
    }
    return [{ storage: kernels.upload(solution), layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [a], outputs: [x], gradients: [g], attributes: { operation } }) => {
    const gb = solved(operation, matrixTransposed(a), g);
    return [neg(product(gb, matrixTransposed(x))), gb];
  },
};

/** `solve` for tensors of unknown rank, on behalf of an operation that errors name. */
export const solved = (operation: string, a: Tensor, b: Tensor): Tensor => apply(solveOp, [a, b], { operation })[0];

function solution<B extends Dim, N extends Dim, M extends Dim>(
  a: Cube<B, N, NoInfer<N>>,
  b: Cube<NoInfer<B>, NoInfer<N>, M>,
): Cube<B, N, M>;
function solution<N extends Dim>(a: Mat<N, NoInfer<N>>, b: Vec<NoInfer<N>>): Vec<N>;
function solution<N extends Dim, M extends Dim>(a: Mat<N, NoInfer<N>>, b: Mat<NoInfer<N>, M>): Mat<N, M>;
function solution(a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 2 || b.rank !== 1) return solved("solve", a, b);
  return withShape(solved("solve", a, withShape(b, [b.size, 1])), b.shape);
}

/**
 * The X with `a X = b`, for square matrices of any kind or a batch of them, by elimination with row exchanges in double
 * precision; `b` may be one right-hand side, a vector. For the inverse, `b` is `eye(n)`; but for what is to be multiplied by
 * an inverse, solve instead. For symmetric positive definite matrices `cholesky` takes half the time.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if a matrix is singular.
 */
export const solve = defineOp(solveOp, solution);
