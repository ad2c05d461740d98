import { doublesOnHeap } from "./doubles.js";
import { substitute } from "./elimination.js";

/** Factors of a matrix with rows and columns exchanged so that each pivot is the largest of what is left. */
interface Factors {
  /** The upper triangle, and below it the factors by which rows were subtracted. */
  readonly values: Float64Array;
  /** The row of the original that each row was. */
  readonly rows: Int32Array;
  /** The column of the original that each column was. */
  readonly columns: Int32Array;
  /** 1 or -1, for an even or odd number of exchanges. */
  readonly parity: 1 | -1;
}

/** The place of the largest element from row and column `from` on; of NaN before all. */
function largestFrom(values: Float64Array, n: number, from: number): readonly [row: number, column: number] {
  let [best, size] = [from * (n + 1), -1];
  for (let row = from; row < n; row++)
    for (let column = from; column < n; column++) {
      const found = Math.abs(values[row * n + column]);
      if (found <= size) continue;
      [best, size] = [row * n + column, Number.isNaN(found) ? Number.POSITIVE_INFINITY : found];
    }
  return [Math.floor(best / n), best % n];
}

function exchangeRows(values: Float64Array, n: number, one: number, other: number): void {
  const kept = values.slice(one * n, (one + 1) * n);
  values.copyWithin(one * n, other * n, (other + 1) * n);
  values.set(kept, other * n);
}

function exchangeColumns(values: Float64Array, n: number, one: number, other: number): void {
  for (let at = 0; at < n * n; at += n) [values[at + one], values[at + other]] = [values[at + other], values[at + one]];
}

function factorsOf(matrix: Float64Array, n: number): Factors {
  const values = matrix.slice();
  const [rows, columns] = [
    Int32Array.from({ length: n }, (_, at) => at),
    Int32Array.from({ length: n }, (_, at) => at),
  ];
  let parity: 1 | -1 = 1;
  for (let step = 0; step < n; step++) {
    const [row, column] = largestFrom(values, n, step);
    if ((row === step) !== (column === step)) parity = parity === 1 ? -1 : 1;
    exchangeRows(values, n, step, row);
    exchangeColumns(values, n, step, column);
    [rows[step], rows[row]] = [rows[row], rows[step]];
    [columns[step], columns[column]] = [columns[column], columns[step]];
    const pivot = values[step * (n + 1)];
    if (pivot === 0) break;
    for (let below = step + 1; below < n; below++) {
      const factor = values[below * n + step] / pivot;
      values[below * n + step] = factor;
      for (let at = step + 1; at < n; at++) values[below * n + at] -= factor * values[step * n + at];
    }
  }
  return { values, rows, columns, parity };
}

/**
 * The cofactors of the matrix of `n` rows: the derivative of its determinant by each element. With factors L and U and the
 * last pivot split off, `U = [[V, u], [0, d]]`, the adjugate is `det(V) [[d / V, -u / V], [0, 1]] / L`, whatever `d` is: so
 * that they are exact for singular matrices as well. Where two pivots are 0, all of them are.
 */
export function cofactorsOf(matrix: Float64Array, n: number): Float64Array {
  const cofactors = new Float64Array(n * n);
  const { values, rows, columns, parity } = factorsOf(matrix, n);
  const last = n - 1;
  let outer: number = parity;
  for (let at = 0; at < last; at++) outer *= values[at * (n + 1)];
  if (outer === 0) return cofactors;
  // The factors, and behind them the solution.
  const doubles = doublesOnHeap(2 * n * n);
  doubles.values.set(values);
  const [upper, solution] = [doubles.values, doubles.values.subarray(n * n)];
  for (let at = 0; at < n; at++) solution[at * (n + 1)] = 1;
  const [triangle, sides] = [
    { at: 0, row: n, n, transposed: false },
    { at: n * n, row: n },
  ];
  substitute(doubles, { ...triangle, part: "lower", unit: true }, sides, n);
  const bottom = values[n * n - 1];
  for (let row = 0; row < last; row++) {
    const beside = values[row * n + last];
    for (let at = 0; at < n; at++)
      solution[row * n + at] = bottom * solution[row * n + at] - beside * solution[last * n + at];
    upper[row * n + last] = 0;
  }
  upper[n * n - 1] = 1;
  substitute(doubles, { ...triangle, part: "upper", unit: false }, sides, n);
  for (let row = 0; row < n; row++)
    for (let at = 0; at < n; at++) {
      const found = solution[row * n + at];
      // A product that overflowed times nothing is nothing, not NaN.
      cofactors[rows[at] * n + columns[row]] = found === 0 ? 0 : found * outer;
    }
  return cofactors;
}
