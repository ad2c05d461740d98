import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Shape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AxisOf, axisOf } from "./axes.js";
import { doubles } from "./lanes.js";

const cumsumOp: Op<{ readonly axis: number; readonly backwards: boolean }> = {
  name: "cumsum",
  shape: ([from]) => [from],
  forward: (kernels, [input], { axis, backwards }, [shape]) => {
    const values = doubles(input);
    const inner = sizeOf(shape.slice(axis + 1));
    const block = shape[axis] * inner;
    // Row by row, not lane by lane: so the elements are read as they lie.
    for (let start = 0; start < values.length; start += block) {
      const end = start + block;
      if (backwards) for (let at = end - inner - 1; at >= start; at--) values[at] += values[at + inner];
      else for (let at = start + inner; at < end; at++) values[at] += values[at - inner];
    }
    return [{ storage: kernels.upload(values), layout: contiguous(shape) }];
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
