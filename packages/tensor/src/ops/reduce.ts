import { broadcast, contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkArray, checkTensor } from "../operand.js";
import { broadcastShapes, checkShape, formatShape, type Shape, ShapeError, sameShape, sizeOf } from "../shape.js";
import type { Scalar, Tensor } from "../tensor.js";
import { div, mul, neg } from "./arithmetic.js";
import { type AtAxis, type AxisOf, axisOf, type WithoutAxis } from "./axes.js";
import { equal } from "./compare.js";
import { withShape } from "./view.js";

/** The axes that are reduced, counted from the front, ascending. */
export interface Axes {
  readonly axes: readonly number[];
}

/** A shape without some axes. */
export const remaining = (shape: Shape, axes: readonly number[]): Shape =>
  shape.filter((_, axis) => !axes.includes(axis));
/** A shape with some axes of length 1. */
export const withOnes = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
const allAxes = (x: Tensor): number[] => Array.from({ length: x.rank }, (_, axis) => axis);

/** A reduced tensor spread again over the shape that it was reduced from. */
export const spread = (reduced: Tensor, shape: Shape, axes: readonly number[]): Tensor =>
  expanded(withShape(reduced, withOnes(shape, axes)), shape);

const sumOp: Op<Axes> = {
  name: "sum",
  shape: ([from], { axes }) => [remaining(from, axes)],
  forward: (kernels, [input], { axes }, [shape]) => [
    { storage: kernels.reduce("sum", input, axes), layout: contiguous(shape) },
  ],
  vjp: ({ inputs: [x], gradients: [g], attributes: { axes } }) => [spread(g, x.shape, axes)],
};

/** The sum along some axes, for tensors of unknown rank; the axes count from the front, ascending. Along none it is a copy. */
const sumAlong = (x: Tensor, axes: readonly number[]): Tensor => apply(sumOp, [x], { axes })[0];

/** The same, but along no axis the tensor itself, for what is computed on the way to a result. */
export const summed = (x: Tensor, axes: readonly number[]): Tensor => (axes.length === 0 ? x : sumAlong(x, axes));

/**
 * Checks that there is an element along some axes.
 *
 * @throws ShapeError if there is none.
 */
export function checkNotEmpty(
  operation: string,
  sought: "largest" | "smallest",
  shape: Shape,
  axes: readonly number[],
): void {
  if (axes.some((axis) => shape[axis] === 0))
    throw new ShapeError(operation, `nothing has no ${sought} element: ${formatShape(shape)}`, [shape]);
}

const maxOp: Op<Axes> = {
  name: "max",
  shape: ([from], { axes }) => {
    checkNotEmpty("max", "largest", from, axes);
    return [remaining(from, axes)];
  },
  forward: (kernels, [input], { axes }, [shape]) => [
    { storage: kernels.reduce("max", input, axes), layout: contiguous(shape) },
  ],
  vjp: ({ inputs: [x], outputs: [largest], gradients: [g], attributes: { axes } }) => {
    const winners = equal(x, spread(largest, x.shape, axes));
    return [mul(winners, spread(div(g, summed(winners, axes)), x.shape, axes))];
  },
};

/** The largest element along some axes, for tensors of unknown rank. */
export const largestAlong = (x: Tensor, axes: readonly number[]): Tensor => apply(maxOp, [x], { axes })[0];

const expandOp: Op<{ readonly shape: Shape }> = {
  name: "expand",
  shape: ([from], { shape }) => {
    checkShape("expand", shape);
    if (!sameShape(broadcastShapes("expand", [from, shape]), shape))
      throw new ShapeError("expand", `${formatShape(from)} does not broadcast to ${formatShape(shape)}`, [from, shape]);
    return [shape];
  },
  forward: (_, [input], { shape }) => [{ storage: input.storage, layout: broadcast(input.layout, shape) }],
  vjp: ({ inputs: [x], gradients: [g] }) => [sumTo(g, x.shape)],
};

/** `expand` for tensors of unknown rank. */
export const expanded = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(expandOp, [x], { shape })[0];

/**
 * The tensor broadcast to a larger shape, without a copy.
 *
 * @throws ShapeError if it does not broadcast to it.
 */
export const expand = defineOp(expandOp, <const T extends Shape>(x: Tensor, shape: T) => {
  checkTensor("expand", x);
  checkArray("expand", "a shape, an array of dimensions,", shape);
  return apply(expandOp, [x], { shape: [...shape] })[0] as Tensor<T>;
});

/**
 * The sum over all axes along which `shape` was broadcast to the shape of `x`: what undoes a broadcast in a gradient; x itself
 * where the shapes are the same. Axes of length 1 may be missing or too many.
 *
 * @throws ShapeError if `shape` does not broadcast to that of `x`.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.rank - shape.length;
  const axes = x.shape.flatMap((dim, axis) => (axis < lead || (shape[axis - lead] === 1 && dim !== 1) ? [axis] : []));
  const total = summed(x, axes);
  const isLong = (dim: number): boolean => dim !== 1;
  if (!sameShape(total.shape.filter(isLong), shape.filter(isLong)))
    throw new ShapeError("sumTo", `${formatShape(shape)} does not broadcast to ${formatShape(x.shape)}`, [
      x.shape,
      shape,
    ]);
  return withShape(total, shape);
}

/** A reduction over all axes or one. */
export interface Reduce {
  /** Over everything. */
  (x: Tensor): Scalar;
  /** Along one axis, which the result no more has. */
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>): Tensor<WithoutAxis<S, A>>;
  /** Along one axis, which the result has with length 1. */
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>, keepAxis: true): Tensor<AtAxis<S, A, 1>>;
}

/** A reduction along all axes or one, which go or stay with length 1, for tensors of unknown rank. */
export function reducedAlong(
  name: string,
  along: (x: Tensor, axes: readonly number[]) => Tensor,
  x: Tensor,
  axis?: number,
  keepAxis = false,
): Tensor {
  checkTensor(name, x);
  const axes = axis === undefined ? allAxes(x) : [axisOf(name, x, axis)];
  const reduced = along(x, axes);
  return keepAxis ? withShape(reduced, withOnes(x.shape, axes)) : reduced;
}

/** The public function of a reduction along axes. */
const reduction = (name: string, along: (x: Tensor, axes: readonly number[]) => Tensor): Reduce =>
  ((x: Tensor, axis?: number, keepAxis?: boolean): Tensor => reducedAlong(name, along, x, axis, keepAxis)) as Reduce;

/** The sum of all elements, or along one axis. The sum of nothing is 0. */
export const sum = defineOp(sumOp, reduction("sum", sumAlong));

/**
 * The largest element, or the largest along one axis; NaN where one is NaN. Ties share the gradient evenly.
 *
 * @throws ShapeError where there is no element.
 */
export const max = defineOp(maxOp, reduction("max", largestAlong));

/**
 * The smallest element, or the smallest along one axis; NaN where one is NaN. Ties share the gradient evenly.
 *
 * @throws ShapeError where there is no element.
 */
export const min: Reduce = reduction("min", (x, axes) => {
  checkNotEmpty("min", "smallest", x.shape, axes);
  return neg(largestAlong(neg(x), axes));
});

/**
 * The mean of all elements, or along one axis.
 *
 * @throws ShapeError where there is no element.
 */
export const mean: Reduce = reduction("mean", (x, axes) => {
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  if (count === 0) throw new ShapeError("mean", `nothing has no mean: ${formatShape(x.shape)}`, [x.shape]);
  return div(summed(x, axes), count);
});
