import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpackLz4 } from "./lz4.js";

/** Sequences of LZ4: literals, then a match, but for the last. */
const sequence = fc.record({
  literals: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  offset: fc.integer({ min: 1, max: 60 }),
  matched: fc.integer({ min: 4, max: 600 }),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer Value> ? Value : never;

const more = (length: number): number[] => {
  if (length < 15) return [];
  const rest = length - 15;
  return [...new Array<number>(Math.floor(rest / 255)).fill(255), rest % 255];
};

/** What sequences are written as, and what they mean. */
function written(sequences: readonly Sequence[]): { readonly block: Uint8Array; readonly plain: Uint8Array } {
  const block: number[] = [];
  const plain: number[] = [];
  sequences.forEach(({ literals, offset, matched }, i) => {
    const isLast = i === sequences.length - 1;
    const extra = isLast ? 0 : matched - 4;
    block.push(16 * Math.min(15, literals.length) + Math.min(15, extra), ...more(literals.length), ...literals);
    plain.push(...literals);
    if (isLast) return;
    const back = Math.min(offset, plain.length);
    block.push(back & 255, back >> 8, ...more(extra));
    for (let n = 0; n < matched; n++) plain.push(plain[plain.length - back]);
  });
  return { block: Uint8Array.from(block), plain: Uint8Array.from(plain) };
}

const behindLengths = ({ block, plain }: ReturnType<typeof written>): Uint8Array => {
  const head = new DataView(new ArrayBuffer(8));
  head.setUint32(0, plain.length);
  head.setUint32(4, block.length);
  return Buffer.concat([new Uint8Array(head.buffer), block]);
};

const sequences = fc.array(sequence, { minLength: 1, maxLength: 6 });

describe("unpacking LZ4", () => {
  test("gives what the sequences mean, bare or in blocks behind their lengths", () => {
    fc.assert(
      fc.property(fc.array(sequences, { minLength: 1, maxLength: 3 }), (parts) => {
        const blocks = parts.map(written);
        const [first] = blocks;
        expect(unpackLz4(first.block, first.plain.length)).toEqual(first.plain);
        const plain = Buffer.concat(blocks.map((block) => block.plain));
        const stored = Buffer.concat(blocks.map(behindLengths));
        expect(Buffer.from(unpackLz4(stored, plain.length)).equals(plain)).toBe(true);
        expect(() => unpackLz4(stored, plain.length + 1)).toThrow(/its LZ4 data are damaged/);
      }),
    );
  });

  test("any bytes end in that length or in an error that says so", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(300), (bytes, length) => {
        try {
          expect(unpackLz4(bytes, length).length).toBe(length);
        } catch (error) {
          expect(error).toHaveProperty("message", expect.stringMatching(/^its LZ4 data are damaged/));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("lengths that lead back to where they stand end in an error, not never", () => {
    expect(() => unpackLz4(Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 248, 0, 0), 4)).toThrow(/its LZ4 data are damaged/);
  });
});
