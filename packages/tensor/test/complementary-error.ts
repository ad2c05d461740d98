/** 1 - erf(y) for y > 0, by the series of erf (near 0) and the continued fraction: an oracle for `inverseErrorFunction`. */
export function complementaryError(y: number): number {
  if (y < 2) {
    let term = y;
    let sum = y;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (2 * y * y) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-y * y) * sum;
  }
  let fraction = y;
  for (let n = 400; n >= 1; n--) fraction = y + n / 2 / fraction;
  return Math.exp(-y * y) / (Math.sqrt(Math.PI) * fraction);
}
