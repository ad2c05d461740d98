import { type Expression, elementwise, formatShape, mul, type Tensor } from "@factorvae/tensor";
import { checkTensors } from "./optimizer.js";

type E = Expression;

function checkLimit(operation: string, limit: number): void {
  if (!(limit > 0)) throw new RangeError(`${operation}: the limit must be positive, not ${limit}`);
}

/** The sum of squares of a gradient's elements, in units of `unit`, in double precision. */
function sumOfSquares({ data }: Tensor, unit: number): number {
  let total = 0;
  for (const value of data) {
    const size = value / unit;
    total += size * size;
  }
  return total;
}

/** The Euclidean norm of all elements together. */
const normIn = (unit: number, grads: readonly Tensor[]): number =>
  unit * Math.sqrt(grads.map((gradient) => sumOfSquares(gradient, unit)).reduce((total, square) => total + square, 0));

/** The same where squares of float64 would overflow or vanish, too. */
function normOf(grads: readonly Tensor[]): number {
  const norm = normIn(1, grads);
  if (norm > 1e-140 && norm < Number.POSITIVE_INFINITY) return norm;
  const broken = grads.findIndex(({ data }) => !data.every((value: number) => Number.isFinite(value)));
  if (broken >= 0)
    throw new RangeError(
      `clipByNorm: gradient ${broken} of ${grads.length}, of shape ${formatShape(grads[broken].shape)}, is not finite`,
    );
  let largest = 0;
  for (const { data } of grads) for (const value of data) largest = Math.max(largest, Math.abs(value));
  const scaled = largest === 0 ? 0 : normIn(largest, grads);
  if (scaled === Number.POSITIVE_INFINITY)
    throw new RangeError(`clipByNorm: the norm of gradients as large as ${largest} is beyond the range of numbers`);
  return scaled;
}

/** Below it float32 keeps fewer digits of a number. */
const smallestNormal = 2 ** -126;

/** Gradients times `limit / norm`; by two factors where one would be too small. */
function scaledTo(limit: number, norm: number, grads: readonly Tensor[]): readonly Tensor[] {
  const factor = limit / norm;
  if (factor >= smallestNormal) return grads.map((gradient) => mul(gradient, factor));
  const root = Math.sqrt(limit) / Math.sqrt(norm);
  return grads.map((gradient) => mul(mul(gradient, root), root));
}

/** Gradients, and the Euclidean norm that all of them together had before they were clipped. */
export interface Clipped {
  readonly grads: readonly Tensor[];
  readonly norm: number;
}

/**
 * Gradients scaled by one factor so that their common Euclidean norm is at most `limit`; themselves if it is already.
 * (PyTorch divides by the norm plus 1e-6, and so ends a trace below the limit.) Source: Pascanu, Mikolov, Bengio (2013).
 *
 * @throws TypeError if the gradients are no array of tensors.
 * @throws RangeError if the limit is not positive.
 * @throws RangeError naming the gradient, if one holds NaN or infinity: clipped or not, it would ruin the parameters; or if
 * the norm of float64 gradients is beyond the range of numbers.
 */
export function clipByNorm(grads: readonly Tensor[], limit: number): Clipped {
  checkTensors("clipByNorm", "gradients", grads);
  checkLimit("clipByNorm", limit);
  const norm = normOf(grads);
  return { grads: norm > limit ? scaledTo(limit, norm, grads) : grads, norm };
}

const within = elementwise("clip", (x: E, limit: E) => x.max(limit.neg()).min(limit));

/**
 * Gradients with every element brought to `[-limit, limit]`; NaN stays NaN.
 *
 * @throws TypeError if the gradients are no array of tensors.
 * @throws RangeError if the limit is not positive.
 */
export function clipByValue(grads: readonly Tensor[], limit: number): readonly Tensor[] {
  checkTensors("clipByValue", "gradients", grads);
  checkLimit("clipByValue", limit);
  return grads.map((gradient) => within(gradient, limit));
}
