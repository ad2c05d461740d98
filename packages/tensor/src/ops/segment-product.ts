import { contiguous, permute } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, ShapeError, sizeOf } from "../shape.js";
import type { Cube, Mat, Tensor } from "../tensor.js";
import { checkRows, row, type Segments, views } from "./segments.js";
import { matrixTransposed } from "./view.js";

const productOp: Op<Segments> = {
  name: "segmentProduct",
  shape: ([a, b], { rows }) => {
    if (a.length !== 2 || b.length !== 2)
      throw new ShapeError("segmentProduct", `two matrices are needed: ${formatShape(a)}, ${formatShape(b)}`, [a, b]);
    checkRows("segmentProduct", a, rows);
    checkRows("segmentProduct", b, rows);
    return [[rows.length, a[1], b[1]]];
  },
  forward: (kernels, [a, b], { rows }, [shape]) => {
    const whole = { storage: kernels.alloc(sizeOf(shape)), layout: contiguous(shape) };
    const right = views(b, rows);
    views(a, rows).forEach(({ storage, layout }, index) => {
      const to = row(whole, index);
      const product = kernels.matmul({ storage, layout: permute(layout, [1, 0]) }, right[index]);
      kernels.write(to, { storage: product, layout: contiguous(to.layout.shape) });
    });
    return [whole];
  },
  vjp: ({ inputs: [a, b], gradients: [g], attributes: { rows } }) => [
    times(b, matrixTransposed(g), rows),
    times(a, g, rows),
  ],
};

const timesOp: Op<Segments> = {
  name: "segmentMatmul",
  shape: ([x, m], { rows }) => {
    checkRows("segmentMatmul", x, rows);
    if (x.length !== 2 || m.length !== 3 || m[0] !== rows.length || m[1] !== x[1])
      throw new ShapeError(
        "segmentMatmul",
        `${formatShape(x)} needs ${rows.length} matrices of ${x[1]} rows, not ${formatShape(m)}`,
        [x, m],
      );
    return [[x[0], m[2]]];
  },
  forward: (kernels, [x, m], { rows }, [shape]) => {
    const whole = { storage: kernels.alloc(sizeOf(shape)), layout: contiguous(shape) };
    const to = views(whole, rows);
    views(x, rows).forEach((segment, index) => {
      const product = kernels.matmul(segment, row(m, index));
      kernels.write(to[index], { storage: product, layout: contiguous(to[index].layout.shape) });
    });
    return [whole];
  },
  vjp: ({ inputs: [x, m], gradients: [g], attributes: { rows } }) => [
    times(g, matrixTransposed(m), rows),
    apply(productOp, [x, g], { rows })[0],
  ],
};

const times = (x: Tensor, m: Tensor, rows: readonly number[]): Tensor => apply(timesOp, [x, m], { rows })[0];

/**
 * `a' b` over the rows of each segment: `[R, M], [R, N] -> [segments, M, N]`.
 *
 * @throws ShapeError if the segments do not make up the rows of both.
 */
export const segmentProduct = defineOp(
  productOp,
  <R extends Dim, M extends Dim, N extends Dim>(a: Mat<R, M>, b: Mat<NoInfer<R>, N>, rows: readonly number[]) =>
    apply(productOp, [a, b], { rows: [...rows] })[0] as Cube<number, M, N>,
);

/**
 * The rows of each segment times that segment's matrix: `[R, M], [segments, M, N] -> [R, N]`.
 *
 * @throws ShapeError if the segments do not make up the rows, or there is not one matrix for each.
 */
export const segmentMatmul = defineOp(
  timesOp,
  <R extends Dim, M extends Dim, N extends Dim>(
    x: Mat<R, M>,
    m: Cube<number, NoInfer<M>, N>,
    rows: readonly number[],
  ) => times(x, m, [...rows]) as Mat<R, N>,
);
