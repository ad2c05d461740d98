import { elementwise } from "../elementwise.js";
import { type Expression, literal } from "../formula.js";
import { apply, defineOp, type Op } from "../op.js";
import { formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Scalar, Tensor } from "../tensor.js";
import { untraced } from "../tracer.js";
import { abs, div, mul, square, sub } from "./arithmetic.js";
import type { AtAxis, AxisOf, WithoutAxis } from "./axes.js";
import { and, greater, less, where } from "./compare.js";
import { type Axes, largestAlong, reducedAlong, remaining, spread, summed, withOnes } from "./reduce.js";
import { withShape } from "./view.js";

type E = Expression;

/** The square root, with derivative 0 at 0: of a sum of squares there, which has a kink, 0 is the slope between its sides. */
const rootOfSquares = elementwise("rootOfSquares", (x: E) => x.sqrt(), {
  d: [(_, output) => output.eq(0).select(0, literal(0.5).div(output))],
});

/** `gradient * x / norm`, and 0 where the norm is 0. */
const directed = elementwise("norm.vjp", (x: E, norm: E, gradient: E) =>
  norm.eq(0).select(0, x.div(norm).mul(gradient)),
);

/** The largest size along some axes, by which squares are kept from overflow; 1 where it is 0 or not finite. */
function scaleOf(x: Tensor, axes: readonly number[]): Tensor {
  const largest = largestAlong(abs(x), axes);
  return where(and(greater(largest, 0), less(largest, Number.POSITIVE_INFINITY)), largest, 1);
}

const normOp: Op<Axes> = {
  name: "norm",
  shape: ([from], { axes }) => [remaining(from, axes)],
  plain: ([x], { axes }) => {
    if (axes.some((axis) => x.shape[axis] === 0)) return [rootOfSquares(summed(x, axes))];
    // Any scale gives the same norm: it has no derivative of its own.
    const scale = untraced(() => scaleOf(x, axes));
    const scaled = div(x, withShape(scale, withOnes(x.shape, axes)));
    return [mul(rootOfSquares(summed(square(scaled), axes)), scale)];
  },
  vjp: ({ inputs: [x], outputs: [y], gradients: [g], attributes: { axes } }) => [
    directed(x, spread(y, x.shape, axes), spread(g, x.shape, axes)),
  ],
};

/** The Euclidean norm along some axes, for tensors of unknown rank. */
const lengthAlong = (x: Tensor, axes: readonly number[]): Tensor => apply(normOp, [x], { axes })[0];

/** A reduction over all axes or one that takes a number beside: `norm` its order, `variance` its correction. */
export interface ReduceBy {
  /** Over everything. */
  (x: Tensor, axis?: undefined, keepAxis?: false, by?: number): Scalar;
  /** Along one axis, which the result no more has. */
  <S extends Shape, const A extends number>(
    x: Tensor<S>,
    axis: AxisOf<S, A>,
    keepAxis?: false,
    by?: number,
  ): Tensor<WithoutAxis<S, A>>;
  /** Along one axis, which the result has with length 1. */
  <S extends Shape, const A extends number>(
    x: Tensor<S>,
    axis: AxisOf<S, A>,
    keepAxis: true,
    by?: number,
  ): Tensor<AtAxis<S, A, 1>>;
}

const reductionBy = (
  name: string,
  usual: number,
  along: (x: Tensor, axes: readonly number[], by: number) => Tensor,
): ReduceBy =>
  ((x: Tensor, axis?: number, keepAxis?: boolean, by = usual): Tensor =>
    reducedAlong(name, (whole, axes) => along(whole, axes, by), x, axis, keepAxis)) as ReduceBy;

function normAlong(x: Tensor, axes: readonly number[], order: number): Tensor {
  if (order === 2) return lengthAlong(x, axes);
  if (order === 1) return summed(abs(x), axes);
  if (order !== Number.POSITIVE_INFINITY)
    throw new RangeError(`norm: the order is 1, 2 or Infinity, not ${order}; for others, write out the sum of powers`);
  const isEmpty = axes.some((axis) => x.shape[axis] === 0);
  return isEmpty ? summed(x, axes) : largestAlong(abs(x), axes);
}

/**
 * The norm of all elements, or along one axis, `norm(x, axis, keepAxis, order)`. Of order 2, the usual one, the root of the
 * sum of squares, without overflow; of order 1 the sum of the absolute values; of order Infinity the largest of them. 0 of
 * nothing. Where it is 0 its derivative, of any order, is 0: the slope between the sides of the kink, not NaN. Those that tie
 * for the largest share the gradient evenly.
 *
 * @throws RangeError if the order is another.
 */
export const norm = defineOp(normOp, reductionBy("norm", 2, normAlong));

/** The deviations from the mean, and what the sum of their squares is divided by. */
function deviationsOf(
  operation: string,
  x: Tensor,
  axes: readonly number[],
  correction: number,
): { readonly deviations: Tensor; readonly freedom: number } {
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  if (!(correction >= 0 && correction < count))
    throw new ShapeError(
      operation,
      `${count} elements of ${formatShape(x.shape)} less a correction of ${correction} have no ${operation}: one must be left, and the correction at least 0`,
      [x.shape],
    );
  const centre = div(summed(x, axes), count);
  return { deviations: sub(x, withShape(centre, withOnes(x.shape, axes))), freedom: count - correction };
}

/**
 * The variance of all elements, or along one axis, `variance(x, axis, keepAxis, correction)`: the mean of the squared
 * deviations from the mean. With a `correction` their sum is divided by so much less than their number: 1 for the unbiased
 * estimate from a sample. Deviations of 1e19 overflow float32, and 1e-19 underflow: take `standardDeviation`.
 *
 * @throws ShapeError if there are no more elements than the correction.
 */
export const variance: ReduceBy = reductionBy("variance", 0, (x, axes, correction) => {
  const { deviations, freedom } = deviationsOf("variance", x, axes, correction);
  return div(summed(square(deviations), axes), freedom);
});

/**
 * The standard deviation of all elements, or along one axis: the root of their `variance`, with the same `correction`, by the
 * `norm` of the deviations, so that their squares neither overflow nor underflow. Where it is 0 its derivative, of any order,
 * is 0, not NaN.
 *
 * @throws ShapeError if there are no more elements than the correction.
 */
export const standardDeviation: ReduceBy = reductionBy("standardDeviation", 0, (x, axes, correction) => {
  const { deviations, freedom } = deviationsOf("standardDeviation", x, axes, correction);
  return div(lengthAlong(deviations, axes), Math.sqrt(freedom));
});
