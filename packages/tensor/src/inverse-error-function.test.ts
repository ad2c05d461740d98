import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { complementaryError } from "../test/complementary-error.js";
import { runs } from "../test/runs.js";
import { inverseErrorFunction } from "./inverse-error-function.js";

describe("inverseErrorFunction", () => {
  it("agrees with 40-digit values of mpmath to 1e-11, from the centre to the last tail value", () => {
    // Printed by ../test/fixtures/inverse-error-function.py
    const pairs = [
      [2 ** -24, 5.282324108199828e-8],
      [2 ** -12, 0.00021636399884810805],
      [0.1, 0.08885599049425769],
      [0.25, 0.2253120550121781],
      [0.5, 0.4769362762044699],
      [0.9, 1.1630871536766743],
      [0.99, 1.8213863677184494],
      [0.996, 2.0351676830660828],
      [0.997, 2.0985076117936705],
      [0.9999, 2.75106390571208],
      [1 - 2 ** -20, 3.465505025803331],
      [1 - 3 * 2 ** -24, 3.691177343711105],
      [1 - 2 ** -24, 3.832506856900711],
    ];
    for (const [x, expected] of pairs) {
      expect(Math.abs(inverseErrorFunction(x) / expected - 1)).toBeLessThan(1e-11);
      expect(inverseErrorFunction(-x)).toBe(-inverseErrorFunction(x));
    }
    expect(inverseErrorFunction(0)).toBe(0);
  });

  it("inverts the error function at every value in between", () => {
    const slope = (y: number) => (2 / Math.sqrt(Math.PI)) * Math.exp(-y * y);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 24 - 1 }), (numerator) => {
        const x = numerator * 2 ** -24;
        const y = inverseErrorFunction(x);
        expect(Math.abs(1 - complementaryError(y) - x) / (slope(y) * y)).toBeLessThan(x < 0.99 ? 1e-9 : 1);
        expect(Math.abs(complementaryError(y) - (1 - x)) / (slope(y) * y)).toBeLessThan(x > 0.5 ? 1e-9 : 1);
      }),
      runs(2000),
    );
  });

  it("refuses what lies outside its range", () => {
    expect(() => inverseErrorFunction(1)).toThrow(/got 1$/);
    expect(() => inverseErrorFunction(Number.NaN)).toThrow(/NaN/);
  });
});
