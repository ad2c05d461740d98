import { permute } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import { eachRow } from "../../strided.js";
import type { Reduction, Value } from "../backend.js";

/** Combines the elements along `axes` in row-major order, in double precision, and rounds once. */
export function reduceAxes(
  reduction: Reduction,
  { storage, layout }: Value,
  axes: readonly number[],
  output: Float32Array | Float64Array,
): void {
  const { values } = storage;
  const rank = layout.shape.length;
  const kept = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const count = sizeOf(axes.map((axis) => layout.shape[axis]));
  const totals = new Float64Array(output.length);
  if (reduction === "max") totals.fill(Number.NEGATIVE_INFINITY);
  if (kept.length > 0 && axes.length > 0 && kept[kept.length - 1] > axes[axes.length - 1]) {
    // The reduced axes lie outside: add whole rows of what is kept, one behind the other.
    const outer = permute(layout, [...axes, ...kept]);
    eachRow(outer, (at, step, length, index) => {
      for (let i = 0, to = index % totals.length; i < length; i++, to++) {
        if (to === totals.length) to = 0;
        totals[to] = combine(reduction, totals[to], values[at + i * step]);
      }
    });
  } else {
    eachRow(permute(layout, [...kept, ...axes]), (at, step, length, index) => {
      for (let i = 0; i < length; ) {
        const to = Math.floor((index + i) / count);
        const end = Math.min(length, (to + 1) * count - index);
        let total = totals[to];
        if (reduction === "sum") for (; i < end; i++) total += values[at + i * step];
        else for (; i < end; i++) total = combine(reduction, total, values[at + i * step]);
        totals[to] = total;
      }
    });
  }
  output.set(totals);
}

function combine(reduction: Reduction, total: number, value: number): number {
  if (reduction === "sum") return total + value;
  // Not Math.max of the two: a NaN on either side must pass.
  return Number.isNaN(total) || total >= value ? total : value;
}
