import type { Backend, Storage, Value } from "../backend/backend.js";
import { contiguous, narrow } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkArray, checkTensor, described } from "../operand.js";
import { type Dim, formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AtAxis, type AxisOf, axisOf, type OfRank, type OfSameRank } from "./axes.js";
import { isIndex, largestIndex } from "./creation.js";
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

/** A larger shape, where in it each axis begins, and what stands beside. */
interface Padding {
  readonly shape: Shape;
  readonly starts: readonly number[];
  readonly value: number;
}

/** A storage of one number everywhere, of the kind of `input`. */
function roomOf(kernels: Backend, input: Value, length: number, value: number): Storage {
  if (typeof value !== "number") throw new TypeError(`pad: what is new is a number, not ${described(value)}`);
  if (value === 0) return roomFor("pad", kernels, [input], length);
  const values = new Float64Array(length).fill(value);
  if (input.storage.dtype !== "int32") return kernels.upload(values);
  if (!isIndex(value))
    throw new TypeError(
      `pad: indices are padded by an index, a whole number from 0 to ${largestIndex}, not by ${value}`,
    );
  return kernels.uploadIndices(values);
}

const padOp: Op<Padding> = {
  name: "pad",
  shape: ([from], { shape, starts }) => {
    for (const [axis, start] of starts.entries()) {
      const length = shape[axis];
      const fits = Number.isInteger(start) && Number.isInteger(length) && 0 <= start && start + from[axis] <= length;
      if (!fits)
        throw new ShapeError("pad", `axis ${axis} of ${formatShape(from)} does not fit in ${length} from ${start} on`, [
          from,
        ]);
    }
    return [shape];
  },
  forward: (kernels, [input], { starts, value }, [shape]) => {
    const storage = roomOf(kernels, input, sizeOf(shape), value);
    const { shape: from } = input.layout;
    const inner = starts.reduce(
      (layout, start, axis) => narrow(layout, axis, start, start + from[axis]),
      contiguous(shape),
    );
    kernels.write({ storage, layout: inner }, input);
    return [{ storage, layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [x], gradients: [g], attributes: { starts } }) => [
    starts.reduce(
      (inner, start, axis) =>
        inner.shape[axis] === x.shape[axis] ? inner : sliced(inner, axis, start, start + x.shape[axis]),
      g,
    ),
  ],
};

/** One axis lengthened, for tensors of unknown rank; it counts from the front. */
export const padded = (x: Tensor, axis: number, start: number, length: number, value = 0): Tensor =>
  apply(padOp, [x], {
    shape: x.shape.map((dim, at) => (at === axis ? length : dim)),
    starts: x.shape.map((_, at) => (at === axis ? start : 0)),
    value,
  })[0];

/** How many elements go before and behind those of an axis. */
type Margin = readonly [before: number, behind: number];

function paddedAround(x: Tensor, margins: readonly Margin[], value?: number): Tensor {
  checkTensor("pad", x);
  checkArray("pad", "an axis, or an array of margins,", margins);
  if (margins.length !== x.rank || !margins.every((margin) => Array.isArray(margin) && margin.length === 2))
    throw new ShapeError(
      "pad",
      `margins are [before, behind] for each axis of ${formatShape(x.shape)}, not ${JSON.stringify(margins)}`,
      [x.shape],
    );
  return apply(padOp, [x], {
    shape: x.shape.map((dim, axis) => margins[axis][0] + dim + margins[axis][1]),
    starts: margins.map(([before]) => before),
    value: value ?? 0,
  })[0];
}

function enlarged<S extends Shape, const M extends readonly Margin[]>(
  x: Tensor<S>,
  margins: OfRank<S, Margin, M>,
  value?: number,
): Tensor<OfSameRank<S>>;
function enlarged<S extends Shape, const A extends number, const L extends Dim>(
  x: Tensor<S>,
  axis: AxisOf<S, A>,
  start: number,
  length: L,
  value?: number,
): Tensor<AtAxis<S, A, L>>;
function enlarged(x: Tensor, first: number | readonly Margin[], second?: number, length = 0, value = 0): Tensor {
  if (typeof first !== "number") return paddedAround(x, first, second);
  return padded(x, axisOf("pad", x, first), second ?? 0, length, value);
}

/**
 * The tensor with one axis lengthened to `length`, its own elements from `start` on: `pad(x, axis, start, length)`. Or with
 * margins around all of it, `[before, behind]` for each axis: `pad(x, [[0, 0], [1, 2]])`. What is new is `value`, the last
 * argument of either form, or 0.
 *
 * @throws ShapeError if it does not fit, or there is not a margin for each axis.
 * @throws TypeError if indices are to be padded by what is none.
 */
export const pad = defineOp(padOp, enlarged);
