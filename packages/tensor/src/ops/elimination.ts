/** Rows of numbers, each `step` after the one before, and the factor that each is taken by. */
interface Rows {
  readonly values: Float64Array;
  readonly from: number;
  readonly step: number;
  readonly factors: Float64Array;
  readonly factorFrom: number;
  readonly factorStep: number;
  readonly count: number;
}

/**
 * `width` numbers from `to` on less the rows, each times its factor, one after the other: four at a time, so that a number
 * is read and written once for four of them. This is where all the time goes.
 */
function subtractRows(
  target: Float64Array,
  to: number,
  width: number,
  { values, from, step, factors, factorFrom, factorStep, count }: Rows,
): void {
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const at = factorFrom + row * factorStep;
    const [a, b] = [factors[at], factors[at + factorStep]];
    const [c, d] = [factors[at + 2 * factorStep], factors[at + 3 * factorStep]];
    const first = from + row * step;
    const [second, third, fourth] = [first + step, first + 2 * step, first + 3 * step];
    for (let i = 0; i < width; i++)
      target[to + i] =
        target[to + i] -
        a * values[first + i] -
        b * values[second + i] -
        c * values[third + i] -
        d * values[fourth + i];
  }
  for (; row < count; row++) {
    const factor = factors[factorFrom + row * factorStep];
    const first = from + row * step;
    for (let i = 0; i < width; i++) target[to + i] -= factor * values[first + i];
  }
}

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
  const kept = values.slice(one, one + length);
  values.copyWithin(one, other, other + length);
  values.set(kept, other);
}

/** Columns that are eliminated before the rest of the matrix learns of it: their rows stay in the cache. */
const panel = 32;

/**
 * Replaces the matrix of `n` rows at `start` by its factors, rows exchanged so that each pivot is the largest of its column:
 * the upper triangle, and below it the factors by which rows were subtracted. `rows` becomes the row of the original that
 * each one was; the result is 1 or -1, for an even or odd number of exchanges.
 */
export function decompose(a: Float64Array, n: number, start: number, rows: Int32Array): 1 | -1 {
  let parity: 1 | -1 = 1;
  for (let row = 0; row < n; row++) rows[row] = row;
  for (let first = 0; first < n; first += panel) {
    const end = Math.min(first + panel, n);
    for (let column = first; column < end; column++) {
      const best = pivotRow(a, n, start, column);
      if (best !== column) {
        exchange(a, start + best * n, start + column * n, n);
        [rows[best], rows[column]] = [rows[column], rows[best]];
        parity = parity === 1 ? -1 : 1;
      }
      eliminate(a, n, start, column, end);
    }
    for (let row = first + 1; row < n; row++) {
      const own = start + row * n;
      const above = { values: a, from: start + first * n + end, step: n, count: Math.min(row, end) - first };
      subtractRows(a, own + end, n - end, { ...above, factors: a, factorFrom: own + first, factorStep: 1 });
    }
  }
  return parity;
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
    for (let at = column + 1; at < end; at++) a[to + at] -= factor * a[from + at];
  }
}

/**
 * Replaces the matrix of `n` rows at `start` by its Cholesky factor, of which only the lower triangle is read; the result is
 * the first pivot that is not above 0, if there is one: then the matrix has no such factor.
 */
export function factorise(a: Float64Array, n: number, start: number): { row: number; pivot: number } | undefined {
  // The factor is made transposed, row by row: so what is subtracted lies in rows too.
  const upper = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = row; column < n; column++) upper[row * n + column] = a[start + column * n + row];
    const own = row * n + row;
    const above = { values: upper, from: row, step: n, factors: upper, factorFrom: row, factorStep: n, count: row };
    subtractRows(upper, own, n - row, above);
    const pivot = upper[own];
    if (!(pivot > 0)) return { row, pivot };
    const root = Math.sqrt(pivot);
    upper[own] = root;
    for (let at = own + 1; at < (row + 1) * n; at++) upper[at] /= root;
  }
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) a[start + row * n + column] = column > row ? 0 : upper[column * n + row];
  return undefined;
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

/** Columns that are solved for together: their rows stay in the cache. */
const columnsTogether = 64;

/** Replaces `columns` right-hand sides at `to` by the solution of a triangular system; no pivot may be 0. */
export function substitute(
  { values, start, n, part, transposed, unit }: Triangle,
  sides: Float64Array,
  to: number,
  columns: number,
): void {
  const isDownwards = (part === "lower") !== transposed;
  const [rowStep, columnStep] = transposed ? [1, n] : [n, 1];
  const [top, way] = isDownwards ? [0, 1] : [n - 1, -1];
  const known = { values: sides, step: way * columns, factors: values, factorStep: way * columnStep };
  for (let column = 0; column < columns; column += columnsTogether) {
    const width = Math.min(columnsTogether, columns - column);
    for (let count = 0; count < n; count++) {
      const row = top + way * count;
      const own = to + row * columns + column;
      const from = to + top * columns + column;
      subtractRows(sides, own, width, {
        ...known,
        from,
        factorFrom: start + row * rowStep + top * columnStep,
        count,
      });
      if (unit) continue;
      const pivot = values[start + row * (n + 1)];
      for (let at = own; at < own + width; at++) sides[at] /= pivot;
    }
  }
}
