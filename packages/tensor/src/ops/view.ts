import { contiguous, permute, reshaped } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkArray, checkTensor } from "../operand.js";
import { checkShape, type Dim, formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Mat, Tensor } from "../tensor.js";
import type { OrderOf, Permuted, Reshaped } from "./axes.js";
import { roomFor } from "./room.js";

const reshapeOp: Op<{ readonly shape: Shape }> = {
  name: "reshape",
  shape: ([from], { shape }) => {
    checkShape("reshape", shape);
    if (sizeOf(from) !== sizeOf(shape))
      throw new ShapeError(
        "reshape",
        `${formatShape(from)} has ${sizeOf(from)} elements, ${formatShape(shape)} has ${sizeOf(shape)}`,
        [from, shape],
      );
    return [shape];
  },
  forward: (kernels, [input], { shape }) => {
    const view = reshaped(input.layout, shape);
    if (view) return [{ storage: input.storage, layout: view }];
    const copy = {
      storage: roomFor("reshape", kernels, [input], sizeOf(shape)),
      layout: contiguous(input.layout.shape),
    };
    kernels.write(copy, input);
    return [{ storage: copy.storage, layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [x], gradients: [g] }) => [withShape(g, x.shape)],
};

/** `reshape` for tensors of unknown rank. */
export const withShape = (x: Tensor, shape: Shape): Tensor => apply(reshapeOp, [x], { shape })[0];

/**
 * The same elements, in row-major order, in another shape; one dimension may be -1, for whatever is left.
 *
 * @throws ShapeError if the number of elements differs, or the -1 cannot be told.
 */
export const reshape = defineOp(reshapeOp, <const T extends Shape>(x: Tensor, shape: T): Tensor<Reshaped<T>> => {
  checkTensor("reshape", x);
  checkArray("reshape", "a shape, an array of dimensions,", shape);
  const given = shape.filter((dim) => dim !== -1);
  const known = sizeOf(given);
  const left = known === 0 ? 0 : x.size / known;
  if (given.length < shape.length && (given.length < shape.length - 1 || !Number.isInteger(left)))
    throw new ShapeError("reshape", `the -1 of ${formatShape(shape)} cannot be told from ${formatShape(x.shape)}`, [
      x.shape,
      shape,
    ]);
  return withShape(
    x,
    shape.map((dim) => (dim === -1 ? left : dim)),
  ) as Tensor<Reshaped<T>>;
});

const transposeOp: Op<{ readonly order: readonly number[] }> = {
  name: "transpose",
  shape: ([from], { order }) => {
    const isPermutation = order.length === from.length && from.every((_, axis) => order.includes(axis));
    if (!isPermutation)
      throw new ShapeError("transpose", `[${order}] is no order of the axes of ${formatShape(from)}`, [from]);
    return [order.map((axis) => from[axis])];
  },
  forward: (_, [input], { order }) => [{ storage: input.storage, layout: permute(input.layout, order) }],
  vjp: ({ gradients: [g], attributes: { order } }) => [
    reordered(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
};

const reordered = (x: Tensor, order: readonly number[]): Tensor => apply(transposeOp, [x], { order })[0];

/** The last two axes exchanged, for tensors of unknown rank. */
export function matrixTransposed(x: Tensor): Tensor {
  const order = Array.from({ length: x.rank }, (_, axis) => axis);
  return reordered(x, [...order.slice(0, -2), x.rank - 1, x.rank - 2]);
}

function transposed<S extends Shape, const O extends readonly number[]>(
  x: Tensor<S>,
  order: OrderOf<S, O>,
): Tensor<Permuted<S, O>>;
function transposed(x: Tensor, order: readonly number[]): Tensor {
  checkTensor("transpose", x);
  checkArray("transpose", "an order, an array of all axes,", order);
  return reordered(x, [...order]);
}

/**
 * The axes in another order: axis `i` of the result is axis `order[i]`.
 *
 * @throws ShapeError if `order` does not name each axis once.
 */
export const transpose = defineOp(transposeOp, transposed);

/**
 * The transpose of a matrix: `[M, N] -> [N, M]`.
 *
 * @throws ShapeError if it is none.
 */
export function t<M extends Dim, N extends Dim>(x: Mat<M, N>): Mat<N, M> {
  checkTensor("t", x);
  const { shape }: Tensor = x;
  if (shape.length !== 2) throw new ShapeError("t", `a matrix is needed, not ${formatShape(shape)}`, [shape]);
  return reordered(x, [1, 0]) as Mat<N, M>;
}

const aliasOp: Op<undefined> = {
  name: "alias",
  shape: ([from]) => [from],
  forward: (_, [input]) => [input],
  vjp: ({ gradients }) => gradients,
};

/** The same elements under a new identity: what a derivative is taken by. */
export const alias = defineOp(
  aliasOp,
  <S extends Shape>(x: Tensor<S>) => apply(aliasOp, [x], undefined)[0] as Tensor<S>,
);
