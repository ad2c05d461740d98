import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { described } from "../operand.js";
import { type Dim, formatShape, type Shape, ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AtAxis, type AxisOf, axisOf } from "./axes.js";
import { eachLane, elements } from "./lanes.js";
import { sliced } from "./slice.js";
import { takenAlong } from "./take-along.js";

/** Which way elements are put in order. */
export type Order = "ascending" | "descending";

/** Keys, and where each came from. */
interface Run {
  readonly keys: Float64Array;
  readonly from: Int32Array;
}

const run = (length: number): Run => ({ keys: new Float64Array(length), from: new Int32Array(length) });

/** Puts the first `count` keys in ascending order, those that tie as they stood; the result is one of the two runs. */
function merged(first: Run, second: Run, count: number): Run {
  let [source, target] = [first, second];
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(middle + width, count);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        const takesRight = left >= middle || (right < end && source.keys[right] < source.keys[left]);
        const next = takesRight ? right++ : left++;
        target.keys[at] = source.keys[next];
        target.from[at] = source.from[next];
      }
    }
    [source, target] = [target, source];
  }
  return source;
}

const argsortOp: Op<{ readonly axis: number; readonly order: Order }> = {
  name: "argsort",
  shape: ([from], { order }) => {
    if (order !== "ascending" && order !== "descending")
      throw new RangeError(`sort: the order is "ascending" or "descending", not ${described(order)}`);
    return [from];
  },
  forward: (kernels, [input], { axis, order }, [shape]) => {
    const values = elements(input);
    const sorted = new Int32Array(values.length);
    const length = shape[axis];
    const [first, second] = [run(length), run(length)];
    const unordered = new Int32Array(length);
    const sign = order === "ascending" ? 1 : -1;
    eachLane(shape, axis, (start, step) => {
      let [count, strays] = [0, 0];
      for (let at = 0; at < length; at++) {
        const value = values[start + at * step];
        if (Number.isNaN(value)) unordered[strays++] = at;
        else {
          first.keys[count] = sign * value;
          first.from[count++] = at;
        }
      }
      const { from } = merged(first, second, count);
      // NaN stands above all numbers: last where they ascend, first where they descend.
      const [numbersAt, straysAt] = order === "ascending" ? [0, count] : [strays, 0];
      for (let at = 0; at < count; at++) sorted[start + (numbersAt + at) * step] = from[at];
      for (let at = 0; at < strays; at++) sorted[start + (straysAt + at) * step] = unordered[at];
    });
    return [{ storage: kernels.uploadIndices(sorted), layout: contiguous(shape) }];
  },
  vjp: { none: "an order has no derivative; differentiate what is put in it, as sort and takeAlong do" },
};

const sortingOrder = (x: Tensor, axis: number, order: Order): Tensor => apply(argsortOp, [x], { axis, order })[0];

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
  const indices = sliced(sortingOrder(x, along, "descending"), along, 0, count);
  return { values: takenAlong(x, indices, along), indices } as Largest<AtAxis<S, A, K>>;
}
