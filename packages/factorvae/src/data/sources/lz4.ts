function notLz4(reason: string): never {
  throw new RangeError(`its LZ4 data are damaged: ${reason}`);
}

/**
 * Unpacks LZ4 whose unpacked length is known: a bare block, or blocks behind their two lengths, as Hadoop writes them. It
 * ends on any bytes.
 * @throws RangeError if the bytes are no LZ4, or unpack to another length
 */
export function unpackLz4(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  const blocks = hadoopBlocks(input, length) ?? [{ block: input, begin: 0, end: length }];
  for (const { block, begin, end } of blocks) unpackBlock(block, output.subarray(begin, end));
  return output;
}

/** Blocks that each begin with the lengths of what comes out of them and of what is in them; undefined if these are none. */
function hadoopBlocks(input: Uint8Array, length: number) {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const blocks: { readonly block: Uint8Array; readonly begin: number; readonly end: number }[] = [];
  let [at, begin] = [0, 0];
  while (at + 8 <= input.length) {
    const end = begin + view.getUint32(at);
    const next = at + 8 + view.getUint32(at + 4);
    if (end > length || next > input.length) return undefined;
    blocks.push({ block: input.subarray(at + 8, next), begin, end });
    [at, begin] = [next, end];
  }
  return at === input.length && begin === length ? blocks : undefined;
}

/** Unpacks a block into all of `output`. */
function unpackBlock(input: Uint8Array, output: Uint8Array): void {
  let [at, to] = [0, 0];
  const lengthFrom = (first: number): number => {
    let length = first;
    for (let byte = first === 15 ? 255 : 0; byte === 255; length += byte) {
      if (at === input.length) notLz4("it is cut short");
      byte = input[at++];
    }
    return length;
  };
  while (at < input.length) {
    const token = input[at++];
    const literals = lengthFrom(token >> 4);
    if (at + literals > input.length || to + literals > output.length) notLz4("literals go beyond its end");
    output.set(input.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // The last sequence has no match.
    if (at === input.length) break;
    if (at + 2 > input.length) notLz4("it is cut short");
    const offset = input[at] | (input[at + 1] << 8);
    at += 2;
    const matched = 4 + lengthFrom(token & 15);
    if (offset === 0 || offset > to) notLz4("a match reaches back too far");
    if (to + matched > output.length) notLz4(`it holds more than ${output.length} bytes`);
    for (const end = to + matched; to < end; to++) output[to] = output[to - offset];
  }
  if (to !== output.length) notLz4(`it holds ${to} of ${output.length} bytes`);
}
