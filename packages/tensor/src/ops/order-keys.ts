const signBit = -(2 ** 31);
const magnitude = 2 ** 31 - 1;
const infinity = 0x7f800000;

/**
 * Whole numbers below 2^32 that stand in the order of `values`, or where `descending` in the opposite one: 0 and -0 have one
 * key, and NaN that of a number above all.
 */
export function orderKeys(values: Float32Array | Int32Array, descending: boolean): Uint32Array {
  const keys = new Uint32Array(values.length);
  const turn = descending ? -1 : 0;
  if (values instanceof Int32Array) {
    for (let at = 0; at < keys.length; at++) keys[at] = values[at] ^ signBit ^ turn;
    return keys;
  }
  const floats = new Float32Array(keys.buffer);
  // To add 0 makes 0 of -0.
  for (let at = 0; at < floats.length; at++) floats[at] = values[at] + 0;
  for (let at = 0; at < keys.length; at++) {
    const word = keys[at] | 0;
    // Bits ascend with positive numbers, and descend with negative ones.
    const key = (word & magnitude) > infinity ? -1 : word ^ ((word >> 31) | signBit);
    keys[at] = key ^ turn;
  }
  return keys;
}
