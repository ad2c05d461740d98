import type { Values } from "../backend/storage.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AxisOf, axisOf } from "./axes.js";
import { elements } from "./lanes.js";

/** A sum of no elements: to 0, -0 could not be added without becoming 0. */
const nothing = -0;

function addAlongRows(values: Values, sums: Values, length: number, backwards: boolean): void {
  for (let start = 0; start < values.length; start += length) {
    const end = start + length;
    let total = nothing;
    if (backwards) for (let at = end - 1; at >= start; at--) sums[at] = total += values[at];
    else for (let at = start; at < end; at++) sums[at] = total += values[at];
  }
}

/** Row by row, so the elements are read as they lie. */
function addDownColumns(values: Values, sums: Values, block: number, inner: number, backwards: boolean): void {
  const totals = new Float64Array(inner);
  for (let start = 0; start < values.length; start += block) {
    totals.fill(nothing);
    for (let row = 0; row < block; row += inner) {
      const first = start + (backwards ? block - inner - row : row);
      for (let at = 0; at < inner; at++) sums[first + at] = totals[at] += values[first + at];
    }
  }
}

const cumsumOp: Op<{ readonly axis: number; readonly backwards: boolean }> = {
  name: "cumsum",
  shape: ([from]) => [from],
  forward: (kernels, [input], { axis, backwards }, [shape]) => {
    const storage = kernels.alloc(sizeOf(shape));
    const { values: sums } = storage;
    const values = elements(input);
    const inner = sizeOf(shape.slice(axis + 1));
    if (inner === 1) addAlongRows(values, sums, shape[axis], backwards);
    else addDownColumns(values, sums, shape[axis] * inner, inner, backwards);
    return [{ storage, layout: contiguous(shape) }];
  },
  vjp: ({ gradients: [g], attributes: { axis, backwards } }) => [accumulated(g, axis, !backwards)],
};

const accumulated = (x: Tensor, axis: number, backwards: boolean): Tensor =>
  apply(cumsumOp, [x], { axis, backwards })[0];

/**
 * The cumulative sum along an axis: each element with all before it. Added up in double precision and rounded once an
 * element, in time that is linear in their number. From an infinity or NaN on, what follows holds it too.
 */
export const cumsum = defineOp(
  cumsumOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>) =>
    accumulated(x, axisOf("cumsum", x, axis), false) as Tensor<S>,
);
