import { pairsGradient as pairsGradientKernel, pairs as pairsKernel } from "../backend/wasm/pairs.js";
import { contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, type Shape, ShapeError, sameShape } from "../shape.js";
import type { Mat, Tensor } from "../tensor.js";
import { add, mul } from "./arithmetic.js";
import { gather, scatterAdd } from "./indexing.js";

/** The columns `a <= b` of each pair, `(0, 0), (0, 1), ... (1, 1), ...`. */
export interface PairColumns {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** The pairs of so many columns, `count (count + 1) / 2`. */
export function pairColumns(count: number): PairColumns {
  const pairs = (count * (count + 1)) / 2;
  const left = new Int32Array(pairs);
  const right = new Int32Array(pairs);
  let pair = 0;
  for (let a = 0; a < count; a++)
    for (let b = a; b < count; b++, pair++) {
      left[pair] = a;
      right[pair] = b;
    }
  return { left, right };
}

function checkMatrix(shape: Shape): void {
  if (shape.length !== 2) throw new ShapeError("pairs", `a matrix is needed, not ${formatShape(shape)}`, [shape]);
}

const pairsOp: Op<undefined> = {
  name: "pairs",
  shape: ([from]) => {
    checkMatrix(from);
    return [[from[0], (from[1] * (from[1] + 1)) / 2]];
  },
  forward: (kernels, [x], _, [shape]) =>
    kernels.linear && [{ storage: pairsKernel(kernels.linear, x), layout: contiguous(shape) }],
  plain: ([x]) => {
    const { left, right } = pairColumns(x.shape[1]);
    return [mul(gather(x, left, 1), gather(x, right, 1))];
  },
  vjp: ({ inputs: [x], gradients: [g] }) => [ofTriangles(x, g)],
};

const pairsGradientOp: Op<undefined> = {
  name: "pairsGradient",
  shape: ([x, g]) => {
    checkMatrix(x);
    const wanted = [x[0], (x[1] * (x[1] + 1)) / 2];
    if (!sameShape(g, wanted))
      throw new ShapeError(
        "pairsGradient",
        `${formatShape(x)} has pairs ${formatShape(wanted)}, not ${formatShape(g)}`,
        [x, g],
      );
    return [x];
  },
  forward: (kernels, [x, g], _, [shape]) =>
    kernels.linear && [{ storage: pairsGradientKernel(kernels.linear, x, g), layout: contiguous(shape) }],
  plain: ([x, g]) => {
    const columns = x.shape[1];
    const { left, right } = pairColumns(columns);
    return [
      add(
        scatterAdd(mul(g, gather(x, right, 1)), left, 1, columns),
        scatterAdd(mul(g, gather(x, left, 1)), right, 1, columns),
      ),
    ];
  },
  vjp: ({ inputs: [x, g], gradients: [h] }) => {
    const { left, right } = pairColumns(x.shape[1]);
    const products = (a: Int32Array, b: Int32Array): Tensor => mul(gather(x, a, 1), gather(h, b, 1));
    return [ofTriangles(h, g), add(products(left, right), products(right, left))];
  },
};

const ofTriangles = (x: Tensor, g: Tensor): Tensor => apply(pairsGradientOp, [x, g], undefined)[0];

/**
 * What `pairs` passes back: row by row `sum_b g_ab x_b + sum_b g_ba x_b`, that is `G + G'` times x for the triangle G of
 * the row. `[R, C], [R, C (C + 1) / 2] -> [R, C]`.
 *
 * @throws ShapeError if the shapes do not go together.
 */
export const pairsGradient = defineOp(
  pairsGradientOp,
  <R extends Dim, C extends Dim>(x: Mat<R, C>, g: Mat<NoInfer<R>>): Mat<R, C> => ofTriangles(x, g) as Mat<R, C>,
);

/**
 * The products of all pairs of columns, each pair once: `[R, C] -> [R, C (C + 1) / 2]`, in the order
 * `(0, 0), (0, 1), ... (1, 1), ...`. A quadratic form of each row is a product with these, at half the work.
 *
 * @throws ShapeError if x is no matrix.
 */
export const pairs = defineOp(
  pairsOp,
  <R extends Dim, C extends Dim>(x: Mat<R, C>): Mat<R> => apply(pairsOp, [x], undefined)[0] as Mat<R>,
);
