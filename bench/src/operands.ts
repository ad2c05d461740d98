import type { Operand } from "./groups/operations.js";
import { values } from "./values.js";

/** The numbers of an operand, in row-major order: `python/operations.py` makes them too. */
export function numbersOf({ name, shape, bound, isPositiveDefinite }: Operand): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const numbers = values(name, size, bound);
  if (!isPositiveDefinite) return numbers;
  const [n] = shape;
  return numbers.map((value, at) => {
    const [row, column] = [Math.floor(at / n), at % n];
    return (value + numbers[column * n + row]) / 2 + (row === column ? n / 8 : 0);
  });
}

/**
 * A number by which a result is known: its positive elements, each weighted by its place, added up. Where elements change
 * places or signs, it changes.
 */
export function fingerprint(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < numbers.length; at++) total += Math.max(numbers[at], 0) * (1 + (at % 7));
  return total;
}

/** The class of each of so many rows. */
export const classesOf = (rows: number, classes: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, row) => (7 * row) % classes);
