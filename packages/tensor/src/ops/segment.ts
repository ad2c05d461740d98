import type { Value } from "../backend/current.js";
import { broadcast, contiguous, narrow, permute, select } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { type Dim, formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Cube, Mat, Tensor } from "../tensor.js";
import { div, mul, sub } from "./arithmetic.js";
import type { AtAxis } from "./axes.js";
import { equal } from "./compare.js";
import { exp } from "./exponential.js";
import { matrixTransposed } from "./view.js";

/** How many rows each segment has, in order: the stocks of each of several days, stacked along the first axis. */
interface Segments {
  readonly rows: readonly number[];
}

function checkRows(operation: string, shape: Shape, rows: readonly number[]): void {
  const total = rows.reduce((sum, count) => sum + count, 0);
  if (rows.some((count) => !Number.isInteger(count) || count < 0) || total !== shape[0])
    throw new ShapeError(
      operation,
      `segments of [${rows}] rows do not make up the first axis of ${formatShape(shape)}`,
      [shape],
    );
}

/** The rows of each segment, as views. */
function views(value: Value, rows: readonly number[]): Value[] {
  let end = 0;
  return rows.map((count) => {
    end += count;
    return { storage: value.storage, layout: narrow(value.layout, 0, end - count, end) };
  });
}

/** Slice `index` of the first axis, as a view. */
const row = ({ storage, layout }: Value, index: number): Value => ({ storage, layout: select(layout, 0, index) });

const reduced = (name: string, reduction: "sum" | "max", vjp: Op<Segments>["vjp"]): Op<Segments> => ({
  name,
  shape: ([from], { rows }) => {
    checkRows(name, from, rows);
    if (reduction === "max" && rows.includes(0))
      throw new ShapeError(name, `an empty segment has no largest element: [${rows}]`, [from]);
    return [[rows.length, ...from.slice(1)]];
  },
  forward: (kernels, [input], { rows }, [shape]) => {
    const whole = { storage: kernels.alloc(sizeOf(shape)), layout: contiguous(shape) };
    views(input, rows).forEach((segment, index) => {
      const to = row(whole, index);
      kernels.write(to, { storage: kernels.reduce(reduction, segment, [0]), layout: contiguous(to.layout.shape) });
    });
    return [whole];
  },
  vjp,
});

const sumOp = reduced("segmentSum", "sum", ({ gradients: [g], attributes: { rows } }) => [repeated(g, rows)]);

const maxOp = reduced(
  "segmentMax",
  "max",
  ({ inputs: [x], outputs: [largest], gradients: [g], attributes: { rows } }) => {
    const winners = equal(x, repeated(largest, rows));
    return [mul(winners, repeated(div(g, summed(winners, rows)), rows))];
  },
);

const repeatOp: Op<Segments> = {
  name: "segmentRepeat",
  shape: ([from], { rows }) => {
    if (rows.length !== from[0])
      throw new ShapeError("segmentRepeat", `${rows.length} segments need as many rows, not ${formatShape(from)}`, [
        from,
      ]);
    return [[rows.reduce((sum, count) => sum + count, 0), ...from.slice(1)]];
  },
  forward: (kernels, [input], { rows }, [shape]) => {
    const whole = { storage: kernels.alloc(sizeOf(shape)), layout: contiguous(shape) };
    views(whole, rows).forEach((segment, index) => {
      const { storage, layout } = row(input, index);
      kernels.write(segment, { storage, layout: broadcast(layout, segment.layout.shape) });
    });
    return [whole];
  },
  vjp: ({ gradients: [g], attributes: { rows } }) => [summed(g, rows)],
};

const summed = (x: Tensor, rows: readonly number[]): Tensor => apply(sumOp, [x], { rows })[0];
const repeated = (x: Tensor, rows: readonly number[]): Tensor => apply(repeatOp, [x], { rows })[0];
const largestOf = (x: Tensor, rows: readonly number[]): Tensor => apply(maxOp, [x], { rows })[0];

/**
 * The sum of the rows of each segment: `[R, ...] -> [segments, ...]`; 0 for a segment without rows.
 *
 * @throws ShapeError if the segments do not make up the first axis.
 */
export const segmentSum = defineOp(
  sumOp,
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => summed(x, rows) as Tensor<AtAxis<S, 0, number>>,
);

/**
 * The largest of the rows of each segment: `[R, ...] -> [segments, ...]`. Ties share the gradient evenly.
 *
 * @throws ShapeError if the segments do not make up the first axis, or one has no rows.
 */
export const segmentMax = defineOp(
  maxOp,
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => largestOf(x, rows) as Tensor<AtAxis<S, 0, number>>,
);

/** Each row as often as its segment has rows: `[segments, ...] -> [R, ...]`, the transpose of `segmentSum`. */
export const segmentRepeat = defineOp(
  repeatOp,
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => repeated(x, rows) as Tensor<AtAxis<S, 0, number>>,
);

const softmaxOp: Op<Segments> = {
  name: "segmentSoftmax",
  shape: ([from], { rows }) => {
    checkRows("segmentSoftmax", from, rows);
    return [from];
  },
  plain: ([x], { rows }) => {
    const weights = exp(sub(x, repeated(largestOf(x, rows), rows)));
    return [div(weights, repeated(summed(weights, rows), rows))];
  },
  vjp: ({ outputs: [y], gradients: [g], attributes: { rows } }) => [
    mul(y, sub(g, repeated(summed(mul(g, y), rows), rows))),
  ],
};

/**
 * `exp(x)` over its sum within the segment: along the first axis, in each segment alone.
 *
 * @throws ShapeError if the segments do not make up the first axis, or one has no rows.
 */
export const segmentSoftmax = defineOp(
  softmaxOp,
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => apply(softmaxOp, [x], { rows })[0] as Tensor<S>,
);

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
    apply(productOp, [a, b], { rows })[0] as Cube<number, M, N>,
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
  ) => times(x, m, rows) as Mat<R, N>,
);
