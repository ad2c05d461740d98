import { full, key, normal, reference64, type Tensor, tensor, withBackend } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipByNorm, clipByValue } from "./clip.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const limit = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const scale = fc.integer({ min: -15, max: 15 }).map((power) => 10 ** power);

const draws = (from: number, wide: number): Tensor[] => [
  normal(key(from), [3, 4]).mul(wide),
  normal(key(from + 1), [5]).mul(wide),
  normal(key(from + 2), []).mul(wide),
];

const normOf = (grads: readonly Tensor[]): number =>
  Math.hypot(...grads.flatMap(({ data }) => Array.from<number>(data)));

describe("clipByNorm", () => {
  it("brings the common norm down to the limit, all elements by one factor, and leaves smaller gradients themselves", () => {
    fc.assert(
      fc.property(seed, scale, limit, (from, wide, most) => {
        const grads = draws(from, wide);
        const { grads: clipped, norm } = clipByNorm(grads, most);
        expect(norm / normOf(grads)).toBeCloseTo(1, 12);
        if (norm <= most) {
          expect(clipped).toBe(grads);
          return;
        }
        expect(normOf(clipped) / most).toBeCloseTo(1, 6);
        clipped.forEach(({ data }, at) => {
          data.forEach((value, index) => {
            expect(value / grads[at].data[index] / (most / norm)).toBeCloseTo(1, 5);
          });
        });
      }),
    );
  });

  it("knows the norm of elements whose squares float32 cannot hold", () => {
    expect(clipByNorm([full([4], 1e30)], 1).norm / 2e30).toBeCloseTo(1, 6);
    expect(clipByNorm([full([4], 1e-30)], 1).norm / 2e-30).toBeCloseTo(1, 6);
  });

  it.each([
    [3e38, 1],
    [3e38, 1e-6],
    [1e-44, 1e-45],
  ])("clips float32 elements of %d to %d", (size, limit) => {
    const { grads, norm } = clipByNorm([full([4], size), full([1], -size)], limit);
    const element = Math.fround(size);
    expect(norm / element).toBeCloseTo(Math.sqrt(5), 6);
    const wanted = limit / Math.sqrt(5);
    for (const { data } of grads)
      for (const value of data) expect(Math.abs(Math.abs(value) - wanted)).toBeLessThan(1e-6 * wanted + 2 ** -149);
  });

  it.each([
    [1e200, 1],
    [1e200, 1e-150],
    [8e307, 1e-150],
    [1e-200, 1e-201],
    [1e-310, 1e-312],
  ])("clips float64 elements of %d to %d", (size, limit) => {
    withBackend(reference64, () => {
      const { grads, norm } = clipByNorm([full([2], size), full([1], -size)], limit);
      expect(norm / size).toBeCloseTo(Math.sqrt(3), 6);
      for (const { data } of grads)
        for (const value of data) expect(Math.abs(value) / (limit / Math.sqrt(3))).toBeCloseTo(1, 6);
    });
  });

  it("refuses float64 gradients whose norm is no number", () => {
    withBackend(reference64, () =>
      expect(() => clipByNorm([full([4], 1.7e308)], 1)).toThrow(
        "clipByNorm: the norm of gradients as large as 1.7e+308 is beyond the range of numbers",
      ),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses gradients that hold %d and says which", (value) => {
    expect(() => clipByNorm([tensor([1, 2]), tensor([[1, value]])], 5)).toThrow(
      "clipByNorm: gradient 1 of 2, of shape [1, 2], is not finite",
    );
  });

  it("gives nothing back for nothing", () => {
    expect(clipByNorm([], 1)).toEqual({ grads: [], norm: 0 });
  });
});

describe("clipByValue", () => {
  it("brings every element into the limits and leaves the others", () => {
    fc.assert(
      fc.property(seed, limit, (from, most) => {
        const [bound, grads] = [Math.fround(most), draws(from, 10)];
        clipByValue(grads, bound).forEach(({ data }, at) => {
          data.forEach((value, index) => {
            expect(value).toBe(Math.max(-bound, Math.min(bound, grads[at].data[index])));
          });
        });
      }),
    );
  });

  it("lets NaN pass, so that it is seen", () => {
    expect(clipByValue([tensor([Number.NaN, 9, -9])], 2)[0].toArray()).toEqual([Number.NaN, 2, -2]);
  });
});

it.each([0, -1, Number.NaN])("both refuse a limit of %d", (wrong) => {
  expect(() => clipByNorm([], wrong)).toThrow(`clipByNorm: the limit must be positive, not ${wrong}`);
  expect(() => clipByValue([], wrong)).toThrow(`clipByValue: the limit must be positive, not ${wrong}`);
});

it("both refuse what is no list of tensors", () => {
  const a = tensor([1, 2]);
  // @ts-expect-error A record of gradients is no list.
  expect(() => clipByNorm({ a }, 1)).toThrow("clipByNorm: gradients must be an array of tensors, not an object");
  // @ts-expect-error A gradient may be missing from an array.
  expect(() => clipByNorm([a, undefined], 1)).toThrow("clipByNorm: gradients must be tensors, but 1 is undefined");
  // @ts-expect-error A number is no gradient.
  expect(() => clipByValue([3], 1)).toThrow("clipByValue: gradients must be tensors, but 0 is 3");
});
