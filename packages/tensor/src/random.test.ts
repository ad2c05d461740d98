import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyKey, word } from "../test/any-key.js";
import { complementaryError } from "../test/complementary-error.js";
import { inverseErrorFunction } from "./inverse-error-function.js";
import { bits, fold, key, normalValues, permutation, split, uniformValues } from "./random.js";
import { threefry2x32 } from "./threefry.js";

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Calls as a program without types may make them. */
const call = (fn: (...given: never[]) => unknown, ...given: readonly unknown[]): unknown =>
  Reflect.apply(fn, undefined, given);

describe("key, split and fold", () => {
  it("puts the seed's upper and lower words into the key", () => {
    expect(key(7)).toEqual({ high: 0, low: 7 });
    expect(key(2 ** 40 + 5)).toEqual({ high: 256, low: 5 });
    expect(key((1n << 64n) - 1n)).toEqual({ high: 0xffffffff, low: 0xffffffff });
  });

  it("splits into encrypted counters, so that a longer split begins with the shorter one", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 20 }), (stream, count) => {
        const keys = split(stream, count);
        keys.forEach((part, i) => {
          expect(part).toEqual(threefry2x32(stream, 0, i));
        });
        expect(split(stream, count + 3).slice(0, count)).toEqual(keys);
        expect(new Set(keys.map((part) => `${part.high} ${part.low}`)).size).toBe(count);
      }),
    );
    expect(split(key(0))).toHaveLength(2);
  });

  it("gives the keys that JAX 0.10.2 gives", () => {
    expect(split(key(0))).toEqual([
      { high: 1797259609, low: 2579123966 },
      { high: 928981903, low: 3453687069 },
    ]);
    expect(fold(key(7), 12345)).toEqual({ high: 3187294848, low: 248916179 });
  });

  it("folds a number in as the counter (0, number)", () => {
    fc.assert(
      fc.property(anyKey, word, (stream, data) => {
        expect(fold(stream, data)).toEqual(threefry2x32(stream, 0, data));
      }),
    );
  });

  it("folds a string in by its published 64-bit FNV-1a hash", () => {
    const published: [string, number, number][] = [
      ["", 0xcbf29ce4, 0x84222325],
      ["a", 0xaf63dc4c, 0x8601ec8c],
      ["foobar", 0x85944171, 0xf73967e8],
    ];
    for (const [text, high, low] of published) expect(fold(key(3), text)).toEqual(threefry2x32(key(3), high, low));
    expect(fold(key(3), "é")).not.toEqual(fold(key(3), "e"));
  });
});

describe("bits and uniformValues", () => {
  it("gives JAX's published draw for key 0", () => {
    expect(bits(key(0), 1)[0]).toBe(4070199207);
  });

  it("gives the words and the uniform values that JAX 0.10.2 gives for key 42", () => {
    expect(Array.from(bits(key(42), 4))).toEqual([2098992034, 2919706841, 2646866425, 2409546199]);
    expect(Array.from(uniformValues(key(42), 4))).toEqual([
      0.48870956897735596, 0.6797971725463867, 0.6162714958190918, 0.5610160827636719,
    ]);
  });

  it("depends on the key and the index alone: word i is the exclusive or of the block of counter i", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 0, max: 40 }), (stream, count) => {
        const expected = Array.from({ length: count }, (_, i) => {
          const block = threefry2x32(stream, 0, i);
          return (block.high ^ block.low) >>> 0;
        });
        expect(Array.from(bits(stream, count))).toEqual(expected);
        expect(Array.from(bits(stream, count + 5).subarray(0, count))).toEqual(expected);
      }),
    );
  });

  it("sets each of the 32 bits half of the time", () => {
    const count = 1 << 16;
    const words = bits(key(11), count);
    for (let bit = 0; bit < 32; bit++) {
      const share = mean(words.map((w) => (w >>> bit) & 1));
      expect(Math.abs(share - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(count));
    }
  });

  it("makes uniform values from the upper 23 bits, as float32's exponent trick does", () => {
    fc.assert(
      fc.property(anyKey, (stream) => {
        const pattern = new Uint32Array(1);
        const asFloat = new Float32Array(pattern.buffer);
        const expected = Array.from(bits(stream, 9), (w) => {
          pattern[0] = (w >>> 9) | 0x3f800000;
          return asFloat[0] - 1;
        });
        expect(Array.from(uniformValues(stream, 9))).toEqual(expected);
      }),
    );
  });
});

describe("normalValues", () => {
  it("gives the normal draws that JAX 0.10.2 gives, to the accuracy of its float32", () => {
    expect(normalValues(key(0), 1)[0]).toBeCloseTo(1.622642159461975, 6);
    const draws = normalValues(key(42), 4);
    [-0.02830461598932743, 0.4671318531036377, 0.2957029640674591, 0.15354591608047485].forEach((expected, i) => {
      expect(draws[i]).toBeCloseTo(expected, 6);
    });
  });

  it("inverts float32's uniform values on (-1, 1), as JAX makes them, at every index", () => {
    const low = Math.fround(-1 + 2 ** -24);
    fc.assert(
      fc.property(anyKey, (stream) => {
        const uniform = uniformValues(stream, 20).map((u) => Math.fround(u * Math.fround(1 - low) + low));
        expect(normalValues(stream, 20)).toEqual(uniform.map((u) => Math.SQRT2 * inverseErrorFunction(u)));
      }),
    );
  });

  it("has the moments and the tails of a standard normal", () => {
    const count = 1 << 18;
    const draws = normalValues(key(5), count);
    for (const [power, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ]) {
      const moment = mean(draws.map((z) => z ** power));
      expect(Math.abs(moment - expected)).toBeLessThan(5 * Math.sqrt(variance / count));
    }
    for (const threshold of [1, 2, 3, 4]) {
      const expected = complementaryError(threshold / Math.SQRT2);
      const share = mean(draws.map((z) => (Math.abs(z) > threshold ? 1 : 0)));
      expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt(expected / count));
    }
  });

  it("is uncorrelated across indices and across split keys", () => {
    const count = 1 << 16;
    const [a, b] = split(key(1)).map((part) => normalValues(part, count));
    const bound = 5 / Math.sqrt(count);
    expect(Math.abs(mean(a.map((z, i) => z * b[i])))).toBeLessThan(bound);
    for (const lag of [1, 2, 64]) expect(Math.abs(mean(a.map((z, i) => z * a[(i + lag) % count])))).toBeLessThan(bound);
  });
});

describe("permutation", () => {
  it("holds every index once and is a function of the key and n", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 0, max: 300 }), (stream, n) => {
        const order = permutation(stream, n);
        expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(permutation(stream, n)).toEqual(order);
      }),
    );
  });

  it("gives the 24 orders of four things equally often", () => {
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (const stream of split(key(2), draws)) {
      const order = permutation(stream, 4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - draws / 24) ** 2 / (draws / 24), 0);
    expect(counts.size).toBe(24);
    expect(chiSquared).toBeLessThan(23 + 5 * Math.sqrt(46));
  });
});

describe("bad arguments", () => {
  it("are refused with the value in the message", () => {
    expect(() => key(1.5)).toThrow(/safe integer, got 1.5/);
    expect(() => key(-1)).toThrow(/\[0, 2\^64\), got -1/);
    expect(() => key(1n << 64n)).toThrow(/2\^64/);
    expect(() => split(key(0), -1)).toThrow(/splitKey: .* got -1/);
    expect(() => fold(key(0), 2 ** 32)).toThrow(/fold: .* got 4294967296/);
    expect(() => fold(key(0), Number.NaN)).toThrow(/NaN/);
    expect(() => bits({ high: 0, low: -3 }, 1)).toThrow(/key.low .* got -3/);
    expect(() => bits(key(0), 2.5)).toThrow(/got 2.5/);
    expect(() => normalValues(key(0), Number.NaN)).toThrow(/got NaN/);
    expect(() => permutation(key(0), 2 ** 31)).toThrow(/permutation: .* 2147483648/);
    expect(() => permutation(key(0), -2)).toThrow(/got -2/);
    expect(() => call(permutation, key(0), [5])).toThrow("in [0, 2^31), got an array of 1");
    expect(() => call(split, key(0), ["a"])).toThrow("in [0, 2^32], got an array of 1");
    expect(() => call(bits, { high: "1", low: 0 }, 1)).toThrow('key.high must be an integer in [0, 2^32), got "1"');
  });

  it("are told by the operation that was called", () => {
    expect(() => call(fold, 1, "a")).toThrow(new TypeError("fold: a key is needed, not 1; key(7) makes one"));
    expect(() => call(split, 1)).toThrow(new TypeError("splitKey: a key is needed, not 1; key(7) makes one"));
    for (const [data, told] of [
      [undefined, "undefined"],
      [["a"], "an array of 1"],
    ])
      expect(() => call(fold, key(1), data)).toThrow(
        new TypeError(`fold: a name or a number is needed, not ${told}; without one two parts would draw the same`),
      );
  });
});
