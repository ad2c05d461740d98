import { described } from "./operand.js";

/**
 * A random stream: two 32-bit words, each an integer in [0, 2^32).
 *
 * A key is a value. A draw depends on (key, index) alone: not on what was drawn before, nor on how many are drawn.
 */
export interface Key {
  readonly high: number;
  readonly low: number;
}

/** How many words there are. */
export const wordCount = 2 ** 32;
const parityConstant = 0x1bd11bda;

/** `threefry2x32` without checks and without a new object; writes the two output words (as int32) into `output[0]` and `output[1]`. */
export function encrypt(keyHigh: number, keyLow: number, high: number, low: number, output: Int32Array): void {
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

/**
 * Checks that a number is an integer in [0, 2^32).
 *
 * @throws RangeError that names the operation and the number.
 */
export function requireWord(operation: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= wordCount) {
    throw new RangeError(`${operation}: ${name} must be an integer in [0, 2^32), got ${described(value)}`);
  }
}

/**
 * Checks that a key is one, both words of it integers in [0, 2^32).
 *
 * @throws TypeError if it is no key.
 * @throws RangeError that names the operation and the word.
 */
export function checkKey(operation: string, stream: Key): void {
  if (typeof stream !== "object" || stream === null || !("high" in stream && "low" in stream))
    throw new TypeError(`${operation}: a key is needed, not ${described(stream)}; key(7) makes one`);
  requireWord(operation, "key.high", stream.high);
  requireWord(operation, "key.low", stream.low);
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
