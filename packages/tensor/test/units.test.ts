import { describe, expect, it } from "vitest";
import { startEngine, tensor, withBackend } from "../src/index.js";
import { judged, unitsApart, worstAround, worstOf } from "./units.js";

const engines = (["plain", "auto"] as const).map((kernels) => startEngine({ kernels, threads: 1 }));
const backends = engines.map(({ backend }) => backend);

/** Where the kernels change their ways, where results begin to be denormal, 0, infinite or 1, and the ends of numbers. */
const sizes = [
  0,
  2 ** -149,
  2 ** -126,
  2 ** -24,
  2 ** -12,
  Math.LN2 / 2,
  Math.SQRT1_2,
  1,
  Math.SQRT2,
  1.5 * Math.LN2,
  4,
];
const larger = [5.9, 9.01, 10, 17.33, 25, 40, 60, 87, 87.3366, 88.7229, 89, 103.972, 104, 2 ** 24, 2 ** 127];
const turns = [...sizes, ...larger, (2 - 2 ** -23) * 2 ** 127, Number.POSITIVE_INFINITY].flatMap((size) => [
  size,
  -size,
]);

/** Every NaN is one, whatever stands in the bits that nobody reads: files and other programs bring such. */
const unusualNaNs = new Float32Array(
  Int32Array.from([1, 2, 3, 255, 256, 2 ** 21, 2 ** 22 - 1].flatMap((rest) => [0x7fc00000 + rest, 0xffc00000 + rest]))
    .buffer,
);

describe("units in the last place", () => {
  it("are counted from the exact value, in those of the denormals where it is one", () => {
    expect(unitsApart(1 + 2 ** -23, 1)).toBe(1);
    expect(unitsApart(1 - 2 ** -24, 1)).toBe(0.5);
    expect(unitsApart(0, 2 ** -150)).toBe(0.5);
    expect(unitsApart(2 ** -147, 2 ** -149)).toBe(3);
    expect(unitsApart(Number.POSITIVE_INFINITY, (2 - 2 ** -23) * 2 ** 127)).toBe(1);
  });

  it("are very many between NaN and a number, infinity and a number, and zeros of different signs", () => {
    expect(unitsApart(Number.NaN, Number.NaN)).toBe(0);
    expect(unitsApart(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)).toBe(0);
    expect(unitsApart(-0, -0)).toBe(0);
    for (const [got, exact] of [
      [Number.NaN, 1],
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 1],
      [1, Number.POSITIVE_INFINITY],
      [(2 - 2 ** -23) * 2 ** 127, 2 ** 128],
      [0, -0],
      [-0, 2 ** -160],
    ])
      expect(unitsApart(got, exact)).toBeGreaterThan(1000);
  });
});

describe.each(Object.keys(judged) as (keyof typeof judged)[])("%s", (name) => {
  it("is within 4 units in the last place over all of float32, at every 40,009th number", () => {
    for (const { units, at } of worstOf(name, backends, 40_009)) expect(units, `at ${at}`).toBeLessThanOrEqual(4);
  });

  it("is so too where the kernels change their ways, and exact in its zeros, infinities and NaN", () => {
    for (const { units, at } of worstAround(name, backends, turns, 150))
      expect(units, `at ${at}`).toBeLessThanOrEqual(4);
  });

  it("keeps every NaN, whatever its bits", () => {
    for (const backend of backends)
      withBackend(backend, () =>
        expect(Array.from(judged[name].kernel(tensor(unusualNaNs)).data, Number.isNaN)).not.toContain(false),
      );
  });
});
