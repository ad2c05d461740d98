// Coefficients of erfinv(x) / x, highest power first, by ../test/fixtures/inverse-error-function.py.
// biome-ignore format: a table of numbers
const centralCoefficients = [
  4.384995311926027e-13, -3.388817519066577e-13, -3.0122346021629576e-11, 1.2982446043371449e-10,
  9.024881447909744e-10, -1.0906655743110653e-8, 1.3429287142216358e-8, 4.788369412627382e-7, -3.416636103077881e-6,
  -4.9962227613667115e-6, 0.000218250273934182, -0.0012527078260762582, -0.00417731772599164, 0.24664027673055933,
  1.501409351110792,
];
// biome-ignore format: a table of numbers
const tailCoefficients = [
  -5.27745738027009e-7, -2.756219694828182e-6, 1.831911469156694e-5, -2.4697161835171133e-5, -4.318689429034218e-5,
  0.0002058471943374966, -0.00028452941748728704, -0.00014884174836528416, 0.001484045125434944,
  -0.0035588207295423435, 0.005685150083765702, -0.0076438028454739095, 0.00944552330272847, 1.001675276627089,
  2.8329767987197223,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let value = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) value = value * x + coefficients[i];
  return value;
}

// 2 / (2 k + 1): the series of 2 atanh(s) / s in powers of s^2, highest first; |s| <= 0.1716, hence an error below 1e-14.
const logarithmCoefficients = [2 / 17, 2 / 15, 2 / 13, 2 / 11, 2 / 9, 2 / 7, 2 / 5, 2 / 3, 2];

/** Natural logarithm of y in [2^-24, 1], absolute error below 1e-14. */
function naturalLogarithm(y: number): number {
  const exponent = Math.clz32(y * 2 ** 31);
  const scaled = y * (2 ** 31 / ((1 << (31 - exponent)) >>> 0));
  const mantissa = scaled > Math.SQRT2 ? scaled / 2 : scaled;
  const s = (mantissa - 1) / (mantissa + 1);
  const power = scaled > Math.SQRT2 ? 1 - exponent : -exponent;
  return s * polynomial(logarithmCoefficients, s * s) + power * Math.LN2;
}

/**
 * The inverse error function: the y with erf(y) = x, for |x| <= 1 - 2^-24 (|y| <= 3.84); relative error below 1e-11.
 *
 * Only + - * / and square roots, so that the result is the same to the bit in every JavaScript engine. Throws a
 * RangeError outside that range.
 */
export function inverseErrorFunction(x: number): number {
  if (!(Math.abs(x) <= 1 - 2 ** -24)) {
    throw new RangeError(`inverseErrorFunction: |x| must be at most 1 - 2^-24, got ${x}`);
  }
  const w = -naturalLogarithm((1 - x) * (1 + x));
  return x * (w <= 5 ? polynomial(centralCoefficients, w - 2.5) : polynomial(tailCoefficients, Math.sqrt(w) - 3));
}
