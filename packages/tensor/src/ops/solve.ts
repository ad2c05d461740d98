import { broadcast, contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { sizeOf } from "../shape.js";
import type { Cube, Mat, Tensor, Vec } from "../tensor.js";
import { neg } from "./arithmetic.js";
import { type Doubles, withDoubles } from "./doubles.js";
import { decompose, substitute } from "./elimination.js";
import { product } from "./matmul.js";
import { batchOf, eachSystem, type Solve, solutionFor, solutionShape } from "./systems.js";
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

/** Replaces the first `count` matrices of `n` rows by their factors; the result is the row that each of theirs was. */
function decomposeAll(operation: string, doubles: Doubles, n: number, count: number): Int32Array {
  const rows = new Int32Array(count * n);
  for (let matrix = 0; matrix < count; matrix++) {
    decompose(doubles, n, matrix * n * n, rows.subarray(matrix * n, (matrix + 1) * n));
    checkRegular(operation, doubles.values, n, matrix);
  }
  return rows;
}

/** Brings rows of so many columns into an order. */
function reorder(values: Float64Array, at: number, columns: number, order: Int32Array): void {
  const kept = values.slice(at, at + order.length * columns);
  order.forEach((from, row) => {
    values.set(kept.subarray(from * columns, (from + 1) * columns), at + row * columns);
  });
}

const solveOp: Op<Asker> = {
  name: "solve",
  shape: ([a, b]) => [solutionShape("solve", a, b)],
  forward: (kernels, [a, b], { operation }, [shape]) => {
    const [n, columns] = shape.slice(-2);
    const sides = { storage: b.storage, layout: broadcast(b.layout, shape) };
    const first = sizeOf(a.layout.shape);
    const storage = kernels.alloc(sizeOf(shape));
    withDoubles(kernels, [a, sides], (doubles) => {
      const rows = decomposeAll(operation, doubles, n, sizeOf(batchOf(a.layout.shape)));
      eachSystem(a.layout.shape, shape, (matrix, to) => {
        const own = { at: first + to, row: columns };
        reorder(doubles.values, own.at, columns, rows.subarray(matrix * n, (matrix + 1) * n));
        const triangles = { at: matrix * n * n, row: n, n, transposed: false };
        substitute(doubles, { ...triangles, part: "lower", unit: true }, own, columns);
        substitute(doubles, { ...triangles, part: "upper", unit: false }, own, columns);
      });
      storage.values.set(doubles.values.subarray(first));
    });
    return [{ storage, layout: contiguous(shape) }];
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
    solutionFor("solve", a, b, (sides) => solved("solve", a, sides))) as Solve<[]>,
);
