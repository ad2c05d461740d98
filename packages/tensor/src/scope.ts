import { backendFor } from "./backend/current.js";
import { OutOfMemoryError } from "./backend/errors.js";
import { currentScope, scoped } from "./backend/scopes.js";
import { Storage, type Values } from "./backend/storage.js";
import { contiguous } from "./layout.js";
import { checkFunction, checkTensor } from "./operand.js";
import type { Shape } from "./shape.js";
import { Tensor } from "./tensor.js";
import { isTraced } from "./tracer.js";

/** The storages of the tensors in a result: in fields of objects and in arrays, however deep. */
export function storagesIn(result: unknown): readonly Storage[] {
  return result instanceof Tensor ? [result.storage] : inParts(result, [], undefined);
}

function inParts(whole: unknown, found: Storage[], around: Set<object> | undefined): readonly Storage[] {
  if (typeof whole !== "object" || whole === null || ArrayBuffer.isView(whole) || around?.has(whole)) return found;
  let seen = around?.add(whole);
  const parts = whole instanceof Map || whole instanceof Set ? whole.values() : Object.values(whole);
  for (const part of parts)
    if (part instanceof Tensor) found.push(part.storage);
    else if (typeof part === "object") {
      // A flat result is the rule: a set is made at its first part that has parts.
      seen ??= new Set([whole]);
      inParts(part, found, seen);
    }
  return found;
}

/** Throws TypeError for a promise: what it will do comes after its function has returned. */
export function checkSynchronous(operation: string, result: unknown): void {
  if (result instanceof Promise) throw new TypeError(`${operation}: the function must not be asynchronous`);
}

/**
 * Runs `fn` and frees what it made, but for the tensors that it returns, fields of objects and arrays included: those
 * belong to the scope around this one, or go to the heap where there is none. What is used outside without having been
 * returned throws a DeadTensorError. While a tape records, nothing is freed: it may need all of it on the way back.
 *
 * @throws TypeError if `fn` is no function, or asynchronous: its tensors would be freed before it ends.
 */
export function scope<Result>(fn: () => Result): Result {
  checkFunction("scope", fn);
  return scoped(fn, (result) => {
    checkSynchronous("scope", result);
    return isTraced() ? "all" : storagesIn(result);
  });
}

/** The blocks of the innermost scope, in the order in which it came by them. */
export const blocksMade = (): readonly Storage[] => currentScope()?.blocks ?? [];

/**
 * Frees a block of the innermost scope before its end, where a tape is done with it. Others stay as they are; all do while
 * an outer tape records, which may need them on its way back.
 */
export function release(storage: Storage): void {
  if (!isTraced()) currentScope()?.release(storage);
}

/**
 * A copy of a tensor on the heap, which outlives every scope. To derivatives it is a constant, as what `stopGradient` gives:
 * what should be differentiated is returned from the scope instead.
 *
 * @throws TypeError if it is no tensor, or is float64 outside reference64.
 */
export function keep<S extends Shape>(x: Tensor<S>): Tensor<S> {
  checkTensor("keep", x);
  const { float } = backendFor("keep", [x]);
  const widens = float === "float64" && x.dtype === "float32";
  const copy: Values = widens ? Float64Array.from(x.data) : x.data.slice();
  return new Tensor<S>(Storage.onHeap(widens ? float : x.dtype, copy), contiguous(x.shape));
}

/**
 * Runs `fn` with these tensors, the parameters of a loop and what an optimizer remembers of them, held where the kernels
 * want them, so that they are not copied there at every use. A scope too: see `scope`.
 *
 * @throws TypeError if `fn` is no function, or asynchronous.
 */
export function pinned<Result>(tensors: readonly Tensor[], fn: () => Result): Result {
  checkFunction("pinned", fn);
  const kernels = backendFor("pinned", tensors);
  return scoped(
    (place) => {
      for (const { storage } of tensors) OutOfMemoryError.naming("pinned", () => kernels.pin?.(storage, place));
      return fn();
    },
    (result) => {
      checkSynchronous("pinned", result);
      return isTraced() ? "all" : storagesIn(result);
    },
  );
}
