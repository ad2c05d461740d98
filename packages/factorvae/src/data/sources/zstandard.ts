import { type PrefixCode, readLiterals, readPrefixCode } from "./zstandard-literals.js";
import {
  BitsFromEnd,
  notZstandard,
  readStateTable,
  type StateTable,
  singleState,
  stateTable,
} from "./zstandard-tables.js";

/** What a frame's blocks hand on to the next, and where its output stands. */
interface Frame {
  readonly output: Uint8Array;
  /** Where the frame begins: matches reach back as far. */
  readonly begin: number;
  at: number;
  code: PrefixCode | undefined;
  tables: readonly (StateTable | undefined)[];
  readonly offsets: [number, number, number];
}

const mostBlockBytes = 1 << 17;
/** Bytes from which on copying by a call is faster than one by one. */
const worthACall = 48;

/**
 * Unpacks Zstandard (RFC 8878) whose unpacked length is known. It ends on any bytes: every code either takes input or makes
 * output, and neither goes beyond its end. A frame's checksum is not looked at; dictionaries are not known.
 * @throws RangeError if the bytes are no Zstandard, or unpack to another length
 */
export function unpackZstandard(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let [at, written] = [0, 0];
  while (at < input.length) {
    const magic = word(input, at, 4);
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
      at += 8 + word(input, at + 4, 4);
      continue;
    }
    if (magic !== 0xfd2fb528) notZstandard("no frame begins where one should");
    const frame: Frame = {
      output,
      begin: written,
      at: written,
      code: undefined,
      tables: [undefined, undefined, undefined],
      offsets: [1, 4, 8],
    };
    at = readFrame(input, at + 4, frame);
    written = frame.at;
  }
  if (at > input.length || written !== length) notZstandard(`it holds ${written} of ${length} bytes`);
  return output;
}

function word(bytes: Uint8Array, at: number, count: number): number {
  if (at + count > bytes.length) notZstandard("it is cut short");
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

/** Reads a frame behind its magic number, and returns where the next one begins. */
function readFrame(input: Uint8Array, begin: number, frame: Frame): number {
  const descriptor = word(input, begin, 1);
  const isSingleSegment = (descriptor & 32) !== 0;
  if ((descriptor & 8) !== 0) notZstandard("its header is of no known form");
  if ((descriptor & 3) !== 0) notZstandard("it needs a dictionary");
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
  let at = begin + 1 + (isSingleSegment ? 0 : 1) + sizeBytes;
  for (let isLast = false; !isLast; ) {
    const head = word(input, at, 3);
    isLast = (head & 1) === 1;
    const size = head >> 3;
    const kind = (head >> 1) & 3;
    const stored = kind === 1 ? 1 : size;
    at += 3;
    if (kind === 3 || (kind !== 1 && size > mostBlockBytes)) notZstandard("a block is of no known kind");
    if (at + stored > input.length) notZstandard("it is cut short");
    const block = input.subarray(at, at + stored);
    at += stored;
    if (kind === 2) readBlock(block, frame);
    else {
      requireRoom(frame, size);
      if (kind === 0) frame.output.set(block, frame.at);
      else frame.output.fill(block[0], frame.at, frame.at + size);
      frame.at += size;
    }
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4);
}

function requireRoom({ output, at }: Frame, bytes: number): void {
  if (at + bytes > output.length) notZstandard(`it holds more than ${output.length} bytes`);
}

function readBlock(block: Uint8Array, frame: Frame): void {
  const { literals, length } = literalsOf(block, frame);
  let at = length;
  let count = word(block, at++, 1);
  if (count === 255) {
    count = word(block, at, 2) + 0x7f00;
    at += 2;
  } else if (count > 127) count = ((count - 128) << 8) | word(block, at++, 1);
  const used = count === 0 ? 0 : readSequences(block.subarray(at), count, literals, frame);
  requireRoom(frame, literals.length - used);
  frame.output.set(literals.subarray(used), frame.at);
  frame.at += literals.length - used;
}

function literalsOf(block: Uint8Array, frame: Frame): { readonly literals: Uint8Array; readonly length: number } {
  const first = word(block, 0, 1);
  const kind = first & 3;
  const form = (first >> 2) & 3;
  if (kind < 2) {
    const headBytes = form === 1 ? 2 : form === 3 ? 3 : 1;
    const size = word(block, 0, headBytes) >> (headBytes === 1 ? 3 : 4);
    const end = headBytes + (kind === 0 ? size : 1);
    if (size > mostBlockBytes || end > block.length) notZstandard("literals are cut short");
    if (kind === 0) return { literals: block.subarray(headBytes, end), length: end };
    return { literals: new Uint8Array(size).fill(block[headBytes]), length: end };
  }
  const sizeBits = [10, 10, 14, 18][form];
  const headBytes = [3, 3, 4, 5][form];
  // Up to 40 bits, more than a shift can hold.
  const head = Math.floor(word(block, 0, headBytes) / 16);
  const size = head % 2 ** sizeBits;
  const end = headBytes + Math.floor(head / 2 ** sizeBits);
  if (size > mostBlockBytes || end > block.length) notZstandard("literals are cut short");
  let at = headBytes;
  if (kind === 2) {
    const { code, length } = readPrefixCode(block.subarray(at, end));
    frame.code = code;
    at += length;
  }
  if (frame.code === undefined) notZstandard("literals have no code");
  return { literals: readLiterals(block.subarray(at, end), frame.code, size, form === 0 ? 1 : 4), length: end };
}

const repeated = (count: number, value: number): number[] => new Array<number>(count).fill(value);

/** Lengths by code: how many bits follow, and from where they count. */
function lengthsOf(extraBits: readonly number[], first: number) {
  const bases: number[] = [];
  let base = first;
  for (const bits of extraBits) {
    bases.push(base);
    base += 2 ** bits;
  }
  return { bits: Uint8Array.from(extraBits), bases: Int32Array.from(bases) };
}

const literalLengths = lengthsOf(
  [...repeated(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  0,
);
const matchLengths = lengthsOf(
  [...repeated(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  3,
);

/** Literal lengths, offsets, match lengths: the table that needs no description, and the bounds of those that have one. */
const sequenceTables = [
  {
    usual: stateTable(
      [4, 3, ...repeated(11, 2), 1, 1, 1, ...repeated(9, 2), 3, 2, ...repeated(5, 1), ...repeated(4, -1)],
      6,
    ),
    mostAccuracy: 9,
    lastSymbol: 35,
  },
  {
    usual: stateTable([...repeated(6, 1), 2, 2, 2, ...repeated(15, 1), ...repeated(5, -1)], 5),
    mostAccuracy: 8,
    lastSymbol: 31,
  },
  {
    usual: stateTable([1, 4, 3, ...repeated(6, 2), ...repeated(37, 1), ...repeated(7, -1)], 6),
    mostAccuracy: 9,
    lastSymbol: 52,
  },
] as const;

/** Reads and carries out a block's sequences; returns how many literals they took. */
function readSequences(bytes: Uint8Array, count: number, literals: Uint8Array, frame: Frame): number {
  const kinds = word(bytes, 0, 1);
  if ((kinds & 3) !== 0) notZstandard("its sequences are of no known form");
  let at = 1;
  const tables = sequenceTables.map(({ usual, mostAccuracy, lastSymbol }, i) => {
    const kind = (kinds >> (6 - 2 * i)) & 3;
    if (kind === 0) return usual;
    if (kind === 1) {
      const symbol = word(bytes, at++, 1);
      if (symbol > lastSymbol) notZstandard("a sequence has no such code");
      return singleState(symbol);
    }
    if (kind === 3) return frame.tables[i] ?? notZstandard("a table is to be used again that was not there");
    const { table, length } = readStateTable(bytes.subarray(at), mostAccuracy, lastSymbol);
    at += length;
    return table;
  });
  frame.tables = tables;
  const [literalTable, offsetTable, matchTable] = tables;
  const stream = new BitsFromEnd(bytes.subarray(at));
  let literalState = stream.read(literalTable.accuracy);
  let offsetState = stream.read(offsetTable.accuracy);
  let matchState = stream.read(matchTable.accuracy);
  const { output, begin } = frame;
  let used = 0;
  for (let left = count; left > 0; left--) {
    const offsetCode = offsetTable.symbols[offsetState];
    const offsetValue = ((1 << offsetCode) >>> 0) + stream.read(offsetCode);
    const matchCode = matchTable.symbols[matchState];
    const matched = matchLengths.bases[matchCode] + stream.read(matchLengths.bits[matchCode]);
    const literalCode = literalTable.symbols[literalState];
    const plain = literalLengths.bases[literalCode] + stream.read(literalLengths.bits[literalCode]);
    if (left > 1) {
      literalState = literalTable.bases[literalState] + stream.read(literalTable.bits[literalState]);
      matchState = matchTable.bases[matchState] + stream.read(matchTable.bits[matchState]);
      offsetState = offsetTable.bases[offsetState] + stream.read(offsetTable.bits[offsetState]);
    }
    const offset = offsetOf(offsetValue, plain, frame.offsets);
    const to = frame.at + plain;
    requireRoom(frame, plain + matched);
    if (used + plain > literals.length) notZstandard("a sequence takes more literals than there are");
    if (!(offset > 0 && offset <= to - begin)) notZstandard("a match reaches back too far");
    for (let i = 0; i < plain; i++) output[frame.at + i] = literals[used + i];
    if (offset >= matched && matched >= worthACall) output.copyWithin(to, to - offset, to - offset + matched);
    else for (let i = to; i < to + matched; i++) output[i] = output[i - offset];
    used += plain;
    frame.at = to + matched;
  }
  if (stream.left !== 0) notZstandard("its sequences do not end where they should");
  return used;
}

/** The distance that an offset's value means: one of the last three, or a new one, which becomes the first of them. */
function offsetOf(value: number, plain: number, last: [number, number, number]): number {
  if (value > 3) {
    last[2] = last[1];
    last[1] = last[0];
    last[0] = value - 3;
    return last[0];
  }
  const which = plain === 0 ? value : value - 1;
  if (which === 0) return last[0];
  const offset = which === 3 ? last[0] - 1 : last[which];
  if (which > 1) last[2] = last[1];
  last[1] = last[0];
  last[0] = offset;
  return offset;
}
