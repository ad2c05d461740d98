import type { Block, Rows } from "../backend/subtract.js";
import type { Doubles } from "./doubles.js";

/** The row from `column` down with the largest element in that column; of those that tie the first, NaN before all. */
function pivotRow(a: Float64Array, n: number, start: number, column: number): number {
  let best = column;
  for (let row = column; row < n; row++) {
    const size = Math.abs(a[start + row * n + column]);
    if (Number.isNaN(size)) return row;
    if (size > Math.abs(a[start + best * n + column])) best = row;
  }
  return best;
}

function exchange(values: Float64Array, one: number, other: number, length: number): void {
  for (let at = 0; at < length; at++) [values[one + at], values[other + at]] = [values[other + at], values[one + at]];
}

/** Takes so many numbers from `from` on, times a factor, from those from `to` on. */
function subtractRow(values: Float64Array, to: number, factor: number, from: number, length: number): void {
  for (let at = 0; at < length; at++) values[to + at] -= factor * values[from + at];
}

/** Subtracts the row of a pivot from those below it, up to column `end`, and leaves the factors in its column. */
function eliminate(a: Float64Array, n: number, start: number, column: number, end: number): void {
  const from = start + column * n;
  const pivot = a[from + column];
  // Nothing but zeros down the column: there is nothing to subtract, and the determinant is 0.
  if (pivot === 0) return;
  for (let row = column + 1; row < n; row++) {
    const to = start + row * n;
    const factor = a[to + column] / pivot;
    a[to + column] = factor;
    subtractRow(a, to + column + 1, factor, from + column + 1, end - column - 1);
  }
}

/** Rows or columns that are not worth halving any more. */
const few = 8;

/** About half of some rows or columns, in whole multiples of the few. */
const half = (length: number): number => few * Math.ceil(length / (2 * few));

/**
 * Replaces the matrix of `n` rows at `start` by its factors, rows exchanged so that each pivot is the largest of its column:
 * the upper triangle, and below it the factors by which rows were subtracted. `rows` becomes the row of the original that
 * each one was; the result is 1 or -1, for an even or odd number of exchanges. Half of the columns are eliminated before the
 * others learn of it, and so on in each half (Toledo, 1997): so that nearly all is products of matrices.
 */
export function decompose(doubles: Doubles, n: number, start: number, rows: Int32Array): 1 | -1 {
  const { values, subtract } = doubles;
  let parity: 1 | -1 = 1;
  const place = (row: number, column: number): Rows => ({ at: start + row * n + column, row: n });
  const decomposeColumns = (first: number, end: number): void => {
    if (end - first > few) {
      const middle = first + half(end - first);
      decomposeColumns(first, middle);
      const known = middle - first;
      const beside = place(first, middle);
      const above = { ...place(first, first), n: known, part: "lower", transposed: false, unit: true } as const;
      substitute(doubles, above, beside, end - middle);
      const size = { rows: n - middle, width: end - middle, count: known };
      subtract(size, place(middle, middle), { ...place(middle, first), column: 1 }, beside);
      decomposeColumns(middle, end);
      return;
    }
    for (let column = first; column < end; column++) {
      const best = pivotRow(values, n, start, column);
      if (best !== column) {
        exchange(values, start + best * n, start + column * n, n);
        [rows[best], rows[column]] = [rows[column], rows[best]];
        parity = parity === 1 ? -1 : 1;
      }
      eliminate(values, n, start, column, end);
    }
  };
  for (let row = 0; row < n; row++) rows[row] = row;
  decomposeColumns(0, n);
  return parity;
}

/** Rows of a symmetric matrix that are updated together: of the triangle that is not needed little is computed. */
const strip = 32;

/** A pivot that is not above 0. */
interface Stop {
  readonly row: number;
  readonly pivot: number;
}

/**
 * Replaces the matrix of `n` rows at `start` by its Cholesky factor, of which only the lower triangle is read; the result is
 * the first pivot that is not above 0, if there is one: then the matrix has no such factor.
 */
export function factorise({ values, subtract }: Doubles, n: number, start: number): Stop | undefined {
  // The factor is made transposed, row by row: so what is subtracted lies in rows too.
  for (let row = 0; row < n; row++)
    for (let column = row + 1; column < n; column++)
      values[start + row * n + column] = values[start + column * n + row];
  const place = (row: number, column: number): number => start + row * n + column;
  const factoriseRows = (first: number, end: number): Stop | undefined => {
    if (end - first > few) {
      const middle = first + half(end - first);
      const stopped = factoriseRows(first, middle);
      if (stopped) return stopped;
      for (let top = middle; top < end; top += strip) {
        const size = { rows: Math.min(strip, end - top), width: n - top, count: middle - first };
        const at = place(first, top);
        subtract(size, { at: place(top, top), row: n }, { at, row: 1, column: n }, { at, row: n });
      }
      return factoriseRows(middle, end);
    }
    for (let row = first; row < end; row++) {
      const own = place(row, row);
      for (let above = first; above < row; above++)
        subtractRow(values, own, values[place(above, row)], place(above, row), n - row);
      const pivot = values[own];
      if (!(pivot > 0)) return { row, pivot };
      const root = Math.sqrt(pivot);
      values[own] = root;
      for (let at = own + 1; at < own + n - row; at++) values[at] /= root;
    }
    return undefined;
  };
  const stopped = factoriseRows(0, n);
  for (let row = 0; row < n; row++)
    for (let column = row + 1; column < n; column++) {
      values[start + column * n + row] = values[start + row * n + column];
      values[start + row * n + column] = 0;
    }
  return stopped;
}

/** A triangle of a matrix, to be solved. */
export interface Triangle extends Rows {
  readonly n: number;
  readonly part: "lower" | "upper";
  /** Whether rows are columns. */
  readonly transposed: boolean;
  /** Whether the diagonal is all ones, whatever stands there. */
  readonly unit: boolean;
}

/** Replaces `columns` right-hand sides by the solution of a triangular system; no pivot may be 0. */
export function substitute({ values, subtract }: Doubles, triangle: Triangle, sides: Rows, columns: number): void {
  const { at, row, n, part, transposed, unit } = triangle;
  const isDownwards = (part === "lower") !== transposed;
  // Seen from the end that is solved first, every triangle is a lower one.
  const [top, way] = isDownwards ? [0, 1] : [n - 1, -1];
  const [rowStep, columnStep] = transposed ? [way, way * row] : [way * row, way];
  const factor = (to: number, from: number): Block => ({
    at: at + top * (row + 1) + to * rowStep + from * columnStep,
    row: rowStep,
    column: columnStep,
  });
  const side = (to: number): Rows => ({ at: sides.at + (top + way * to) * sides.row, row: way * sides.row });
  const solveRows = (first: number, end: number): void => {
    if (end - first > few) {
      const middle = first + half(end - first);
      solveRows(first, middle);
      const size = { rows: end - middle, width: columns, count: middle - first };
      subtract(size, side(middle), factor(middle, first), side(first));
      solveRows(middle, end);
      return;
    }
    for (let to = first; to < end; to++) {
      const own = side(to).at;
      for (let from = first; from < to; from++)
        subtractRow(values, own, values[factor(to, from).at], side(from).at, columns);
      if (unit) continue;
      const pivot = values[factor(to, to).at];
      for (let place = own; place < own + columns; place++) values[place] /= pivot;
    }
  };
  solveRows(0, n);
}
