import { readFileSync } from "node:fs";
import { reference, reference64, type Shape, type Tensor, tensor } from "@factorvae/tensor";
import { expect } from "vitest";

/** A tensor as the fixture scripts write it; what is not finite stands as a word. */
export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** Several of them by name. */
export type StoredByName = Readonly<Record<string, Stored>>;

/** The file `fixtures/<name>.json`, made by `fixtures/make-nn.py`. */
export function readFixtures<Schema>(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

/** A stored tensor, in a shape of as many elements (by default its own). */
export const restored = <const S extends Shape>({ data }: Stored, shape: S): Tensor<S> =>
  tensor(data.map(Number), shape);

/** Stored tensors in their own shapes. */
export const allRestored = (stored: StoredByName): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, restored(value, value.shape)]));

/** The kernels to check, and the largest error over the largest value that each may have in a tensor. */
export const precisions = [
  { kernels: reference64, tolerance: 1e-9 },
  { kernels: reference, tolerance: 1e-5 },
] as const;

/** Fails unless the largest difference, over the largest value, is within the tolerance. */
export function expectClose(actual: Tensor, expected: Stored, tolerance: number, what: string): void {
  const values = expected.data.map(Number);
  expect(actual.size, what).toBe(values.length);
  const largest = Math.max(...values.map(Math.abs));
  const error = Math.max(...values.map((value, at) => Math.abs(actual.data[at] - value)));
  expect(error, what).toBeLessThanOrEqual(tolerance * largest);
}
