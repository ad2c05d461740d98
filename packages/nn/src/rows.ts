import { type Dim, formatShape, type Mat, reshape, type Shape, ShapeError, type Tensor } from "@factorvae/tensor";
import { checkTensor } from "./operand.js";

/**
 * The vectors along the last axis of x as the rows of a matrix: `[..., width] -> [R, width]`. A matrix is its own rows.
 *
 * @throws ShapeError that names the layer, if the last axis is not of that width.
 * @throws TypeError that names it, if x is no tensor.
 */
export function rowsOf<Width extends Dim>(layer: string, x: Tensor, width: Width): Mat<number, Width> {
  checkTensor(layer, "x", x);
  const { shape } = x;
  if (shape.length === 0 || shape[shape.length - 1] !== width)
    throw new ShapeError(layer, `x must be [..., ${width}], not ${formatShape(shape)}`, [shape]);
  const rows = shape.slice(0, -1).reduce((count, dim) => count * dim, 1);
  return (shape.length === 2 ? x : reshape(x, [rows, width])).as([rows, width]);
}

/**
 * What `run` makes of the vectors along the last axis of x, seen as the rows of a matrix, with the axes of x before them:
 * `[..., In] -> [..., Out]`.
 *
 * @throws ShapeError that names the layer, if the last axis is not of `width` elements.
 */
export function overRows<Lead extends Shape, In extends Dim, Out extends Dim>(
  layer: string,
  x: Tensor<readonly [...Lead, In]>,
  width: In,
  run: (rows: Mat<number, In>) => Mat<number, Out>,
): Tensor<readonly [...Lead, Out]>;
export function overRows(layer: string, x: Tensor, width: number, run: (rows: Mat) => Mat): Tensor {
  const made = run(rowsOf(layer, x, width));
  return x.rank === 2 ? made : reshape(made, [...x.shape.slice(0, -1), made.shape[1]]);
}

/**
 * Checks that the input of a layer is a matrix of `width` columns.
 *
 * @throws ShapeError that names the layer.
 * @throws TypeError that names it, if x is no tensor.
 */
export function checkRows(layer: string, x: Tensor, width: number): void {
  checkTensor(layer, "x", x);
  const { shape } = x;
  if (shape.length !== 2 || shape[1] !== width)
    throw new ShapeError(layer, `x must be [rows, ${width}], not ${formatShape(shape)}`, [shape]);
}

/**
 * Checks that the input of a recurrent layer is a cube of sequences with at least one step of `width` features.
 *
 * @throws ShapeError that names the layer.
 * @throws TypeError that names it, if x is no tensor.
 */
export function checkSequences(layer: string, x: Tensor, width: number): void {
  checkTensor(layer, "x", x);
  const { shape } = x;
  if (shape.length !== 3 || shape[2] !== width || shape[1] === 0)
    throw new ShapeError(layer, `x must be [rows, steps >= 1, ${width}], not ${formatShape(shape)}`, [shape]);
}

/**
 * Checks that a recurrent layer's state before the first step has a row of `width` units for each sequence.
 *
 * @throws ShapeError that names the layer and the state.
 * @throws TypeError that names them, if it is no tensor.
 */
export function checkState(layer: string, name: string, state: Tensor, rows: number, width: number): void {
  checkTensor(layer, `the initial ${name}`, state);
  const { shape } = state;
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== width)
    throw new ShapeError(
      layer,
      `the initial ${name} must be ${formatShape([rows, width])}, not ${formatShape(shape)}`,
      [shape],
    );
}
