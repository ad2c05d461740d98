import { softmaxOfSegments } from "../backend/wasm/softmax.js";
import { broadcast, contiguous } from "../layout.js";
import { apply, defineOp, type Op } from "../op.js";
import { formatShape, type Shape, ShapeError, sizeOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { div, mul, sub } from "./arithmetic.js";
import type { AtAxis } from "./axes.js";
import { equal } from "./compare.js";
import { exp } from "./exponential.js";
import { roomFor } from "./room.js";
import { checkRows, row, type Segments, views } from "./segments.js";

function checkNoneEmpty(operation: string, shape: Shape, rows: readonly number[]): void {
  if (rows.includes(0)) throw new ShapeError(operation, `an empty segment has no largest element: [${rows}]`, [shape]);
}

const reduced = (name: string, reduction: "sum" | "max", vjp: Op<Segments>["vjp"]): Op<Segments> => ({
  name,
  shape: ([from], { rows }) => {
    checkRows(name, from, rows);
    if (reduction === "max") checkNoneEmpty(name, from, rows);
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
    const repeated = [rows.reduce((sum, count) => sum + count, 0), ...from.slice(1)];
    checkRows("segmentRepeat", repeated, rows);
    return [repeated];
  },
  forward: (kernels, [input], { rows }, [shape]) => {
    const whole = { storage: roomFor("segmentRepeat", kernels, [input], sizeOf(shape)), layout: contiguous(shape) };
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
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => summed(x, [...rows]) as Tensor<AtAxis<S, 0, number>>,
);

/**
 * The largest of the rows of each segment: `[R, ...] -> [segments, ...]`. Ties share the gradient evenly.
 *
 * @throws ShapeError if the segments do not make up the first axis, or one has no rows.
 */
export const segmentMax = defineOp(
  maxOp,
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => largestOf(x, [...rows]) as Tensor<AtAxis<S, 0, number>>,
);

/**
 * Each row as often as its segment has rows: `[segments, ...] -> [R, ...]`, the transpose of `segmentSum`.
 *
 * @throws ShapeError if there is not one row for each segment.
 */
export const segmentRepeat = defineOp(
  repeatOp,
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) => repeated(x, [...rows]) as Tensor<AtAxis<S, 0, number>>,
);

const softmaxOp: Op<Segments> = {
  name: "segmentSoftmax",
  shape: ([from], { rows }) => {
    checkRows("segmentSoftmax", from, rows);
    checkNoneEmpty("segmentSoftmax", from, rows);
    return [from];
  },
  forward: (kernels, [x], { rows }, [shape]) =>
    kernels.linear && [{ storage: softmaxOfSegments(kernels.linear, x, rows), layout: contiguous(shape) }],
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
  <S extends Shape>(x: Tensor<S>, rows: readonly number[]) =>
    apply(softmaxOp, [x], { rows: [...rows] })[0] as Tensor<S>,
);
