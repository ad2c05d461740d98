import { permute } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import { eachRow } from "../../strided.js";
import type { Reduction, Value, Values } from "../backend.js";

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
      for (let i = 0; i < length; ) {
        const to = (index + i) % totals.length;
        const n = Math.min(length - i, totals.length - to);
        combineRow(reduction, totals, to, values, at + i * step, step, n);
        i += n;
      }
    });
  } else {
    eachRow(permute(layout, [...kept, ...axes]), (at, step, length, index) => {
      for (let i = 0; i < length; ) {
        const to = Math.floor((index + i) / count);
        const end = Math.min(length, (to + 1) * count - index);
        let total = totals[to];
        if (reduction === "sum") for (; i < end; i++) total += values[at + i * step];
        else for (; i < end; i++) total = larger(total, values[at + i * step]);
        totals[to] = total;
      }
    });
  }
  output.set(totals);
}

/** Combines `n` elements with as many totals, one with one. */
function combineRow(
  reduction: Reduction,
  totals: Float64Array,
  to: number,
  values: Values,
  at: number,
  step: number,
  n: number,
): void {
  if (reduction === "sum") for (let i = 0; i < n; i++) totals[to + i] += values[at + i * step];
  else for (let i = 0; i < n; i++) totals[to + i] = larger(totals[to + i], values[at + i * step]);
}

/** Not `Math.max`: here, as there, a NaN on either side passes, but this inlines. */
const larger = (total: number, value: number): number => (Number.isNaN(total) || total >= value ? total : value);
