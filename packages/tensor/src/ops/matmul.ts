import { broadcast, contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { checkTensor } from "../operand.js";
import { broadcastShapes, type Dim, formatShape, ShapeError } from "../shape.js";
import type { Cube, Mat, Tensor, Vec } from "../tensor.js";
import { mul } from "./arithmetic.js";
import { batchOf } from "./systems.js";
import { matrixTransposed, withShape } from "./view.js";

const matmulOp: Op<undefined> = {
  name: "matmul",
  shape: ([a, b]) => {
    const shapes = `${formatShape(a)} @ ${formatShape(b)}`;
    if (a.length < 2 || b.length < 2) {
      const hint =
        b.length === 1
          ? "; did you mean b.reshape([-1, 1])?"
          : a.length === 1
            ? "; did you mean a.reshape([1, -1])?"
            : "";
      throw new ShapeError("matmul", `matrices are needed, of rank 2 or more: ${shapes}${hint}`, [a, b]);
    }
    const [m, k] = a.slice(-2);
    const [rows, n] = b.slice(-2);
    if (k !== rows) {
      const hint = k === n ? "; did you mean b.t()?" : m === rows ? "; did you mean a.t()?" : "";
      throw new ShapeError("matmul", `inner dims differ: ${shapes}${hint}`, [a, b]);
    }
    return [[...broadcastShapes("matmul", [batchOf(a), batchOf(b)]), m, n]];
  },
  forward: (kernels, [a, b], _, [shape]) => {
    const [left, right] = [a, b].map(({ storage, layout }) => ({
      storage,
      layout: broadcast(layout, [...batchOf(shape), ...layout.shape.slice(-2)]),
    }));
    return [{ storage: kernels.matmul(left, right), layout: contiguous(shape) }];
  },
  vjp: ({ inputs: [a, b], gradients: [g], needed: [needsA, needsB] }) => [
    needsA ? product(g, matrixTransposed(b)) : undefined,
    needsB ? product(matrixTransposed(a), g) : undefined,
  ],
};

/** `matmul` for tensors of unknown rank. */
export const product = (a: Tensor, b: Tensor): Tensor => apply(matmulOp, [a, b], undefined)[0];

/** A batch of batches of matrices. */
export type Cubes<A extends Dim, B extends Dim, M extends Dim, N extends Dim> = Tensor<readonly [A, B, M, N]>;

// The plain case comes last: where no overload fits, the compiler explains the last one.
function multiplied<A extends Dim, B extends Dim, M extends Dim, K extends Dim, N extends Dim>(
  a: Cubes<A, B, M, K>,
  b: Mat<NoInfer<K>, N> | Cube<NoInfer<B> | 1, NoInfer<K>, N> | Cubes<NoInfer<A> | 1, NoInfer<B> | 1, NoInfer<K>, N>,
): Cubes<A, B, M, N>;
function multiplied<M extends Dim, A extends Dim, B extends Dim, K extends Dim, N extends Dim>(
  a: Mat<M, K> | Cube<NoInfer<B> | 1, M, K> | Cubes<1, NoInfer<B> | 1, M, K>,
  b: Cubes<A, B, NoInfer<K>, N>,
): Cubes<A, B, M, N>;
function multiplied<B extends Dim, M extends Dim, K extends Dim, N extends Dim>(
  a: Cube<B, M, K>,
  b: Mat<NoInfer<K>, N> | Cube<NoInfer<B> | 1, NoInfer<K>, N>,
): Cube<B, M, N>;
function multiplied<M extends Dim, B extends Dim, K extends Dim, N extends Dim>(
  a: Mat<M, K> | Cube<1, M, K>,
  b: Cube<B, NoInfer<K>, N>,
): Cube<B, M, N>;
function multiplied<M extends Dim, K extends Dim, N extends Dim>(a: Mat<M, K>, b: Mat<NoInfer<K>, N>): Mat<M, N>;
function multiplied(a: Tensor, b: Tensor): Tensor {
  return product(a, b);
}

/**
 * The matrix product `[..., M, K] @ [..., K, N] -> [..., M, N]`; leading axes broadcast. The types go to rank 4, and let the
 * batch of one operand be the larger; that of the other is the same, of length 1 or missing. A vector is no operand: as a
 * column it is `x.reshape([-1, 1])`.
 *
 * @throws ShapeError if the inner dimensions differ, the batches do not broadcast, or an operand has fewer than two axes.
 */
export const matmul = defineOp(matmulOp, multiplied);

/**
 * Every element of a times every element of b: `[M], [N] -> [M, N]`.
 *
 * @throws ShapeError if one is no vector.
 */
export function outer<M extends Dim, N extends Dim>(a: Vec<M>, b: Vec<N>): Mat<M, N> {
  const [column, row]: readonly Tensor[] = [a, b];
  checkTensor("outer", column);
  checkTensor("outer", row, 1);
  if (column.rank !== 1 || row.rank !== 1)
    throw new ShapeError(
      "outer",
      `vectors are needed, not ${formatShape(column.shape)} and ${formatShape(row.shape)}`,
      [column.shape, row.shape],
    );
  return mul(withShape(column, [column.size, 1]), withShape(row, [1, row.size])) as Tensor as Mat<M, N>;
}
