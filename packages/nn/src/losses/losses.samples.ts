import { key, normal, type Tensor } from "@factorvae/tensor";
import fc from "fast-check";
import { expect } from "vitest";

/** Seeds of draws. */
export const seed = fc.integer({ min: 0, max: 2 ** 31 });

/** Numbers of rows and columns. */
export const size = fc.integer({ min: 1, max: 5 });

/** Standard deviations: positive, at least 0.1. */
export const stds = (from: number, shape: readonly [number, number]) => normal(key(from), shape).abs().add(0.1);

/** Fails unless shapes are equal and elements agree, relative to those above 1. */
export function expectAlike(found: Tensor, expected: Tensor, tolerance = 1e-12): void {
  expect(found.shape).toEqual(expected.shape);
  found.data.forEach((value, at) => {
    expect(Math.abs(value - expected.data[at])).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
}
