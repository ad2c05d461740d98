import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyKey, word } from "../test/any-key.js";
import { threefry2x32 } from "./threefry.js";

describe("threefry2x32", () => {
  it("gives Random123's known answers", () => {
    const answers = [
      [0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6b200159, 0x99ba4efe],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
      [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
    ];
    for (const [keyHigh, keyLow, high, low, expectedHigh, expectedLow] of answers) {
      expect(threefry2x32({ high: keyHigh, low: keyLow }, high, low)).toEqual({ high: expectedHigh, low: expectedLow });
    }
  });

  it("maps different counters to different blocks, being a cipher", () => {
    fc.assert(
      fc.property(anyKey, word, word, word, word, (stream, a, b, c, d) => {
        fc.pre(a !== c || b !== d);
        expect(threefry2x32(stream, a, b)).not.toEqual(threefry2x32(stream, c, d));
      }),
    );
  });

  it("refuses what is no word, and says which", () => {
    expect(() => threefry2x32({ high: 0, low: 0 }, 2 ** 33, 0)).toThrow(/high .* got 8589934592/);
    expect(() => threefry2x32({ high: 0, low: 0 }, 0, -1)).toThrow(/low .* got -1/);
    expect(() => threefry2x32({ high: 0.5, low: 0 }, 0, 0)).toThrow(/key.high .* got 0.5/);
  });
});
