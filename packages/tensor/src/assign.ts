import { backendFor } from "./backend/current.js";
import { formatShape, type Shape, ShapeError, sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

let clock = 0;

/** How many times `assign` has written so far. A tape notes it, and refuses to differentiate what was overwritten since. */
export const writes = (): number => clock;

/**
 * Overwrites the elements of a tensor, in place: what optimizers do to parameters. All views of it change.
 *
 * @throws ShapeError if the shapes differ.
 * @throws ShapeError if several elements of the target share a place in memory (an expanded axis).
 * @throws TypeError if one holds indices and the other does not.
 * @throws TypeError if one is float64 outside reference64.
 */
export function assign<S extends Shape>(target: Tensor<S>, source: Tensor<NoInfer<S>>): void {
  if (!sameShape(target.shape, source.shape))
    throw new ShapeError("assign", `${formatShape(source.shape)} cannot overwrite ${formatShape(target.shape)}`, [
      target.shape,
      source.shape,
    ]);
  if ((target.dtype === "int32") !== (source.dtype === "int32"))
    throw new TypeError(
      `assign: ${source.dtype} cannot overwrite ${target.dtype}; indices are written by indices alone`,
    );
  if (target.layout.strides.some((stride, axis) => stride === 0 && target.shape[axis] > 1))
    throw new ShapeError(
      "assign",
      `the elements of an expanded tensor ${formatShape(target.shape)} share memory; overwrite a copy: keep(target)`,
      [target.shape],
    );
  const kernels = backendFor("assign", [target, source]);
  target.storage.unstage();
  kernels.write(target, source);
  target.storage.writtenAt = ++clock;
}
