import { expect } from "vitest";
import type { Tensor } from "../src/index.js";
import type { Naive } from "./naive.js";

/** Asserts equal shapes, and elements within `tolerance` of the larger of 1 and their size; what is not finite is equal. */
export function expectClose(got: Tensor, expected: Naive, tolerance: number, about: string): void {
  expect(got.shape, `${about}: shape`).toEqual(expected.shape);
  got.data.forEach((value, position) => {
    const wanted = expected.data[position];
    const close = Number.isFinite(wanted)
      ? Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
      : Object.is(value, wanted);
    if (!close) expect.fail(`${about}: element ${position} is ${value}, not ${wanted}`);
  });
}

/** Asserts equal shapes and equal bits. */
export function expectSameBits(got: Tensor, expected: Tensor, about: string): void {
  expect(got.shape, `${about}: shape`).toEqual(expected.shape);
  expect(Array.from(got.data), about).toEqual(Array.from(expected.data));
}
