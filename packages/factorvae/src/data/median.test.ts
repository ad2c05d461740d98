import fc from "fast-check";
import { expect, test } from "vitest";
import { medianInPlace, quantileInPlace } from "./median.js";

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

test("a quantile lies between the two nearest of the sorted values, as far as its place does", () => {
  const finite = fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: -2, max: 2 }));
  const share = fc.oneof(fc.double({ noNaN: true, min: 0, max: 1 }), fc.constantFrom(0, 0.5, 1));
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 200 }), share, (values, at) => {
      const sorted = Float64Array.from(values).sort();
      const place = at * (sorted.length - 1);
      const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
      const expected = low * (1 - (place % 1)) + high * (place % 1);
      expect(quantileInPlace(Float64Array.from(values), at)).toBeCloseTo(expected, 6);
    }),
    { numRuns: 500 },
  );
  expect(quantileInPlace(new Float64Array(0), 0.3)).toBeNaN();
});
