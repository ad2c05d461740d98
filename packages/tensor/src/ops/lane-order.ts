import type { Values } from "../backend/storage.js";
import { orderKeys } from "./order-keys.js";
import { RadixSorter } from "./radix-sorter.js";

/** Which way elements are put in order. */
export type Order = "ascending" | "descending";

/** The positions of the first `count` elements in order of the lane that begins at `start`, in front of what may be more. */
export type LaneOrder = (start: number, step: number) => Int32Array;

/** What puts lanes of `length` elements in order: those that tie as they stand, NaN above all numbers. */
export const laneOrder = (values: Values, order: Order, length: number, count: number): LaneOrder =>
  values instanceof Float64Array
    ? byComparison(values, order, length)
    : byKeys(orderKeys(values, order === "descending"), length, count);

/** Numbers of 64 bits, for which there are no keys. */
function byComparison(values: Float64Array, order: Order, length: number): LaneOrder {
  const sign = order === "ascending" ? 1 : -1;
  const positions = new Int32Array(length);
  return (start, step) => {
    for (let at = 0; at < length; at++) positions[at] = at;
    return positions.sort((a, b) => sign * compared(values[start + a * step], values[start + b * step]));
  };
}

const compared = (a: number, b: number): number =>
  a < b ? -1 : a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));

/** Bits of a key that tell apart those which may be among the first. */
const highBits = 11;

/** Keys are sorted if they can be among the first `count`. */
function byKeys(keys: Uint32Array, length: number, count: number): LaneOrder {
  const sorter = new RadixSorter(length);
  const counts = new Uint32Array(2 ** highBits);
  return (start, step) => {
    const last = count < length ? lastHighBits(keys, start, step, length, count, counts) : counts.length;
    const { run } = sorter;
    let candidates = 0;
    for (let at = 0; at < length; at++) {
      const key = keys[start + at * step];
      if (key >>> (32 - highBits) > last) continue;
      run.keys[candidates] = key;
      run.from[candidates++] = at;
    }
    sorter.sort(candidates);
    return sorter.run.from;
  };
}

/** The highest bits of the last of the `count` smallest keys of a lane, by a count of all. */
function lastHighBits(
  keys: Uint32Array,
  start: number,
  step: number,
  length: number,
  count: number,
  counts: Uint32Array,
): number {
  counts.fill(0);
  for (let at = 0; at < length; at++) counts[keys[start + at * step] >>> (32 - highBits)]++;
  let last = 0;
  for (let found = counts[0]; found < count; found += counts[last]) last++;
  return last;
}
