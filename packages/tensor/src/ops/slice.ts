import { contiguous, narrow } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AtAxis, type AxisOf, axisOf } from "./axes.js";
import { roomFor } from "./room.js";

const sliceOp: Op<{ readonly axis: number; readonly start: number; readonly end: number }> = {
  name: "slice",
  shape: ([from], { axis, start, end }) => {
    const fits = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start <= end && end <= from[axis];
    if (!fits)
      throw new ShapeError("slice", `${start} to ${end} does not lie in axis ${axis} of ${formatShape(from)}`, [from]);
    return [from.map((dim, at) => (at === axis ? end - start : dim))];
  },
  forward: (_, [input], { axis, start, end }) => [
    { storage: input.storage, layout: narrow(input.layout, axis, start, end) },
  ],
  vjp: ({ inputs: [x], gradients: [g], attributes: { axis, start } }) => [padded(g, axis, start, x.shape[axis])],
};

/** `slice` for tensors of unknown rank; the axis counts from the front. */
export const sliced = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  apply(sliceOp, [x], { axis, start, end })[0];

/**
 * Elements `start` to `end` (exclusive) of one axis.
 *
 * @throws ShapeError if they do not lie within the axis.
 */
export const slice = defineOp(
  sliceOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>, start: number, end: number) =>
    sliced(x, axisOf("slice", x, axis), start, end) as Tensor<AtAxis<S, A, number>>,
);

const padOp: Op<{ readonly axis: number; readonly start: number; readonly length: number }> = {
  name: "pad",
  shape: ([from], { axis, start, length }) => {
    const fits = Number.isInteger(start) && Number.isInteger(length) && 0 <= start && start + from[axis] <= length;
    if (!fits)
      throw new ShapeError("pad", `axis ${axis} of ${formatShape(from)} does not fit in ${length} from ${start} on`, [
        from,
      ]);
    return [from.map((dim, at) => (at === axis ? length : dim))];
  },
  forward: (kernels, [input], { axis, start }, [shape]) => {
    const storage = roomFor("pad", kernels, [input], sizeOf(shape));
    kernels.write({ storage, layout: narrow(contiguous(shape), axis, start, start + input.layout.shape[axis]) }, input);
    return [{ storage, layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [x], gradients: [g], attributes: { axis, start } }) => [
    sliced(g, axis, start, start + x.shape[axis]),
  ],
};

/** `pad` for tensors of unknown rank; the axis counts from the front. */
export const padded = (x: Tensor, axis: number, start: number, length: number): Tensor =>
  apply(padOp, [x], { axis, start, length })[0];

/**
 * The tensor with one axis lengthened by zeros to `length`, its own elements from `start` on.
 *
 * @throws ShapeError if it does not fit.
 */
export const pad = defineOp(
  padOp,
  <S extends Shape, const A extends number, const L extends Dim>(
    x: Tensor<S>,
    axis: AxisOf<S, A>,
    start: number,
    length: L,
  ) => padded(x, axisOf("pad", x, axis), start, length) as Tensor<AtAxis<S, A, L>>,
);
