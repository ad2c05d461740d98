import { formatShape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** A value as messages speak of it. */
export function described(value: unknown): string {
  if (value instanceof Tensor) return `a tensor ${formatShape(value.shape)}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? `an object (${value.constructor?.name})` : String(value);
}

/**
 * Checks that an operand is a tensor: programs without types, and values under a cast, come this far.
 *
 * @param which - its name, or its position among the operands
 * @param maker - what makes the tensor that is meant
 * @throws TypeError if it is none.
 */
export function checkTensor(
  operation: string,
  operand: unknown,
  which: string | number = 0,
  maker = typeof operand === "number" ? `scalar(${operand})` : "tensor([...])",
): void {
  if (operand instanceof Tensor) return;
  const place = typeof which === "number" ? `operand ${which}` : which;
  const leftOut = operand === undefined ? "was it left out? " : "";
  throw new TypeError(
    `${operation}: ${place} is ${described(operand)}, not a tensor; ${leftOut}${maker} makes one of numbers`,
  );
}

/**
 * Checks that an argument is an array, of what `wanted` says.
 *
 * @throws TypeError if it is none.
 */
export function checkArray(operation: string, wanted: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${operation}: ${wanted} is needed, not ${described(value)}`);
}

/**
 * Checks that an argument is a function to call.
 *
 * @throws TypeError if it is none.
 */
export function checkFunction(operation: string, fn: unknown): void {
  if (typeof fn !== "function")
    throw new TypeError(`${operation}: a function is needed, () => ..., not ${described(fn)}`);
}
