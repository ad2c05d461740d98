import type { Value } from "../backend/current.js";
import type { Values } from "../backend/storage.js";
import { type Shape, sizeOf } from "../shape.js";
import { Tensor } from "../tensor.js";

/** The elements of a value in row-major order: to be read, not written. */
export const elements = ({ storage, layout }: Value): Values => new Tensor(storage, layout).data;

/** The elements of a value in row-major order, copied, in double precision. */
export const doubles = (value: Value): Float64Array => new Float64Array(elements(value));

/**
 * Calls `lane` for every run of elements along an axis of a tensor that stands in row-major order: the first at `start`,
 * the others `step` apart; `index` counts the lanes.
 */
export function eachLane(shape: Shape, axis: number, lane: (start: number, step: number, index: number) => void): void {
  const outer = sizeOf(shape.slice(0, axis));
  const step = sizeOf(shape.slice(axis + 1));
  for (let index = 0; index < outer * step; index++) {
    const block = Math.floor(index / step);
    lane(block * shape[axis] * step + (index - block * step), step, index);
  }
}
