import { backend } from "../backend/current.js";
import { contiguous, diagonalOf } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkTensor } from "../operand.js";
import type { Dim } from "../shape.js";
import { formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import { type Cube, type Mat, type Tensor, tensorOver, type Vec } from "../tensor.js";
import { where } from "./compare.js";
import { roomFor } from "./room.js";

/** Where a diagonal begins, and how many elements it has. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly count: number;
}

function placeOf(rows: number, columns: number, offset: number): Place {
  const [row, column] = [Math.max(-offset, 0), Math.max(offset, 0)];
  return { row, column, count: Math.min(rows - row, columns - column) };
}

function checkMatrix(operation: string, shape: Shape): void {
  if (shape.length < 2)
    throw new ShapeError(operation, `a matrix or a batch of them is needed, not ${formatShape(shape)}`, [shape]);
}

function checkOffset(operation: string, shape: Shape, offset: number): void {
  const [rows, columns] = shape.slice(-2);
  if (!Number.isInteger(offset) || offset < -rows || offset > columns)
    throw new ShapeError(
      operation,
      `a matrix ${formatShape(shape)} has no diagonal ${offset}: they go from ${-rows} to ${columns}`,
      [shape],
    );
}

const diagonalOp: Op<{ readonly offset: number }> = {
  name: "diagonal",
  shape: ([from], { offset }) => {
    checkMatrix("diagonal", from);
    checkOffset("diagonal", from, offset);
    const [rows, columns] = from.slice(-2);
    return [[...from.slice(0, -2), placeOf(rows, columns, offset).count]];
  },
  forward: (_, [{ storage, layout }], { offset }) => {
    const [rows, columns] = layout.shape.slice(-2);
    const { row, column, count } = placeOf(rows, columns, offset);
    return [{ storage, layout: diagonalOf(layout, row, column, count) }];
  },
  vjp: ({ inputs: [x], gradients: [g], attributes: { offset } }) => {
    const [rows, columns] = x.shape.slice(-2);
    return [apply(diagonalMatrixOp, [g], { rows, columns, offset })[0]];
  },
};

const diagonalMatrixOp: Op<{ readonly rows: number; readonly columns: number; readonly offset: number }> = {
  name: "diagonalMatrix",
  shape: ([from], { rows, columns }) => [[...from.slice(0, -1), rows, columns]],
  forward: (kernels, [input], { rows, columns, offset }, [shape]) => {
    const storage = roomFor("diagonalMatrix", kernels, [input], sizeOf(shape));
    const { row, column, count } = placeOf(rows, columns, offset);
    kernels.write({ storage, layout: diagonalOf(contiguous(shape), row, column, count) }, input);
    return [{ storage, layout: contiguous(shape) }];
  },
  vjp: ({ gradients: [g], attributes: { offset } }) => [diagonalAt(g, offset)],
};

/** `diagonal` for tensors of unknown rank. */
export const diagonalAt = (x: Tensor, offset: number): Tensor => apply(diagonalOp, [x], { offset })[0];

function taken<B extends Dim>(x: Cube<B>, offset?: number): Mat<B>;
function taken<N extends Dim>(x: Mat<N, N>, offset?: 0): Vec<N>;
function taken(x: Mat, offset?: number): Vec;
function taken(x: Tensor, offset = 0): Tensor {
  return diagonalAt(x, offset);
}

/**
 * The diagonal of a matrix or of each of a batch, `[..., M, N] -> [..., K]`, without a copy; `offset` diagonals above the
 * main one, or below it where negative.
 *
 * @throws ShapeError if it is no matrix, or has no such diagonal.
 */
export const diagonal = defineOp(diagonalOp, taken);

function spread<B extends Dim, N extends Dim>(x: Mat<B, N>): Cube<B, N, N>;
function spread<B extends Dim>(x: Mat<B>, offset: number): Cube<B>;
function spread<N extends Dim>(x: Vec<N>): Mat<N, N>;
function spread(x: Vec, offset: number): Mat;
function spread(x: Tensor, offset = 0): Tensor {
  checkTensor("diagonalMatrix", x);
  if (x.rank === 0 || !Number.isInteger(offset))
    throw new ShapeError(
      "diagonalMatrix",
      `elements along an axis and a whole number of diagonals are needed, not ${formatShape(x.shape)} and ${offset}`,
      [x.shape],
    );
  const n = x.shape[x.rank - 1] + Math.abs(offset);
  return apply(diagonalMatrixOp, [x], { rows: n, columns: n, offset })[0];
}

/**
 * The square matrix with these elements on a diagonal and 0 elsewhere, `[..., N] -> [..., N, N]`; `offset` diagonals above
 * the main one, or below it where negative, of a matrix so much larger. `diagonal` takes them out again.
 *
 * @throws ShapeError if there is no axis.
 */
export const diagonalMatrix = defineOp(diagonalMatrixOp, spread);

/** 1 at rows and columns for which `kept` holds of the column's distance to the right of the diagonal, else 0. */
function maskOf(operation: string, x: Tensor, kept: (distance: number) => boolean): Tensor {
  checkTensor(operation, x);
  const { shape } = x;
  checkMatrix(operation, shape);
  const [rows, columns] = shape.slice(-2);
  const mask = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) if (kept(column - row)) mask[row * columns + column] = 1;
  return tensorOver(backend().upload(mask), [rows, columns]);
}

/** Elements where `kept` holds, 0 elsewhere whatever stands there. */
function masked(operation: string, x: Tensor, offset: number, kept: (distance: number) => boolean): Tensor {
  const mask = maskOf(operation, x, kept);
  if (!Number.isSafeInteger(offset))
    throw new ShapeError(operation, `the offset is a whole number of diagonals, not ${offset}`, [x.shape]);
  return where(mask, x, 0);
}

/** The shape of a matrix or of a batch of them. */
type Matrices = readonly [...Dim[], Dim, Dim];

/** `tril` for tensors of unknown rank. */
export const lowerTriangle = (x: Tensor, offset = 0): Tensor =>
  masked("tril", x, offset, (distance) => distance <= offset);

/** `triu` for tensors of unknown rank. */
export const upperTriangle = (x: Tensor, offset = 0): Tensor =>
  masked("triu", x, offset, (distance) => distance >= offset);

/**
 * The lower triangle of a matrix or of each of a batch, up to `offset` diagonals above the main one (below it where
 * negative); 0 elsewhere, whatever stands there, infinities and NaN too.
 *
 * @throws ShapeError if it is no matrix, or the offset is no whole number.
 */
export const tril = <S extends Matrices>(x: Tensor<S>, offset = 0): Tensor<S> => lowerTriangle(x, offset) as Tensor<S>;

/**
 * The upper triangle of a matrix or of each of a batch, from `offset` diagonals above the main one on (below it where
 * negative); 0 elsewhere, whatever stands there, infinities and NaN too.
 *
 * @throws ShapeError if it is no matrix, or the offset is no whole number.
 */
export const triu = <S extends Matrices>(x: Tensor<S>, offset = 0): Tensor<S> => upperTriangle(x, offset) as Tensor<S>;
