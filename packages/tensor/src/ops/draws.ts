import { normalValues, permutation as permuted, uniformValues } from "../random.js";
import { checkShape, type Shape, sizeOf } from "../shape.js";
import type { Tensor, Vec } from "../tensor.js";
import { checkKey, type Key } from "../threefry.js";
import { filled, indices } from "./creation.js";

/** Draws from the standard normal distribution; a draw depends on the key and its own position alone. */
export function normal<const S extends Shape>(key: Key, shape: S): Tensor<S> {
  checkKey("normal", key);
  checkShape("normal", shape);
  return filled(shape, normalValues(key, sizeOf(shape))) as Tensor<S>;
}

/**
 * Draws from the uniform distribution on [low, high); in float32 rounding may give `high` itself, but not for [0, 1).
 *
 * @throws RangeError if a bound is not finite, or `low` is above `high`.
 */
export function uniform<const S extends Shape>(key: Key, shape: S, low = 0, high = 1): Tensor<S> {
  checkKey("uniform", key);
  checkShape("uniform", shape);
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new RangeError(`uniform: finite bounds in ascending order are needed, not ${low} and ${high}`);
  const draws = uniformValues(key, sizeOf(shape));
  return filled(
    shape,
    draws.map((draw) => low + (high - low) * draw),
  ) as Tensor<S>;
}

/** The numbers 0 to `n - 1` in random order, as indices. */
export const permutation = (key: Key, n: number): Vec => indices(permuted(key, n));
