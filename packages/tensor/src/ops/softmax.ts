import { softmaxAlong } from "../backend/wasm/softmax.js";
import type { SoftmaxKind } from "../backend/wasm/softmax-rows.js";
import { elementwise } from "../elementwise.js";
import type { Expression } from "../formula.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkTensor } from "../operand.js";
import { formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { abs, add, div, mul, sub } from "./arithmetic.js";
import { type AxisOf, axisOf, type ReduceAlong } from "./axes.js";
import { equal, less, where } from "./compare.js";
import { exp, log } from "./exponential.js";
import { max, sum } from "./reduce.js";
import { withShape } from "./view.js";

type E = Expression;

interface Axis {
  readonly axis: number;
}

function checkNotEmpty(operation: string, shape: Shape, axis: number): void {
  if (shape[axis] === 0) throw new ShapeError(operation, `axis ${axis} of ${formatShape(shape)} is empty`, [shape]);
}

const forward =
  (kind: SoftmaxKind): NonNullable<Op<Axis>["forward"]> =>
  ({ linear }, [x], { axis }, [shape]) =>
    linear && [{ storage: softmaxAlong(linear, kind, x, axis, sizeOf(shape)), layout: contiguous(shape) }];

const softmaxSlope = elementwise("softmax.vjp", (y: E, g: E, mean: E) => y.mul(g.sub(mean)));

const softmaxOp: Op<Axis> = {
  name: "softmax",
  shape: ([from], { axis }) => {
    checkNotEmpty("softmax", from, axis);
    return [from];
  },
  forward: forward("softmax"),
  plain: ([x], { axis }) => {
    const weights = exp(sub(x, max(x, axis, true)));
    return [div(weights, sum(weights, axis, true))];
  },
  vjp: ({ outputs: [y], gradients: [g], attributes: { axis } }) => [softmaxSlope(y, g, sum(mul(g, y), axis, true))],
};

/**
 * `exp(x)` over its sum along an axis: weights that add up to 1. The largest element is subtracted first. Along which one is infinity,
 * or all are -infinity, there are none: NaN.
 *
 * @throws ShapeError if the axis is empty.
 */
export const softmax = defineOp(
  softmaxOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>) =>
    apply(softmaxOp, [x], { axis: axisOf("softmax", x, axis) })[0] as Tensor<S>,
);

/** Where every element is -infinity, so is y, and their difference would be NaN; where y is +infinity or NaN it is. */
const logSumExpSlope = elementwise("logSumExp.vjp", (x: E, y: E, g: E) =>
  x.sub(y.eq(Number.NEGATIVE_INFINITY).select(0, y)).exp().mul(g),
);

const logSumExpOp: Op<Axis> = {
  name: "logSumExp",
  shape: ([from], { axis }) => {
    checkNotEmpty("logSumExp", from, axis);
    return [from.filter((_, at) => at !== axis)];
  },
  forward: forward("logSumExp"),
  plain: ([x], { axis }) => {
    const largest = max(x, axis, true);
    // A shift by an infinite maximum would make NaN of a sum that has a logarithm.
    const shift = where(less(abs(largest), Number.POSITIVE_INFINITY), largest, 0);
    const shares = sum(exp(sub(x, shift)), axis);
    const isNothing = equal(shares, 0);
    // Where every element is -infinity, nothing depends on any of them: the slope of log at 0 must not meet that.
    const total = where(isNothing, Number.NEGATIVE_INFINITY, log(where(isNothing, 1, shares)));
    return [add(total, withShape(shift, total.shape))];
  },
  vjp: ({ inputs: [x], outputs: [y], gradients: [g], attributes: { axis } }) => {
    const kept = x.shape.map((dim, at) => (at === axis ? 1 : dim));
    return [logSumExpSlope(x, withShape(y, kept), withShape(g, kept))];
  },
};

/**
 * `log(sum(exp(x)))` over everything or along one axis, without overflow; -infinity where every element is.
 *
 * @throws ShapeError if there is no element.
 */
export const logSumExp = defineOp(logSumExpOp, ((x: Tensor, axis?: number): Tensor => {
  checkTensor("logSumExp", x);
  if (axis !== undefined) return apply(logSumExpOp, [x], { axis: axisOf("logSumExp", x, axis) })[0];
  for (const at of x.shape.keys()) checkNotEmpty("logSumExp", x.shape, at);
  return apply(logSumExpOp, [withShape(x, [x.size])], { axis: 0 })[0];
}) as ReduceAlong);

const logSoftmaxSlope = elementwise("logSoftmax.vjp", (y: E, g: E, total: E) => g.sub(y.exp().mul(total)));

const logSoftmaxOp: Op<Axis> = {
  name: "logSoftmax",
  shape: ([from], { axis }) => {
    checkNotEmpty("logSoftmax", from, axis);
    return [from];
  },
  forward: forward("logSoftmax"),
  plain: ([x], { axis }) => {
    const shifted = sub(x, max(x, axis, true));
    return [sub(shifted, log(sum(exp(shifted), axis, true)))];
  },
  vjp: ({ outputs: [y], gradients: [g], attributes: { axis } }) => [logSoftmaxSlope(y, g, sum(g, axis, true))],
};

/**
 * The logarithm of `softmax(x, axis)`, exact where a weight is too small for a number; NaN where that is.
 *
 * @throws ShapeError if the axis is empty.
 */
export const logSoftmax = defineOp(
  logSoftmaxOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>) =>
    apply(logSoftmaxOp, [x], { axis: axisOf("logSoftmax", x, axis) })[0] as Tensor<S>,
);
