import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duckDb, needsDuckDb, runSql } from "./duckdb.samples.js";
import { folderOf } from "./folder.samples.js";
import { unpackZstandard } from "./zstandard.js";

const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** A frame without lengths, of a window of 1 KiB. */
const frame = (...blocks: readonly (readonly number[])[]) => Uint8Array.from([...magic, 0, 0, ...blocks.flat()]);
const blockHead = (isLast: boolean, kind: number, size: number) => {
  const head = (isLast ? 1 : 0) + 2 * kind + 8 * size;
  return [head & 255, (head >> 8) & 255, head >> 16];
};

/** A text packed by DuckDB, which holds the original library. */
async function packed(query: string): Promise<{ readonly text: Uint8Array; readonly bytes: Uint8Array }> {
  const folder = folderOf({});
  const [plain, zst] = [join(folder, "t.csv"), join(folder, "t.csv.zst")];
  await runSql([
    `COPY (${query}) TO '${plain}' (FORMAT csv)`,
    `COPY (${query}) TO '${zst}' (FORMAT csv, COMPRESSION zstd)`,
  ]);
  return { text: readFileSync(plain), bytes: readFileSync(zst) };
}

const changed = (bytes: Uint8Array, changes: readonly { at: number; byte: number }[]): Uint8Array => {
  const damaged = Uint8Array.from(bytes);
  for (const { at, byte } of changes) damaged[at % damaged.length] = byte;
  return damaged;
};

describe("unpacking Zstandard", () => {
  test("blocks that are stored, or one byte over and over, come back in their order, in any number of frames", () => {
    const block = fc.record({ byte: fc.nat(255), size: fc.integer({ min: 1, max: 300 }), isPlain: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.array(block, { minLength: 1, maxLength: 5 }), { maxLength: 3 }), (frames) => {
        const written = frames.map((blocks) =>
          frame(
            ...blocks.map(({ byte, size, isPlain }, i) => [
              ...blockHead(i === blocks.length - 1, isPlain ? 0 : 1, size),
              ...(isPlain ? new Array<number>(size).fill(byte) : [byte]),
            ]),
          ),
        );
        const expected = frames.flat().flatMap(({ byte, size }) => new Array<number>(size).fill(byte));
        const bytes = Buffer.concat([...written, Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7)]);
        expect(unpackZstandard(bytes, expected.length)).toEqual(Uint8Array.from(expected));
        for (const wrong of [expected.length + 1, ...(expected.length > 0 ? [expected.length - 1] : [])])
          expect(() => unpackZstandard(bytes, wrong)).toThrow(/Zstandard data are damaged: it holds/);
      }),
    );
  });

  test.skipIf(duckDb === undefined)(`what the original library packs comes back ${needsDuckDb}`, async () => {
    const queries = [
      "SELECT range AS row, 20 + range % 7 AS few, sin(range) AS many FROM range(40000)",
      "SELECT repeat('ab', 3 + range % 5) AS again FROM range(9000)",
      "SELECT md5(range::VARCHAR) AS noise FROM range(20000)",
      "SELECT 1 AS one",
      "SELECT '2020-01-02' AS date, chr((65 + hash(range) % 3)::INTEGER) AS symbol FROM range(50000)",
    ];
    for (const query of queries) {
      const { text, bytes } = await packed(query);
      expect(Buffer.from(unpackZstandard(bytes, text.length)).equals(text)).toBe(true);
    }
  });

  test.skipIf(duckDb === undefined)(
    `damaged bytes give bytes of that length or an error that says so ${needsDuckDb}`,
    async () => {
      const { text, bytes } = await packed("SELECT range AS row, (range * 7919) % 1013 / 8 AS close FROM range(600)");
      const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
      const lengthOrMessage = (damaged: Uint8Array): number | string => {
        try {
          return unpackZstandard(damaged, text.length).length;
        } catch (error) {
          return error instanceof RangeError ? error.message : "another error";
        }
      };
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(bytes.length), (changes, cut) => {
          for (const damaged of [changed(bytes, changes), bytes.subarray(0, cut)]) {
            const outcome = lengthOrMessage(damaged);
            if (outcome !== text.length) expect(outcome).toMatch(/^its Zstandard data are damaged: /);
          }
        }),
        { numRuns: 3000 },
      );
    },
  );

  test("a code whose states take no bits ends in an error, not never", () => {
    // A prefix code described by a table of one symbol with all 32 shares: its states lead to themselves.
    const block = [0x02, 0x82, 0x02, 5, 0xf0, 0x03, 1, 1, 1, 1, 1, 1, 1];
    expect(() => unpackZstandard(frame([...blockHead(true, 2, block.length), ...block]), 32)).toThrow(
      /damaged: a prefix code has too many symbols/,
    );
  });
});
