import { formatShape, Tensor } from "@factorvae/tensor";

/** A value as messages speak of it. */
export function described(value: unknown): string {
  if (value instanceof Tensor) return `a tensor ${formatShape(value.shape)}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/**
 * Checks that a value is a tensor: programs without types come this far.
 *
 * @throws TypeError that names the operation and the value.
 */
export function checkTensor(operation: string, name: string, value: unknown): void {
  if (value instanceof Tensor) return;
  const repair = Array.isArray(value) ? "; tensor(values, shape) makes one" : "";
  throw new TypeError(`${operation}: ${name} must be a tensor, not ${described(value)}${repair}`);
}
