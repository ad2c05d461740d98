import type { Value } from "../backend/current.js";
import { broadcast, contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import type { Cube, Mat, Tensor, Vec } from "../tensor.js";
import { neg } from "./arithmetic.js";
import { decompose, substitute } from "./elimination.js";
import { doubles } from "./lanes.js";
import { product } from "./matmul.js";
import { eachSystem, type Solve, solutionFor, solutionShape } from "./systems.js";
import { matrixTransposed } from "./view.js";

/** Who solves: what errors name. */
interface Asker {
  readonly operation: string;
}

function checkRegular(operation: string, matrices: Float64Array, n: number, matrix: number): void {
  for (let row = 0; row < n; row++) {
    const pivot = matrices[matrix * n * n + row * (n + 1)];
    if (pivot === 0)
      throw new RangeError(
        `${operation}: matrix ${matrix} is singular: pivot ${row} is 0; add to its diagonal, or leave out what depends on others`,
      );
    if (Number.isNaN(pivot))
      throw new RangeError(
        `${operation}: matrix ${matrix} has no solution: pivot ${row} is NaN; there is NaN in it, or what overflows`,
      );
  }
}

/** The factors of each matrix of a batch, one behind the other, and the row of it that each of theirs was. */
function decomposed(operation: string, a: Value): { readonly factors: Float64Array; readonly rows: Int32Array } {
  const factors = doubles(a);
  const n = a.layout.shape[a.layout.shape.length - 1];
  const count = n === 0 ? 0 : factors.length / (n * n);
  const rows = new Int32Array(count * n);
  for (let matrix = 0; matrix < count; matrix++) {
    decompose(factors, n, matrix * n * n, rows.subarray(matrix * n, (matrix + 1) * n));
    checkRegular(operation, factors, n, matrix);
  }
  return { factors, rows };
}

const solveOp: Op<Asker> = {
  name: "solve",
  shape: ([a, b]) => [solutionShape("solve", a, b)],
  forward: (kernels, [a, b], { operation }, [shape]) => {
    const { factors, rows } = decomposed(operation, a);
    const sides = doubles({ storage: b.storage, layout: broadcast(b.layout, shape) });
    const solution = new Float64Array(sides.length);
    const [n, columns] = shape.slice(-2);
    eachSystem(a.layout.shape, shape, (matrix, to) => {
      for (let row = 0; row < n; row++) {
        const from = to + rows[matrix * n + row] * columns;
        solution.set(sides.subarray(from, from + columns), to + row * columns);
      }
      const triangles = { values: factors, start: matrix * n * n, n, transposed: false };
      substitute({ ...triangles, part: "lower", unit: true }, solution, to, columns);
      substitute({ ...triangles, part: "upper", unit: false }, solution, to, columns);
    });
    return [{ storage: kernels.upload(solution), layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [a], outputs: [x], gradients: [g], attributes: { operation } }) => {
    const gb = solved(operation, matrixTransposed(a), g);
    return [neg(product(gb, matrixTransposed(x))), gb];
  },
};

/** `solve` for tensors of unknown rank, on behalf of an operation that errors name. */
export const solved = (operation: string, a: Tensor, b: Tensor): Tensor => apply(solveOp, [a, b], { operation })[0];

/**
 * The X with `a X = b`, for square matrices of any kind or a batch of them, by elimination with row exchanges in double
 * precision. `b` may be one right-hand side, a vector; batches broadcast, and a matrix that is taken for many is factored once.
 * For the inverse, `b` is `eye(n)`; but for what is to be multiplied by an inverse, solve instead. For symmetric positive
 * definite matrices `cholesky` takes half the time.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws RangeError if a matrix is singular, or holds NaN.
 */
export const solve = defineOp(
  solveOp,
  ((a: Mat | Cube, b: Vec | Mat | Cube): Tensor =>
    solutionFor("solve", b, (sides) => solved("solve", a, sides))) as Solve<[]>,
);
