/** Says that the bytes of a page are wrong. */
export function badPage(reason: string): never {
  throw new RangeError(reason);
}

/** Reads a number of seven bits a byte, the lowest first. */
function varint(bytes: Uint8Array, begin: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    if (begin + i >= bytes.length) badPage("a page is cut short");
    const byte = bytes[begin + i];
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: begin + i + 1 };
  }
  return badPage("a number in a page is too large");
}

/** Runs are padded to whole groups; what goes further beyond the values that are asked for is damage. */
const mostPadding = 512;

/**
 * Walks through the runs of RLE and bit-packing that hold `count` values of `width` bits, and counts those that are 1, which
 * are the values present where the runs are definition levels.
 * @throws RangeError if the runs hold fewer values, or so many more that no writer meant them
 */
export function checkRuns(bytes: Uint8Array, begin: number, width: number, count: number): number {
  if (width > 32) badPage(`values of ${width} bits`);
  let [at, seen, ones] = [begin, 0, 0];
  while (seen < count) {
    const { value: head, end } = varint(bytes, at);
    const isPacked = head % 2 === 1;
    const length = isPacked ? 8 * Math.floor(head / 2) : Math.floor(head / 2);
    if (seen + length > count + mostPadding) badPage("a run is longer than its page");
    const wanted = Math.min(length, count - seen);
    if (isPacked) {
      if (end + (wanted * width) / 8 > bytes.length) badPage("a page is cut short");
      if (width === 1) for (let i = 0; i < wanted; i++) ones += (bytes[end + (i >> 3)] >> (i & 7)) & 1;
      at = end + (length * width) / 8;
    } else {
      at = end + ((width + 7) >> 3);
      if (at > bytes.length) badPage("a page is cut short");
      if (width === 1) ones += bytes[end] === 1 ? wanted : 0;
    }
    seen += length;
  }
  return ones;
}

/**
 * Checks the head of delta-coded numbers: a damaged one makes their reader go backwards.
 * @throws RangeError if the blocks are of no size that the format allows
 */
export function checkDeltaHead(bytes: Uint8Array, begin: number, count: number): void {
  const blockSize = varint(bytes, begin);
  const parts = varint(bytes, blockSize.end);
  const total = varint(bytes, parts.end);
  const partSize = blockSize.value / parts.value;
  // A part takes a byte of the block's head, and blocks hold a few thousand values at most.
  const isPossible = partSize > 0 && partSize % 8 === 0 && blockSize.value <= 1 << 24;
  if (!isPossible || total.value !== count) badPage("delta-coded numbers have a wrong head");
}
