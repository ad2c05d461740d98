import { formatShape } from "../shape.js";
import type { Backend, Value } from "./backend.js";
import { reference } from "./reference/reference.js";

export type { Backend, Value } from "./backend.js";

let current: Backend = reference;

/** The kernels that operations run on now. */
export const backend = (): Backend => current;

/**
 * The kernels that `operation` runs on now, given these values.
 *
 * @throws TypeError if one of them is float64 and the kernels are float32.
 */
export function backendFor(operation: string, values: readonly Value[]): Backend {
  for (const { storage, layout } of values)
    if (storage.dtype === "float64" && current.float === "float32")
      throw new TypeError(
        `${operation}: a float64 tensor ${formatShape(layout.shape)} cannot be used outside reference64; make it float32 first`,
      );
  return current;
}

/**
 * Runs `fn` on other kernels, `reference64` for instance, and goes back to those before.
 *
 * @throws TypeError if `fn` is asynchronous: its later part would run on the kernels before.
 */
export function withBackend<Result>(kernels: Backend, fn: () => Result): Result {
  const before = current;
  current = kernels;
  try {
    const result = fn();
    if (result instanceof Promise) throw new TypeError("withBackend: the function must not be asynchronous");
    return result;
  } finally {
    current = before;
  }
}
