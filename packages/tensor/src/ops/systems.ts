import { broadcast, contiguous } from "../layout.js";
import { checkTensor } from "../operand.js";
import { broadcastShapes, type Dim, formatShape, type Shape, ShapeError } from "../shape.js";
import { eachRow } from "../strided.js";
import type { Cube, Mat, Tensor, Vec } from "../tensor.js";
import { withShape } from "./view.js";

/** The axes in front of those of a matrix. */
export const batchOf = (shape: Shape): Shape => shape.slice(0, -2);

/**
 * Checks that a shape is that of a square matrix, or of a batch of them.
 *
 * @throws ShapeError if it is not.
 */
export function checkSquare(operation: string, shape: Shape): void {
  if (shape.length < 2 || shape[shape.length - 1] !== shape[shape.length - 2])
    throw new ShapeError(operation, `a square matrix is needed, not ${formatShape(shape)}`, [shape]);
}

/**
 * The shape of the solutions for square matrices and right-hand sides, batches of which broadcast; a vector is one column.
 *
 * @throws ShapeError if they do not go together.
 */
export function solutionShape(operation: string, matrix: Shape, sides: Shape): Shape {
  checkSquare(operation, matrix);
  const [rows, ...columns] = sides.length === 1 ? sides : sides.slice(-2);
  if (rows !== matrix[matrix.length - 1])
    throw new ShapeError(
      operation,
      `right-hand sides ${formatShape(sides)} do not fit a matrix ${formatShape(matrix)}`,
      [matrix, sides],
    );
  return [...broadcastShapes(operation, [batchOf(matrix), batchOf(sides)]), rows, ...columns];
}

/**
 * Calls `solve` for every system of a batch: with the number of its matrix among those of shape `matrices`, which broadcast,
 * and where its solution, one of a batch of shape `solutions`, begins.
 */
export function eachSystem(matrices: Shape, solutions: Shape, solve: (matrix: number, to: number) => void): void {
  const [rows, columns] = solutions.slice(-2);
  eachRow(broadcast(contiguous(batchOf(matrices)), batchOf(solutions)), (at, step, count, index) => {
    for (let i = 0; i < count; i++) solve(at + i * step, (index + i) * rows * columns);
  });
}

/** What `solve` makes of right-hand sides; of a vector as the one column of a matrix, and without that axis again. */
export function solutionFor(operation: string, a: Tensor, b: Tensor, solve: (sides: Tensor) => Tensor): Tensor {
  checkTensor(operation, a);
  checkTensor(operation, b, 1);
  if (b.rank !== 1) return solve(b);
  // As a column it would be refused under a shape that nobody gave.
  solutionShape(operation, a.shape, b.shape);
  const columns = solve(withShape(b, [b.size, 1]));
  return withShape(columns, columns.shape.slice(0, -1));
}

/** The solution of linear systems: what `solve` and `triangularSolve` take. A matrix, right-hand sides, or a batch of one are taken for each of a batch. */
export interface Solve<Options extends readonly unknown[]> {
  // The plain case comes last: where no overload fits, the compiler explains the last one.
  <B extends Dim, N extends Dim, M extends Dim>(
    a: Cube<B, N, NoInfer<N>>,
    b: Mat<NoInfer<N>, M> | Cube<NoInfer<B> | 1, NoInfer<N>, M>,
    ...options: Options
  ): Cube<B, N, M>;
  <B extends Dim, N extends Dim>(a: Cube<B, N, NoInfer<N>>, b: Vec<NoInfer<N>>, ...options: Options): Mat<B, N>;
  <B extends Dim, N extends Dim, M extends Dim>(
    a: Mat<N, NoInfer<N>>,
    b: Cube<B, NoInfer<N>, M>,
    ...options: Options
  ): Cube<B, N, M>;
  <N extends Dim>(a: Mat<N, NoInfer<N>>, b: Vec<NoInfer<N>>, ...options: Options): Vec<N>;
  <N extends Dim, M extends Dim>(a: Mat<N, NoInfer<N>>, b: Mat<NoInfer<N>, M>, ...options: Options): Mat<N, M>;
}
