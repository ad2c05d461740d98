import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SmallCopies } from "./small-copies.js";

describe("copies of small arrays", () => {
  it("hold what the arrays held, whatever is written to the arrays or to other copies", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 64 })), (arrays) => {
        const copies = new SmallCopies();
        const made = arrays.map((values) => {
          const array = Float32Array.from(values);
          const copy = copies.of(array);
          array.fill(100);
          return copy;
        });
        made.forEach((copy, at) => {
          expect(Array.from(copy ?? [NaN])).toEqual(arrays[at]);
          copy?.fill(200);
        });
      }),
    );
  });

  it("are not made of long arrays, and keep little memory beside their own", () => {
    const copies = new SmallCopies();
    expect(copies.of(new Float32Array(65))).toBeUndefined();
    expect(copies.of(new Float32Array(64))?.buffer.byteLength).toBe(2048);
  });
});
