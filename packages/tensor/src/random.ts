import { inverseErrorFunction } from "./inverse-error-function.js";
import { described } from "./operand.js";
import { checkKey, encrypt, type Key, requireWord, threefry2x32, wordCount } from "./threefry.js";

const wordMask = 0xffffffffn;

function requireCount(operation: string, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > wordCount) {
    throw new RangeError(`${operation}: the count must be an integer in [0, 2^32], got ${described(count)}`);
  }
}

/**
 * The key of a seed: its upper and lower 32 bits, as JAX's `PRNGKey`.
 *
 * Throws a RangeError unless the seed is a safe integer >= 0 or a bigint in [0, 2^64), a TypeError if it is no number.
 */
export function key(seed: number | bigint): Key {
  if (typeof seed !== "number" && typeof seed !== "bigint") {
    throw new TypeError(
      `key: a seed is a whole number, not ${described(seed)}; fold(key(7), "name") makes a key of a name`,
    );
  }
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
 * Throws a RangeError when the count is not an integer in [0, 2^32], a TypeError if there is no key.
 */
export function split(stream: Key, count = 2): Key[] {
  checkKey("splitKey", stream);
  requireCount("splitKey", count);
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
 * in [0, 2^32), a TypeError if there is no key, or neither name nor number.
 */
export function fold(stream: Key, data: number | string): Key {
  checkKey("fold", stream);
  if (typeof data === "number") {
    requireWord("fold", "data", data);
    return threefry2x32(stream, 0, data);
  }
  if (typeof data !== "string")
    throw new TypeError(
      `fold: a name or a number is needed, not ${described(data)}; without one two parts would draw the same`,
    );
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
  checkKey("permutation", stream);
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31)
    throw new RangeError(`permutation: n must be an integer in [0, 2^31), got ${described(n)}`);
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
