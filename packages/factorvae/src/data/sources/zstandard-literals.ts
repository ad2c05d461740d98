import { BitsFromEnd, notZstandard, readStateTable } from "./zstandard-tables.js";

/** A prefix code: the symbol and the length of the code that each string of `bits` bits begins with. */
export interface PrefixCode {
  readonly bits: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

const mostCodeBits = 11;

/** Reads the description of a prefix code, and says how many bytes it takes. Throws RangeError if it describes none. */
export function readPrefixCode(bytes: Uint8Array): { readonly code: PrefixCode; readonly length: number } {
  if (bytes.length === 0) notZstandard("a prefix code is missing");
  const [head] = bytes;
  const length = 1 + (head < 128 ? head : (head - 126) >> 1);
  if (length > bytes.length) notZstandard("a prefix code is cut short");
  const described = bytes.subarray(1, length);
  const weights = head < 128 ? packedWeights(described) : plainWeights(described, head - 127);
  let sum = 0;
  for (const weight of weights) {
    if (weight > mostCodeBits) notZstandard("a code is too long");
    if (weight > 0) sum += 1 << (weight - 1);
  }
  const bits = 32 - Math.clz32(sum);
  const rest = (1 << bits) - sum;
  if (sum === 0 || bits > mostCodeBits || (rest & (rest - 1)) !== 0) notZstandard("codes do not add up");
  // The last weight is not written: it is what the others leave.
  weights.push(32 - Math.clz32(rest));
  const symbols = new Uint8Array(1 << bits);
  const lengths = new Uint8Array(1 << bits);
  let at = 0;
  for (let weight = 1; weight <= bits; weight++) {
    weights.forEach((one, symbol) => {
      if (one !== weight) return;
      const end = at + (1 << (weight - 1));
      symbols.fill(symbol, at, end);
      lengths.fill(bits + 1 - weight, at, end);
      at = end;
    });
  }
  return { code: { bits, symbols, lengths }, length };
}

const plainWeights = (bytes: Uint8Array, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i % 2 === 0 ? bytes[i >> 1] >> 4 : bytes[i >> 1] & 15));

function packedWeights(bytes: Uint8Array): number[] {
  const { table, length } = readStateTable(bytes, 6, 255);
  const stream = new BitsFromEnd(bytes.subarray(length));
  const weights: number[] = [];
  let state = stream.read(table.accuracy);
  let other = stream.read(table.accuracy);
  // Two states take turns until one finds no bits left to go on.
  while (stream.left >= 0) {
    weights.push(table.symbols[state]);
    // A state may take no bits, and would then go on for ever.
    if (weights.length > 254) notZstandard("a prefix code has too many symbols");
    const following = table.bases[state] + stream.read(table.bits[state]);
    [state, other] = [other, following];
  }
  weights.push(table.symbols[state]);
  return weights;
}

/** Reads `into.length` symbols of one stream. Throws RangeError if it does not hold just as many. */
function readStream(bytes: Uint8Array, { bits, symbols, lengths }: PrefixCode, into: Uint8Array): void {
  const stream = new BitsFromEnd(bytes);
  for (let i = 0; i < into.length; i++) {
    const at = stream.peek(bits);
    into[i] = symbols[at];
    stream.left -= lengths[at];
  }
  if (stream.left !== 0) notZstandard("a stream of literals does not end where it should");
}

/** Reads the symbols of one stream, or of four that share a table of their lengths. Throws RangeError as `readStream`. */
export function readLiterals(bytes: Uint8Array, code: PrefixCode, count: number, streams: 1 | 4): Uint8Array {
  const literals = new Uint8Array(count);
  if (streams === 1) {
    readStream(bytes, code, literals);
    return literals;
  }
  if (bytes.length < 6) notZstandard("four streams are cut short");
  const part = (count + 3) >> 2;
  let at = 6;
  for (let i = 0; i < 4; i++) {
    const end = i === 3 ? bytes.length : at + (bytes[2 * i] | (bytes[2 * i + 1] << 8));
    if (end > bytes.length) notZstandard("four streams are cut short");
    readStream(bytes.subarray(at, end), code, literals.subarray(i * part, i === 3 ? count : (i + 1) * part));
    at = end;
  }
  return literals;
}
