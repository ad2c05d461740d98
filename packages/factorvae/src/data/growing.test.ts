import fc from "fast-check";
import { expect, test } from "vitest";
import { growingFloat64, growingInt32 } from "./growing.js";

test("growing columns hold what was pushed, beyond any number of growths", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (count) => {
      const [floats, integers] = [growingFloat64(), growingInt32()];
      for (let i = 0; i < count; i++) {
        floats.push(i / 3);
        integers.push(-i);
      }
      expect(floats.values()).toEqual(Float64Array.from({ length: count }, (_, i) => i / 3));
      expect(integers.values()).toEqual(Int32Array.from({ length: count }, (_, i) => -i));
    }),
    { numRuns: 20 },
  );
});
