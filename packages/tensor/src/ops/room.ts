import type { Backend, Storage, Value } from "../backend/backend.js";

/**
 * A storage of zeros that the elements of `inputs` can be moved to as they are: of indices if the inputs are indices.
 *
 * @throws TypeError if only some of them are: large indices have no exact place among float32 numbers.
 */
export function roomFor(operation: string, kernels: Backend, inputs: readonly Value[], length: number): Storage {
  const indices = inputs.filter(({ storage }) => storage.dtype === "int32").length;
  if (indices === 0) return kernels.alloc(length);
  if (indices < inputs.length) throw new TypeError(`${operation}: indices and floating-point numbers do not mix`);
  return kernels.uploadIndices(new Int32Array(length));
}
