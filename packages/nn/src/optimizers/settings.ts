/**
 * Checks a learning rate.
 *
 * @throws RangeError if it is negative or not finite.
 */
export function checkRate(optimizer: string, lr: number): void {
  if (!(lr >= 0 && lr < Number.POSITIVE_INFINITY))
    throw new RangeError(`${optimizer}: the learning rate must be finite and at least 0, not ${lr}`);
}

/**
 * Checks shares of the past that a running mean keeps.
 *
 * @throws RangeError that names the first which is not in [0, 1).
 */
export function checkDecays(optimizer: string, decays: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(decays))
    if (!(value >= 0 && value < 1)) throw new RangeError(`${optimizer}: ${option} must be in [0, 1), not ${value}`);
}

/**
 * Checks what is added to a divisor.
 *
 * @throws RangeError if it is not positive and finite.
 */
export function checkEpsilon(optimizer: string, epsilon: number): void {
  if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
    throw new RangeError(`${optimizer}: epsilon must be positive and finite, not ${epsilon}`);
}

/**
 * Checks a weight decay.
 *
 * @throws RangeError if it is negative or not finite.
 */
export function checkPenalty(optimizer: string, weightDecay: number): void {
  if (!(weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY))
    throw new RangeError(`${optimizer}: weightDecay must be finite and at least 0, not ${weightDecay}`);
}
