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
