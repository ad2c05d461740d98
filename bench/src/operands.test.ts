import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint, numbersOf } from "./operands.js";

describe("numbersOf", () => {
  it("makes a matrix that is asked to be positive definite symmetric, with more on the diagonal than beside it", () => {
    const n = 6;
    const numbers = numbersOf({ name: "a", shape: [n, n], bound: 0.1, isPositiveDefinite: true });
    for (let row = 0; row < n; row++) {
      let beside = 0;
      for (let column = 0; column < n; column++) {
        expect(numbers[row * n + column]).toBe(numbers[column * n + row]);
        if (column !== row) beside += Math.abs(numbers[row * n + column]);
      }
      expect(numbers[row * (n + 1)]).toBeGreaterThan(beside);
    }
  });
});

describe("fingerprint", () => {
  const numbers = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 7 });

  it("tells two orders of different numbers apart where two of them change places", () => {
    fc.assert(
      fc.property(numbers, ([first, second, ...others]) => {
        fc.pre(first !== second);
        expect(fingerprint([first, second, ...others])).not.toBe(fingerprint([second, first, ...others]));
      }),
    );
  });

  it("tells numbers from those of the other sign", () => {
    fc.assert(
      fc.property(numbers, (some) => {
        expect(fingerprint(some.map((value) => -value))).not.toBe(fingerprint(some));
      }),
    );
  });
});
