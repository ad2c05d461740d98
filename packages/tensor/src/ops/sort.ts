import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { described } from "../operand.js";
import { type Dim, formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AtAxis, type AxisOf, axisOf } from "./axes.js";
import { laneOrder, type Order } from "./lane-order.js";
import { eachLane, elements, startOfLane } from "./lanes.js";
import { takenAlong } from "./take-along.js";

const argsortOp: Op<{ readonly axis: number; readonly order: Order; readonly count: number }> = {
  name: "argsort",
  shape: ([from], { axis, order, count }) => {
    if (order !== "ascending" && order !== "descending")
      throw new RangeError(`sort: the order is "ascending" or "descending", not ${described(order)}`);
    return [from.map((dim, at) => (at === axis ? count : dim))];
  },
  forward: (kernels, [input], { axis, order, count }, [shape]) => {
    const length = input.layout.shape[axis];
    const orderOf = laneOrder(elements(input), order, length, count);
    const sorted = new Int32Array(sizeOf(shape));
    eachLane(shape, axis, (start, step, lane) => {
      const positions = orderOf(startOfLane(lane, step, length), step);
      for (let at = 0; at < count; at++) sorted[start + at * step] = positions[at];
    });
    return [{ storage: kernels.uploadIndices(sorted), layout: contiguous(shape) }];
  },
  vjp: { none: "an order has no derivative; differentiate what is put in it, as sort and takeAlong do" },
};

/** The first `count` of an order. */
const sortingOrder = (x: Tensor, axis: number, order: Order, count = x.shape[axis]): Tensor =>
  apply(argsortOp, [x], { axis, order, count })[0];

/**
 * The order that sorts along an axis, as int32: element i of the result is the index of the i-th smallest element, or
 * largest where `descending`. Those that tie (0 and -0 do) stay as they stood, either way; NaN counts as larger than every
 * number. `takeAlong(x, argsort(x, axis), axis)` is `sort(x, axis)`.
 */
export const argsort = defineOp(
  argsortOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>, order: Order = "ascending") =>
    sortingOrder(x, axisOf("argsort", x, axis), order) as Tensor<S>,
);

/**
 * The elements in order along an axis, as `argsort` puts them. The gradient of an element goes to where it came from.
 */
export function sort<S extends Shape, const A extends number>(
  x: Tensor<S>,
  axis: AxisOf<S, A>,
  order: Order = "ascending",
): Tensor<S> {
  const along = axisOf("sort", x, axis);
  return takenAlong(x, sortingOrder(x, along, order), along) as Tensor<S>;
}

/** The largest elements along an axis, and where they stand on it, as int32. */
export type Largest<S extends Shape> = {
  readonly values: Tensor<S>;
  readonly indices: Tensor<S>;
};

/**
 * The `count` largest elements along an axis, the largest first; of those that tie the first, and NaN before all numbers. The
 * gradient of an element goes to where it came from. For the smallest: `sort(x, axis)` and `slice`.
 *
 * @throws ShapeError if the axis has not so many.
 */
export function topK<S extends Shape, const A extends number, const K extends Dim>(
  x: Tensor<S>,
  count: K,
  axis: AxisOf<S, A>,
): Largest<AtAxis<S, A, K>> {
  const along = axisOf("topK", x, axis);
  if (!Number.isInteger(count) || count < 0 || count > x.shape[along])
    throw new ShapeError("topK", `axis ${along} of ${formatShape(x.shape)} has no ${count} elements`, [x.shape]);
  const indices = sortingOrder(x, along, "descending", count);
  return { values: takenAlong(x, indices, along), indices } as Largest<AtAxis<S, A, K>>;
}
