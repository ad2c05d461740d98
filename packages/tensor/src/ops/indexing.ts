import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkShape, type Dim, formatShape, type Shape, ShapeError } from "../shape.js";
import { Tensor, type Vec } from "../tensor.js";
import { type AtAxis, type AxisOf, axisOf } from "./axes.js";
import { checkIndices, indices as indexTensor } from "./creation.js";

/** Whole numbers: an array, or what `indices` or `permutation` made. */
export type Indices = Vec | readonly number[] | Int32Array;

/** Indices as a tensor, checked to be below `length`. */
export function toIndices(operation: string, given: Indices, length: number): Tensor {
  const tensor = given instanceof Tensor ? given : indexTensor(given);
  checkIndices(operation, tensor);
  tensor.data.forEach((index, position) => {
    if (index < 0 || index >= length)
      throw new RangeError(
        `${operation}: index ${index} at position ${position} is out of range for an axis of length ${length}`,
      );
  });
  return tensor;
}

const gatherOp: Op<{ readonly axis: number }> = {
  name: "gather",
  shape: ([from, positions], { axis }) => [from.map((dim, at) => (at === axis ? positions[0] : dim))],
  forward: (kernels, [input, positions], { axis }, [shape]) => [
    { storage: kernels.gather(input, positions, axis), layout: contiguous(shape) },
  ],
  vjp: ({ inputs: [x, positions], gradients: [g], attributes: { axis } }) => [
    scattered(g, positions, axis, x.shape[axis]),
    undefined,
  ],
};

const scatterOp: Op<{ readonly axis: number; readonly length: number }> = {
  name: "scatterAdd",
  shape: ([from, positions], { axis, length }) => {
    if (from[axis] !== positions[0])
      throw new ShapeError(
        "scatterAdd",
        `axis ${axis} of ${formatShape(from)} needs as many indices, not ${positions[0]}`,
        [from, positions],
      );
    checkShape("scatterAdd", [length]);
    return [from.map((dim, at) => (at === axis ? length : dim))];
  },
  forward: (kernels, [input, positions], { axis, length }, [shape]) => [
    { storage: kernels.scatterAdd(input, positions, axis, length), layout: contiguous(shape) },
  ],
  vjp: ({ inputs: [, positions], gradients: [g], attributes: { axis } }) => [gathered(g, positions, axis), undefined],
};

const scattered = (x: Tensor, positions: Tensor, axis: number, length: number): Tensor =>
  apply(scatterOp, [x, positions], { axis, length })[0];

/** `gather` at indices that were checked before. */
export const gathered = (x: Tensor, positions: Tensor, axis: number): Tensor =>
  apply(gatherOp, [x, positions], { axis })[0];

/**
 * The slices of one axis at `indices`, in their order; an index may occur more than once.
 *
 * @throws RangeError if an index is not within the axis.
 * @throws TypeError if a tensor of indices is not of type int32.
 */
export const gather = defineOp(
  gatherOp,
  <S extends Shape, const A extends number>(x: Tensor<S>, indices: Indices, axis: AxisOf<S, A>) => {
    const along = axisOf("gather", x, axis);
    return gathered(x, toIndices("gather", indices, x.shape[along]), along) as Tensor<AtAxis<S, A, number>>;
  },
);

/**
 * The slices of one axis added up at `indices` of an axis of `length` zeros: the transpose of `gather`.
 *
 * @throws ShapeError if there are not as many indices as slices.
 * @throws RangeError if an index is not below `length`.
 * @throws TypeError if a tensor of indices is not of type int32.
 */
export const scatterAdd = defineOp(
  scatterOp,
  <S extends Shape, const A extends number, const L extends Dim>(
    x: Tensor<S>,
    indices: Indices,
    axis: AxisOf<S, A>,
    length: L,
  ) => {
    const along = axisOf("scatterAdd", x, axis);
    return scattered(x, toIndices("scatterAdd", indices, length), along, length) as Tensor<AtAxis<S, A, L>>;
  },
);
