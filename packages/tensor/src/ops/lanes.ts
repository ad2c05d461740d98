import type { Value } from "../backend/current.js";
import type { Values } from "../backend/storage.js";
import { isContiguous } from "../layout.js";
import { type Shape, sizeOf } from "../shape.js";
import { gathered } from "../strided.js";

/** The elements of a value in row-major order: to be read, not written, and at once, as memory moves when it grows. */
export function elements(value: Value): Values {
  const { storage, layout } = value;
  if (!isContiguous(layout)) return gathered(value);
  return storage.values.subarray(layout.offset, layout.offset + sizeOf(layout.shape));
}

/** The elements of a value in row-major order, copied, in double precision. */
export const doubles = (value: Value): Float64Array => new Float64Array(elements(value));

/** Where, in a tensor in row-major order, number `index` of the lanes begins whose elements, `length` of them, stand `step` apart. */
export const startOfLane = (index: number, step: number, length: number): number =>
  (index - (index % step)) * length + (index % step);

/**
 * Calls `lane` for every run of elements along an axis of a tensor that stands in row-major order: the first at `start`,
 * the others `step` apart; `index` counts the lanes.
 */
export function eachLane(shape: Shape, axis: number, lane: (start: number, step: number, index: number) => void): void {
  const step = sizeOf(shape.slice(axis + 1));
  const lanes = sizeOf(shape.slice(0, axis)) * step;
  for (let index = 0; index < lanes; index++) lane(startOfLane(index, step, shape[axis]), step, index);
}
