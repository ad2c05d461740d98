import { contiguous, narrow, select } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkArray, checkTensor } from "../operand.js";
import { formatShape, resolveAxis, type Shape, ShapeError, sameShape, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { type AtAxis, type AxisOf, axisOf, checkAxis, type WithoutAxis } from "./axes.js";
import { roomFor } from "./room.js";
import { sliced } from "./slice.js";

const concatenateOp: Op<{ readonly axis: number }> = {
  name: "concatenate",
  shape: (shapes, { axis }) => {
    const [first] = shapes;
    const others = (shape: Shape): Shape => shape.map((dim, at) => (at === axis ? 0 : dim));
    if (!shapes.every((shape) => sameShape(others(shape), others(first))))
      throw new ShapeError(
        "concatenate",
        `shapes must agree but for axis ${axis}: ${shapes.map(formatShape).join(", ")}`,
        shapes,
      );
    const length = shapes.reduce((total, shape) => total + shape[axis], 0);
    return [first.map((dim, at) => (at === axis ? length : dim))];
  },
  forward: (kernels, inputs, { axis }, [shape]) => {
    const whole = { storage: roomFor("concatenate", kernels, inputs, sizeOf(shape)), layout: contiguous(shape) };
    let start = 0;
    for (const input of inputs) {
      const end = start + input.layout.shape[axis];
      kernels.write({ storage: whole.storage, layout: narrow(whole.layout, axis, start, end) }, input);
      start = end;
    }
    return [whole];
  },
  vjp: ({ inputs, gradients: [g], attributes: { axis } }) => {
    let end = 0;
    return inputs.map(({ shape }) => {
      const start = end;
      end += shape[axis];
      return sliced(g, axis, start, end);
    });
  },
};

/** `concatenate` for tensors of unknown rank; the axis counts from the front. */
const concatenated = (parts: readonly Tensor[], axis: number): Tensor => apply(concatenateOp, parts, { axis })[0];

function checkParts(operation: string, parts: readonly Tensor[]): void {
  checkArray(operation, "an array of tensors", parts);
  if (parts.length === 0) throw new ShapeError(operation, "at least one tensor is needed");
  parts.forEach((part, at) => {
    checkTensor(operation, part, `part ${at}`);
  });
}

/**
 * Tensors one behind the other along an axis.
 *
 * @throws ShapeError if there is none, or they differ in another axis.
 * @throws TypeError if some hold indices and others do not.
 */
export const concatenate = defineOp(
  concatenateOp,
  <S extends Shape, const A extends number>(parts: readonly Tensor<S>[], axis: AxisOf<S, A>) => {
    checkParts("concatenate", parts);
    return concatenated(parts, axisOf("concatenate", parts[0], axis)) as Tensor<AtAxis<S, A, number>>;
  },
);

const stackOp: Op<{ readonly axis: number }> = {
  name: "stack",
  shape: (shapes, { axis }) => {
    const [first] = shapes;
    if (!shapes.every((shape) => sameShape(shape, first)))
      throw new ShapeError("stack", `shapes must be equal: ${shapes.map(formatShape).join(", ")}`, shapes);
    return [[...first.slice(0, axis), shapes.length, ...first.slice(axis)]];
  },
  forward: (kernels, inputs, { axis }, [shape]) => {
    const whole = { storage: roomFor("stack", kernels, inputs, sizeOf(shape)), layout: contiguous(shape) };
    inputs.forEach((input, index) => {
      kernels.write({ storage: whole.storage, layout: select(whole.layout, axis, index) }, input);
    });
    return [whole];
  },
  vjp: ({ gradients: [g], attributes: { axis } }) => unstacked(g, axis),
};

/** `stack` for tensors of unknown rank; the axis counts from the front. */
const stacked = (parts: readonly Tensor[], axis: number): Tensor => apply(stackOp, parts, { axis })[0];

/**
 * Tensors of one shape along a new axis.
 *
 * @throws ShapeError if there is none, or the shapes differ.
 * @throws TypeError if some hold indices and others do not.
 */
export const stack = defineOp(stackOp, <S extends Shape>(parts: readonly Tensor<S>[], axis = 0): Tensor => {
  checkParts("stack", parts);
  checkAxis("stack", axis);
  return stacked(parts, resolveAxis("stack", axis, [parts.length, ...parts[0].shape]));
});

const unstackOp: Op<{ readonly axis: number }> = {
  name: "unstack",
  shape: ([from], { axis }) => Array.from({ length: from[axis] }, () => from.filter((_, at) => at !== axis)),
  forward: (_, [{ storage, layout }], { axis }) =>
    Array.from({ length: layout.shape[axis] }, (_unused, index) => ({ storage, layout: select(layout, axis, index) })),
  vjp: ({ gradients, attributes: { axis } }) => [stacked(gradients, axis)],
};

const unstacked = (x: Tensor, axis: number): readonly Tensor[] => apply(unstackOp, [x], { axis });

/** The slices along one axis, which each of them has no more; `stack` puts them together again. */
export const unstack = defineOp(
  unstackOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, axis: AxisOf<S, A>) =>
    unstacked(x, axisOf("unstack", x, axis)) as readonly Tensor<WithoutAxis<S, A>>[],
);

const splitOp: Op<{ readonly axis: number; readonly parts: number }> = {
  name: "split",
  shape: ([from], { axis, parts }) => {
    if (!Number.isInteger(parts) || parts < 1 || from[axis] % parts !== 0)
      throw new ShapeError("split", `axis ${axis} of ${formatShape(from)} has no ${parts} equal parts`, [from]);
    return Array.from({ length: parts }, () => from.map((dim, at) => (at === axis ? dim / parts : dim)));
  },
  forward: (_, [{ storage, layout }], { axis, parts }) => {
    const width = layout.shape[axis] / parts;
    return Array.from({ length: parts }, (_unused, part) => ({
      storage,
      layout: narrow(layout, axis, part * width, (part + 1) * width),
    }));
  },
  vjp: ({ gradients, attributes: { axis } }) => [concatenated(gradients, axis)],
};

/**
 * Equal parts of one axis; `concatenate` puts them together again.
 *
 * @throws ShapeError if the axis cannot be divided so.
 */
export const split = defineOp(
  splitOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, parts: number, axis: AxisOf<S, A>) =>
    apply(splitOp, [x], { parts, axis: axisOf("split", x, axis) }) as readonly Tensor<AtAxis<S, A, number>>[],
);
