import { formatShape, ShapeError, type Tensor } from "@factorvae/tensor";

/**
 * Checks that the input of a layer is a matrix of `width` columns.
 *
 * @throws ShapeError that names the layer.
 */
export function checkRows(layer: string, { shape }: Tensor, width: number): void {
  if (shape.length !== 2 || shape[1] !== width)
    throw new ShapeError(layer, `x must be [rows, ${width}], not ${formatShape(shape)}`, [shape]);
}

/**
 * Checks that the input of a recurrent layer is a cube of sequences with at least one step of `width` features.
 *
 * @throws ShapeError that names the layer.
 */
export function checkSequences(layer: string, { shape }: Tensor, width: number): void {
  if (shape.length !== 3 || shape[2] !== width || shape[1] === 0)
    throw new ShapeError(layer, `x must be [rows, steps >= 1, ${width}], not ${formatShape(shape)}`, [shape]);
}

/**
 * Checks that a recurrent layer's state before the first step has a row of `width` units for each sequence.
 *
 * @throws ShapeError that names the layer and the state.
 */
export function checkState(layer: string, state: string, { shape }: Tensor, rows: number, width: number): void {
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== width)
    throw new ShapeError(
      layer,
      `the initial ${state} must be ${formatShape([rows, width])}, not ${formatShape(shape)}`,
      [shape],
    );
}
