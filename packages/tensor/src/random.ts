/**
 * A random stream: two 32-bit words, each an integer in [0, 2^32).
 *
 * A key is a value. A draw depends on (key, index) alone: not on what was drawn before, nor on how many are drawn.
 */
export interface Key {
  readonly high: number;
  readonly low: number;
}

const wordCount = 2 ** 32;
const wordMask = 0xffffffffn;
const parityConstant = 0x1bd11bda;

/** Threefry-2x32 with 20 rounds of one block; writes the two output words (as int32) into `output[0]` and `output[1]`. */
function encrypt(keyHigh: number, keyLow: number, high: number, low: number, output: Int32Array): void {
  let a = keyHigh | 0;
  let b = keyLow | 0;
  let c = a ^ b ^ parityConstant;
  let x = (high + a) | 0;
  let y = (low + b) | 0;
  for (let group = 1; group <= 5; group++) {
    if ((group & 1) === 1) {
      x = (x + y) | 0;
      y = ((y << 13) | (y >>> 19)) ^ x;
      x = (x + y) | 0;
      y = ((y << 15) | (y >>> 17)) ^ x;
      x = (x + y) | 0;
      y = ((y << 26) | (y >>> 6)) ^ x;
      x = (x + y) | 0;
      y = ((y << 6) | (y >>> 26)) ^ x;
    } else {
      x = (x + y) | 0;
      y = ((y << 17) | (y >>> 15)) ^ x;
      x = (x + y) | 0;
      y = ((y << 29) | (y >>> 3)) ^ x;
      x = (x + y) | 0;
      y = ((y << 16) | (y >>> 16)) ^ x;
      x = (x + y) | 0;
      y = ((y << 24) | (y >>> 8)) ^ x;
    }
    // After every fourth round the three key words, rotated by one, and the number of the group are added.
    const first = a;
    a = b;
    b = c;
    c = first;
    x = (x + a) | 0;
    y = (y + b + group) | 0;
  }
  output[0] = x;
  output[1] = y;
}

function requireWord(operation: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= wordCount) {
    throw new RangeError(`${operation}: ${name} must be an integer in [0, 2^32), got ${value}`);
  }
}

/**
 * Checks that both words of a key are integers in [0, 2^32).
 *
 * @throws RangeError that names the operation and the word.
 */
export function checkKey(operation: string, stream: Key): void {
  requireWord(operation, "key.high", stream.high);
  requireWord(operation, "key.low", stream.low);
}

function requireCount(operation: string, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > wordCount) {
    throw new RangeError(`${operation}: the count must be an integer in [0, 2^32], got ${count}`);
  }
}

/**
 * The Threefry-2x32 block cipher with 20 rounds: encrypts the counter (high, low) under a key, two words to two words.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011). Throws a RangeError when a
 * word is not an integer in [0, 2^32).
 */
export function threefry2x32(stream: Key, high: number, low: number): Key {
  checkKey("threefry2x32", stream);
  requireWord("threefry2x32", "high", high);
  requireWord("threefry2x32", "low", low);
  const output = new Int32Array(2);
  encrypt(stream.high, stream.low, high, low, output);
  return { high: output[0] >>> 0, low: output[1] >>> 0 };
}

/**
 * The key of a seed: its upper and lower 32 bits, as JAX's `PRNGKey`.
 *
 * Throws a RangeError unless the seed is a safe integer >= 0 or a bigint in [0, 2^64).
 */
export function key(seed: number | bigint): Key {
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new RangeError(`key: a seed must be a safe integer, got ${seed}; pass a bigint for 64 bits`);
  }
  const wide = BigInt(seed);
  if (wide < 0n || wide >= 1n << 64n) {
    throw new RangeError(`key: a seed must lie in [0, 2^64), got ${seed}`);
  }
  return { high: Number(wide >> 32n), low: Number(wide & wordMask) };
}

/**
 * `count` keys whose streams are independent of one another and of the key's own draws: key i is the encryption of the
 * counter i (JAX's `split` with the partitionable layout), so the first keys do not depend on `count`.
 *
 * Throws a RangeError when the count is not an integer in [0, 2^32].
 */
export function split(stream: Key, count = 2): Key[] {
  requireCount("split", count);
  return Array.from({ length: count }, (_, i) => threefry2x32(stream, 0, i));
}

/** FNV-1a, 64 bits, of the text's UTF-8 bytes. */
function hashText(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}

/**
 * The key of a named or numbered part of a stream, such as `fold(key, "encoder.gru")` or `fold(key, epoch)`.
 *
 * A number is encrypted as the counter (0, data), JAX's `fold_in`. A string is first hashed to 64 bits (FNV-1a over its
 * UTF-8 bytes), and the hash's upper and lower words are the counter. Throws a RangeError when a number is not an integer
 * in [0, 2^32).
 */
export function fold(stream: Key, data: number | string): Key {
  if (typeof data === "number") {
    requireWord("fold", "data", data);
    return threefry2x32(stream, 0, data);
  }
  const hash = hashText(data);
  return threefry2x32(stream, Number(hash >> 32n), Number(hash & wordMask));
}

/**
 * `count` uniform 32-bit words: word i is the exclusive or of the two words that encrypt the counter i (JAX's
 * `random.bits` with the partitionable layout), so a longer draw begins with the shorter one.
 *
 * Throws a RangeError when the count is not an integer in [0, 2^32].
 */
export const bits = (stream: Key, count: number): Uint32Array => words("bits", stream, count);

function words(operation: string, stream: Key, count: number): Uint32Array {
  checkKey(operation, stream);
  requireCount(operation, count);
  const drawn = new Uint32Array(count);
  const block = new Int32Array(2);
  for (let i = 0; i < count; i++) {
    encrypt(stream.high, stream.low, 0, i, block);
    drawn[i] = block[0] ^ block[1];
  }
  return drawn;
}

/**
 * `count` uniform draws in [0, 1): multiples of 2^-23, each the upper 23 bits of the word in `bits` (JAX's
 * `random.uniform` in float32, to the bit).
 *
 * Throws a RangeError when the count is not an integer in [0, 2^32].
 */
export function uniformValues(stream: Key, count: number): Float64Array {
  const drawn = words("uniformValues", stream, count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = (drawn[i] >>> 9) * 2 ** -23;
  return values;
}

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

/**
 * `count` draws from the standard normal distribution, float64: sqrt(2) erfinv(u), u uniform on the odd multiples of
 * 2^-24 in (-1, 1) that are 1 modulo 4 (JAX's `random.normal` in float32, before its rounding). |z| is at most 5.42.
 *
 * Throws a RangeError when the count is not an integer in [0, 2^32].
 */
export function normalValues(stream: Key, count: number): Float64Array {
  const drawn = words("normalValues", stream, count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = Math.SQRT2 * inverseErrorFunction((drawn[i] >>> 9) * 2 ** -22 + (2 ** -24 - 1));
  }
  return values;
}

/**
 * A random order of 0 .. n - 1, a function of the key and n alone: Fisher and Yates's shuffle, where position
 * i = n - 1, ..., 1 is exchanged with position floor(word_i (i + 1) / 2^32), word_i being `bits(key, n)[i]`.
 *
 * Every order is equally likely to within a relative n^2 / 2^32. Throws a RangeError when n is not an integer in [0, 2^31).
 */
export function permutation(stream: Key, n: number): Int32Array {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31)
    throw new RangeError(`permutation: n must be an integer in [0, 2^31), got ${n}`);
  const drawn = words("permutation", stream, n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((drawn[i] / wordCount) * (i + 1));
    const held = order[i];
    order[i] = order[j];
    order[j] = held;
  }
  return order;
}
