import {
  type Cube,
  fold,
  type Key,
  key,
  type Mat,
  normal,
  reshape,
  type Scalar,
  type Tensor,
  tensor,
  type Vec,
} from "@factorvae/autograd";
import fc from "fast-check";
import { dim, type Features, type Hidden, type Steps, type Stocks } from "../dims.js";
import type { Extractor } from "./extractor.js";
import { FactorVAE } from "./factorvae.js";
import type { FactorVAEOptions } from "./options.js";

/** Any random key. */
export const anyKey: fc.Arbitrary<Key> = fc.nat().map(key);

/** Sizes of a small model. */
export const anySizes = fc.record({
  features: fc.integer({ min: 1, max: 4 }),
  hidden: fc.integer({ min: 1, max: 5 }),
  portfolios: fc.integer({ min: 1, max: 5 }),
  factors: fc.integer({ min: 1, max: 4 }),
});

/** Rows per day of a batch of one to three days. */
export const anyDays = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 });

/** Days of a batch, and which of its rows have a label: some of them, and at least one a day. */
export const anyLabelledDays = anyDays.chain((days) =>
  fc.record({
    days: fc.constant(days),
    labelled: fc
      .tuple(
        ...days.map((rows) => fc.tuple(fc.nat(rows - 1), fc.array(fc.boolean(), { minLength: rows, maxLength: rows }))),
      )
      .map((parts) => parts.flatMap(([present, mask]) => mask.map((labelled, row) => labelled || row === present))),
  }),
);

/** The positions of one to nine stocks in any order. */
export const anyOrder = fc.integer({ min: 1, max: 9 }).chain((rows) =>
  fc.shuffledSubarray(
    Array.from({ length: rows }, (_, row) => row),
    { minLength: rows },
  ),
);

/** The sum of whole numbers. */
export const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Standard normal histories: `[rows, steps, characteristics]`. */
export const sampleFeatures = (from: Key, rows: number, steps: number, characteristics: number) =>
  normal(fold(from, "features"), [dim<Stocks>(rows), dim<Steps>(steps), dim<Features>(characteristics)]);

/** The embedding of histories: `[N, T, C] -> [N, H]`. */
export function embedded(extractor: Extractor, histories: Cube<Stocks, Steps, Features>): Mat<Stocks, Hidden> {
  const [stocks, steps, features] = histories.shape;
  return extractor.forward(extractor.project(reshape(histories, [stocks * steps, features])), stocks, steps);
}

/** Standard normal returns: `[rows]`. */
export const sampleReturns = (from: Key, rows: number): Vec<Stocks> =>
  normal(fold(from, "returns"), [dim<Stocks>(rows)]);

/** Standard normal embeddings: `[rows, width]`. */
export const sampleEmbedding = (from: Key, rows: number, width: number): Mat<Stocks, Hidden> =>
  normal(fold(from, "embedding"), [dim<Stocks>(rows), dim<Hidden>(width)]);

/** A model, and a day for it that tells its stocks apart. */
export function sampleDay(options: FactorVAEOptions, from: Key, rows: number, steps = 3) {
  return {
    model: new FactorVAE(options, fold(from, "model")),
    features: sampleFeatures(from, rows, steps, options.features),
    returns: sampleReturns(from, rows),
  };
}

/** Rows of a tensor picked and ordered by position, as a new tensor. */
export function rowsOf<S extends readonly [number, ...number[]]>(x: Tensor<S>, rows: readonly number[]): Tensor<S>;
export function rowsOf(x: Tensor, rows: readonly number[]): Tensor {
  const [, ...rest] = x.shape;
  const width = x.size / x.shape[0];
  const values = rows.flatMap((row) => Array.from(x.data.slice(row * width, (row + 1) * width)));
  return tensor(values, [rows.length, ...rest]);
}

/** The positions of each day's rows in a batch. */
export function positionsOf(days: readonly number[]): number[][] {
  let end = 0;
  return days.map((rows) => {
    end += rows;
    return Array.from({ length: rows }, (_, row) => end - rows + row);
  });
}

/** The largest difference of two tensors' elements; NaN where one of them is NaN or their sizes differ. */
export function largestDifference(a: Tensor, b: Tensor): number {
  if (a.size !== b.size) return Number.NaN;
  const other = b.data;
  return Math.max(0, ...Array.from(a.data, (value, at) => Math.abs(value - other[at])));
}

/** A scalar from what a function gave, each element weighed by a random number of its own. */
export const weighed = (from: Key, ...outputs: readonly Tensor[]): Scalar =>
  outputs
    .map((output, at) =>
      reshape(output, [output.size])
        .mul(normal(fold(from, at), [output.size]))
        .sum(),
    )
    .reduce((sum, term) => sum.add(term));

/**
 * The solution of a dense system and the logarithm of its matrix's determinant (in absolute value), by Gaussian
 * elimination with row exchanges: the textbook way, as an oracle.
 */
export function solvedDensely(matrix: readonly (readonly number[])[], right: readonly number[]) {
  const rows = matrix.map((row, at) => [...row, right[at]]);
  const n = rows.length;
  let logDeterminant = 0;
  for (let column = 0; column < n; column++) {
    const largest = Math.max(...rows.slice(column).map((row) => Math.abs(row[column])));
    const pivot = rows.findIndex((row, at) => at >= column && Math.abs(row[column]) === largest);
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    logDeterminant += Math.log(largest);
    for (let below = column + 1; below < n; below++) {
      const share = rows[below][column] / rows[column][column];
      for (let at = column; at <= n; at++) rows[below][at] -= share * rows[column][at];
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let row = n - 1; row >= 0; row--) {
    const known = solution.reduce((sum, value, at) => sum + value * rows[row][at], 0);
    solution[row] = (rows[row][n] - known) / rows[row][row];
  }
  return { solution, logDeterminant };
}
