/** Says that bytes are no Zstandard. */
export function notZstandard(reason: string): never {
  throw new RangeError(`its Zstandard data are damaged: ${reason}`);
}

/** Bits that are read from the last to the first, as Zstandard packs its codes. */
export class BitsFromEnd {
  /** Bits not read yet; below 0 once more were asked for than there are, which are zeros. */
  left: number;
  readonly #bytes: Uint8Array;

  /** @throws RangeError if the bytes do not end with the mark that says where the bits end. */
  constructor(bytes: Uint8Array) {
    const last = bytes.length === 0 ? 0 : bytes[bytes.length - 1];
    if (last === 0) notZstandard("a stream of codes has no end");
    this.#bytes = bytes;
    this.left = 8 * bytes.length - 1 - (Math.clz32(last) - 24);
  }

  /** The next `count` bits, at most 24, without reading them. */
  peek(count: number): number {
    const at = this.left - count;
    if (at < 0) return this.left <= 0 ? 0 : this.#bitsAt(0, this.left) << -at;
    return this.#bitsAt(at, count);
  }

  /** Reads the next `count` bits, at most 31. */
  read(count: number): number {
    if (count === 0) return 0;
    if (count > 24) {
      const high = this.read(count - 16);
      return high * 65_536 + this.read(16);
    }
    const bits = this.peek(count);
    this.left -= count;
    return bits;
  }

  #bitsAt(at: number, count: number): number {
    const bytes = this.#bytes;
    const byte = at >> 3;
    const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16) | (bytes[byte + 3] << 24);
    return (word >>> (at & 7)) & ((1 << count) - 1);
  }
}

/** A table of finite state entropy codes: what each state stands for, and how the next one follows from it. */
export interface StateTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The table of shares of `2 ** accuracy` states; -1 is less than one. */
export function stateTable(shares: readonly number[], accuracy: number): StateTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const next = shares.map((share) => (share === -1 ? 1 : share));
  let high = size;
  shares.forEach((share, symbol) => {
    if (share === -1) symbols[--high] = symbol;
  });
  // The step is odd and the size a power of two, so that every state is met.
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  shares.forEach((share, symbol) => {
    for (let i = 0; i < share; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  });
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const count = next[symbols[state]]++;
    bits[state] = accuracy - (31 - Math.clz32(count));
    bases[state] = (count << bits[state]) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** The table of a single symbol, which takes no bits. */
export const singleState = (symbol: number): StateTable => ({
  accuracy: 0,
  symbols: Uint8Array.of(symbol),
  bits: Uint8Array.of(0),
  bases: Uint16Array.of(0),
});

/**
 * Reads the description of a table, and says how many bytes it takes.
 * @throws RangeError if its shares do not add up, or it names a symbol beyond `lastSymbol`
 */
export function readStateTable(
  bytes: Uint8Array,
  mostAccuracy: number,
  lastSymbol: number,
): { readonly table: StateTable; readonly length: number } {
  let at = 0;
  const read = (count: number): number => {
    const byte = at >> 3;
    if (byte >= bytes.length) notZstandard("a table is cut short");
    const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16);
    const bits = (word >> (at & 7)) & ((1 << count) - 1);
    at += count;
    return bits;
  };
  const accuracy = read(4) + 5;
  if (accuracy > mostAccuracy) notZstandard("a table is too large");
  const shares: number[] = [];
  let left = 1 << accuracy;
  while (left > 0 && shares.length <= lastSymbol) {
    const count = 32 - Math.clz32(left + 1);
    let value = read(count);
    const half = (1 << (count - 1)) - 1;
    const spare = (1 << count) - 1 - (left + 1);
    // The lowest values are written with one bit less.
    if ((value & half) < spare) {
      value &= half;
      at--;
    } else if (value > half) value -= spare;
    const share = value - 1;
    left -= Math.abs(share);
    shares.push(share);
    if (share !== 0) continue;
    for (let more = 3; more === 3; ) {
      more = read(2);
      for (let i = 0; i < more; i++) shares.push(0);
    }
  }
  if (left !== 0 || shares.length > lastSymbol + 1) notZstandard("a table's shares do not add up");
  return { table: stateTable(shares, accuracy), length: (at + 7) >> 3 };
}
