import { formatShape } from "../shape.js";
import type { Backend, Value } from "./backend.js";
import { defaultBackend } from "./engine.js";
import { DeadTensorError } from "./errors.js";

export type { Backend, Value } from "./backend.js";

let chosen: Backend | undefined;

/** The kernels that operations run on now. */
export const backend = (): Backend => chosen ?? defaultBackend();

/**
 * The kernels that `operation` runs on now, given these values.
 *
 * @throws TypeError if one of them is float64 and the kernels are float32.
 * @throws DeadTensorError if the scope of one has ended.
 */
export function backendFor(operation: string, values: readonly Value[]): Backend {
  const kernels = backend();
  for (let at = 0; at < values.length; at++) {
    const { storage, layout } = values[at];
    if (storage.isDead) throw new DeadTensorError(operation, at, layout.shape);
    if (storage.dtype === "float64" && kernels.float === "float32")
      throw new TypeError(
        `${operation}: a float64 tensor ${formatShape(layout.shape)} cannot be used outside reference64; make it float32 first`,
      );
  }
  return kernels;
}

/**
 * Runs `fn` on other kernels, `reference64` for instance, and goes back to those before.
 *
 * @throws TypeError if the kernels are none, or `fn` is asynchronous: its later part would run on the kernels before.
 */
export function withBackend<Result>(kernels: Backend, fn: () => Result): Result {
  if (typeof kernels?.upload !== "function")
    throw new TypeError(
      `withBackend: kernels are needed, such as reference64, not ${typeof kernels === "string" ? JSON.stringify(kernels) : typeof kernels}`,
    );
  const before = chosen;
  chosen = kernels;
  try {
    const result = fn();
    if (result instanceof Promise) throw new TypeError("withBackend: the function must not be asynchronous");
    return result;
  } finally {
    chosen = before;
  }
}
