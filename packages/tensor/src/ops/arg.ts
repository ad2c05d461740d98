import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkTensor } from "../operand.js";
import type { Tensor } from "../tensor.js";
import { axisOf, type ReduceAlong } from "./axes.js";
import { eachLane, elements } from "./lanes.js";
import { checkNotEmpty, remaining } from "./reduce.js";
import { withShape } from "./view.js";

interface ArgOp extends Op<{ readonly axis: number }> {
  readonly sought: "largest" | "smallest";
}

/** The position of the first element along an axis that beats all others; the first NaN beats every number. */
function argOp(name: string, sought: ArgOp["sought"]): ArgOp {
  const sign = sought === "largest" ? 1 : -1;
  return {
    name,
    sought,
    shape: ([from], { axis }) => {
      checkNotEmpty(name, sought, from, [axis]);
      return [remaining(from, [axis])];
    },
    forward: (kernels, [input], { axis }, [shape]) => {
      const values = elements(input);
      const from = input.layout.shape;
      const found = new Int32Array(values.length / from[axis]);
      eachLane(from, axis, (start, step, index) => {
        let best = sign * values[start];
        for (let at = 1; at < from[axis] && !Number.isNaN(best); at++) {
          const value = sign * values[start + at * step];
          if (value <= best) continue;
          best = value;
          found[index] = at;
        }
      });
      return [{ storage: kernels.uploadIndices(found), layout: contiguous(shape) }];
    },
    vjp: { none: "an index has no derivative; differentiate what is taken by it, as takeAlong does" },
  };
}

const position = (op: ArgOp): ReduceAlong =>
  ((x: Tensor, axis?: number): Tensor => {
    checkTensor(op.name, x);
    if (axis !== undefined) return apply(op, [x], { axis: axisOf(op.name, x, axis) })[0];
    checkNotEmpty(op.name, op.sought, x.shape, [...x.shape.keys()]);
    return apply(op, [withShape(x, [x.size])], { axis: 0 })[0];
  }) as ReduceAlong;

const argmaxOp = argOp("argmax", "largest");
const argminOp = argOp("argmin", "smallest");

/**
 * The index of the largest element, over everything in row-major order or along one axis, as int32. Where several tie it is
 * the first of them, and where one is NaN the first NaN, as `max` is NaN there.
 *
 * @throws ShapeError where there is no element.
 */
export const argmax = defineOp(argmaxOp, position(argmaxOp));

/**
 * The index of the smallest element, over everything in row-major order or along one axis, as int32. Where several tie it
 * is the first of them, and where one is NaN the first NaN, as `min` is NaN there.
 *
 * @throws ShapeError where there is no element.
 */
export const argmin = defineOp(argminOp, position(argminOp));
