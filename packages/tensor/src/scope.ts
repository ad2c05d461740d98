import { backendFor } from "./backend/current.js";
import { contiguous } from "./layout.js";
import type { Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/**
 * Runs `fn` and frees what it made, but for what it returns. On the heap the garbage collector does that by itself, so
 * that the scope only marks the place.
 *
 * @throws TypeError if `fn` is asynchronous: its tensors would be freed before it ends.
 */
export function scope<Result>(fn: () => Result): Result {
  const result = fn();
  if (result instanceof Promise) throw new TypeError("scope: the function must not be asynchronous");
  return result;
}

/**
 * A copy of a tensor on the heap, which outlives every scope.
 *
 * @throws TypeError if it is float64 outside reference64.
 */
export function keep<S extends Shape>(x: Tensor<S>): Tensor<S> {
  const kernels = backendFor("keep", [x]);
  const storage = x.dtype === "int32" ? kernels.uploadIndices(x.data) : kernels.upload(x.data);
  return new Tensor<S>(storage, contiguous(x.shape));
}

/** Runs `fn` with these tensors, the parameters of a loop, held where the kernels want them; a scope too. */
export const pinned = <Result>(_tensors: readonly Tensor[], fn: () => Result): Result => scope(fn);
