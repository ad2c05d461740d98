import fc from "fast-check";
import { expect, test } from "vitest";
import { medianInPlace } from "./median.js";

const numbers = fc.oneof(
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  fc.integer({ min: -2, max: 2 }),
  fc.constant(Infinity),
);

test("the median is the middle of the sorted values", () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 200 }), (values) => {
      const sorted = Float64Array.from(values).sort();
      const middle = sorted.length >> 1;
      const upper = sorted[middle];
      const expected =
        sorted.length % 2 === 1 || sorted[middle - 1] === upper ? upper : (sorted[middle - 1] + upper) / 2;
      expect(medianInPlace(Float64Array.from(values)) + 0).toBeCloseTo(expected + 0, 8);
    }),
    { numRuns: 500 },
  );
});

test("long sorted, constant and reversed runs give their exact median", () => {
  const count = 100_001;
  expect(medianInPlace(Float32Array.from({ length: count }, (_, i) => i))).toBe(50_000);
  expect(medianInPlace(Float32Array.from({ length: count }, (_, i) => -i))).toBe(-50_000);
  expect(medianInPlace(new Float32Array(count).fill(7))).toBe(7);
  expect(medianInPlace(new Float64Array(0))).toBeNaN();
});
