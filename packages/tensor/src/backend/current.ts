import type { Backend } from "./backend.js";
import { reference } from "./reference/reference.js";

export type { Backend, Value } from "./backend.js";

let current: Backend = reference;

/** The kernels that operations run on now. */
export const backend = (): Backend => current;

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
