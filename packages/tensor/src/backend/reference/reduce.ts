import { permute } from "../../layout.js";
import { gathered } from "../../strided.js";
import type { ReductionKind, Value } from "../backend.js";

/** Not `Math.max`: here, as there, a NaN on either side passes, but this inlines. */
const larger = (total: number, value: number): number => (Number.isNaN(total) || total >= value ? total : value);

/** Combines the elements along `axes` in row-major order, in double precision, and rounds once. */
export function reduceAxes(
  reduction: ReductionKind,
  { storage, layout }: Value,
  axes: readonly number[],
  output: Float32Array | Float64Array,
): void {
  const kept = [...layout.shape.keys()].filter((axis) => !axes.includes(axis));
  const values = gathered({ storage, layout: permute(layout, [...kept, ...axes]) });
  const count = values.length / output.length;
  for (let to = 0, at = 0; to < output.length; to++) {
    let total = reduction === "sum" ? 0 : Number.NEGATIVE_INFINITY;
    const end = at + count;
    if (reduction === "sum") for (; at < end; at++) total += values[at];
    else for (; at < end; at++) total = larger(total, values[at]);
    output[to] = total;
  }
}
