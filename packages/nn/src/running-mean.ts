import type { Expression } from "@factorvae/tensor";

/**
 * The share by which `toward` moves a running mean, of the gain: what a new value counts, in (0, 1]. Up to a half it is the
 * gain; above, negated, what the mean keeps, which may be 0: taken as 1 less the gain in float32, it would keep few digits.
 */
export function shareOf(gain: number): number {
  // The least normal float32, so that none which rounds to 0 is taken for a mean that keeps nothing.
  const least = 2 ** -126;
  return gain <= 0.5 ? Math.max(gain, least) : gain - 1;
}

/**
 * A running mean moved toward a new value: from the mean by a positive share, from the value back by a negative one, so that
 * the larger part is never a difference, in which a small value beside a large mean would be lost.
 */
export const toward = (mean: Expression, value: Expression, share: Expression): Expression =>
  share.gt(0).select(mean, value).add(value.sub(mean).mul(share));
