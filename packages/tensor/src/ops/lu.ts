import { formatShape, type Shape, ShapeError, sameShape } from "../shape.js";

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
 * Checks the shapes of square matrices and their right-hand sides.
 *
 * @throws ShapeError if they do not go together.
 */
export function checkSystem(operation: string, matrix: Shape, sides: Shape): void {
  checkSquare(operation, matrix);
  const fits =
    sides.length === matrix.length &&
    sameShape(sides.slice(0, -2), matrix.slice(0, -2)) &&
    sides[sides.length - 2] === matrix[matrix.length - 1];
  if (!fits)
    throw new ShapeError(
      operation,
      `right-hand sides ${formatShape(sides)} do not fit a matrix ${formatShape(matrix)}`,
      [matrix, sides],
    );
}

/** Row `to` less `factor` times row `from`, over the columns from `start` on. */
function subtractRow(
  values: Float64Array,
  to: number,
  from: number,
  factor: number,
  start: number,
  columns: number,
): void {
  for (let column = start; column < columns; column++) values[to + column] -= factor * values[from + column];
}

/** The row from `column` down with the largest element in that column; of those that tie the first, NaN before all. */
function pivotRow(a: Float64Array, n: number, start: number, column: number): number {
  let best = column;
  for (let row = column + 1; row < n; row++) {
    const size = Math.abs(a[start + row * n + column]);
    if (!(size <= Math.abs(a[start + best * n + column]))) best = row;
  }
  return best;
}

function exchange(values: Float64Array, one: number, other: number, length: number): void {
  const kept = values.slice(one, one + length);
  values.copyWithin(one, other, other + length);
  values.set(kept, other);
}

/**
 * Replaces the matrix of `n` rows at `start` by its factors, rows exchanged so that each pivot is the largest of its column:
 * the upper triangle, and below it the factors by which rows were subtracted. `rows` becomes the row of the original that
 * each one was; the result is 1 or -1, for an even or odd number of exchanges.
 */
export function decompose(a: Float64Array, n: number, start: number, rows: Int32Array): 1 | -1 {
  let parity: 1 | -1 = 1;
  for (let row = 0; row < n; row++) rows[row] = row;
  for (let column = 0; column < n; column++) {
    const best = pivotRow(a, n, start, column);
    if (best !== column) {
      exchange(a, start + best * n, start + column * n, n);
      [rows[best], rows[column]] = [rows[column], rows[best]];
      parity = parity === 1 ? -1 : 1;
    }
    const from = start + column * n;
    const pivot = a[from + column];
    // Nothing but zeros down the column: there is nothing to subtract, and the determinant is 0.
    if (pivot === 0) continue;
    for (let row = column + 1; row < n; row++) {
      const to = start + row * n;
      const factor = a[to + column] / pivot;
      a[to + column] = factor;
      if (factor !== 0) subtractRow(a, to, from, factor, column + 1, n);
    }
  }
  return parity;
}

/** A triangle of a matrix in row-major order, to be solved. */
export interface Triangle {
  readonly values: Float64Array;
  readonly start: number;
  readonly n: number;
  readonly part: "lower" | "upper";
  /** Whether rows are columns. */
  readonly transposed: boolean;
  /** Whether the diagonal is all ones, whatever stands there. */
  readonly unit: boolean;
}

/** Replaces `columns` right-hand sides at `to` by the solution of a triangular system; no pivot may be 0. */
export function substitute(
  { values, start, n, part, transposed, unit }: Triangle,
  sides: Float64Array,
  to: number,
  columns: number,
): void {
  const isDownwards = (part === "lower") !== transposed;
  const [rowStep, columnStep] = transposed ? [1, n] : [n, 1];
  for (let step = 0; step < n; step++) {
    const row = isDownwards ? step : n - 1 - step;
    const own = to + row * columns;
    for (let done = 0; done < step; done++) {
      const known = isDownwards ? done : n - 1 - done;
      const factor = values[start + row * rowStep + known * columnStep];
      const from = to + known * columns;
      for (let column = 0; column < columns; column++) sides[own + column] -= factor * sides[from + column];
    }
    if (unit) continue;
    const pivot = values[start + row * (n + 1)];
    for (let column = 0; column < columns; column++) sides[own + column] /= pivot;
  }
}
