import { type Expression, elementwise, formatShape, mul, type Tensor } from "@factorvae/tensor";
import { checkTensors } from "./optimizer.js";

type E = Expression;

function checkLimit(operation: string, limit: number): void {
  if (!(limit > 0)) throw new RangeError(`${operation}: the limit must be positive, not ${limit}`);
}

/** The sum of squares, in double precision, where no square of a float32 overflows or vanishes. */
function sumOfSquares({ data }: Tensor): number {
  let total = 0;
  for (const value of data) total += value * value;
  return total;
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
 * @throws RangeError naming the gradient, if one holds NaN or infinity: clipped or not, it would ruin the parameters.
 */
export function clipByNorm(grads: readonly Tensor[], limit: number): Clipped {
  checkTensors("clipByNorm", "gradients", grads);
  checkLimit("clipByNorm", limit);
  const squares = grads.map(sumOfSquares);
  const broken = squares.findIndex((square) => !Number.isFinite(square));
  if (broken >= 0)
    throw new RangeError(
      `clipByNorm: gradient ${broken} of ${grads.length}, of shape ${formatShape(grads[broken].shape)}, is not finite`,
    );
  const norm = Math.sqrt(squares.reduce((total, square) => total + square, 0));
  return { grads: norm > limit ? grads.map((gradient) => mul(gradient, limit / norm)) : grads, norm };
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
