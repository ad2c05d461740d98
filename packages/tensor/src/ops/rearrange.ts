import { reversed } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { formatShape, type Shape, ShapeError } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AxisOf, axisOf } from "./axes.js";
import { concatenate } from "./join.js";
import { sliced } from "./slice.js";

const flipOp: Op<{ readonly axis: number }> = {
  name: "flip",
  shape: ([from]) => [from],
  forward: (_, [{ storage, layout }], { axis }) => [{ storage, layout: reversed(layout, axis) }],
  vjp: ({ gradients: [g], attributes: { axis } }) => [flipped(g, axis)],
};

const flipped = (x: Tensor, axis: number): Tensor => apply(flipOp, [x], { axis })[0];

/** The tensor with one axis read from its end to its start, without a copy. */
export const flip = defineOp(
  flipOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>) =>
    flipped(x, axisOf("flip", x, axis)) as Tensor<S>,
);

/**
 * The tensor with the elements of one axis moved `shift` places on, those that leave it at the end coming in at the start;
 * the other way where `shift` is negative.
 *
 * @throws ShapeError if `shift` is no whole number.
 */
export function roll<S extends Shape, const A extends number>(
  x: Tensor<S>,
  shift: number,
  axis: AxisOf<S, A>,
): Tensor<S> {
  const along = axisOf("roll", x, axis);
  if (!Number.isSafeInteger(shift))
    throw new ShapeError("roll", `the shift is a whole number of places, not ${shift}, along ${formatShape(x.shape)}`, [
      x.shape,
    ]);
  const length = x.shape[along];
  const places = length === 0 ? 0 : ((shift % length) + length) % length;
  const parts = [sliced(x, along, length - places, length), sliced(x, along, 0, length - places)];
  return concatenate(parts, along) as Tensor as Tensor<S>;
}
