import { key, type Tensor } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSizes, fanInUniform, kaimingNormal, xavierUniform } from "./initializers.js";

const fan = fc.integer({ min: 1, max: 500 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const shape = [40, 50] as const;

const deviation = ({ data, size }: Tensor): number =>
  Math.sqrt(Array.from(data).reduce((total, value) => total + value * value, 0) / size);

const largest = ({ data }: Tensor): number => Math.max(...Array.from(data, Math.abs));

/** 2,000 draws know their deviation to about 1.6 %; 10 % is six of those. */
const near = (found: number, expected: number): void => {
  expect(Math.abs(found / expected - 1)).toBeLessThan(0.1);
};

describe("initializers", () => {
  it("draw uniformly within one over the root of the fan-in", () => {
    fc.assert(
      fc.property(fan, seed, (fanIn, from) => {
        const draws = fanInUniform(key(from), shape, fanIn);
        expect(largest(draws)).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(fanIn)));
        near(deviation(draws), 1 / Math.sqrt(3 * fanIn));
      }),
    );
  });

  it("draw uniformly as Glorot and Bengio ask: variance two over the sum of the fans", () => {
    fc.assert(
      fc.property(fan, fan, seed, (fanIn, fanOut, from) => {
        const draws = xavierUniform(key(from), shape, fanIn, fanOut);
        expect(largest(draws)).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / (fanIn + fanOut))));
        near(deviation(draws), Math.sqrt(2 / (fanIn + fanOut)));
      }),
    );
  });

  it("draw normally as He and others ask: variance two over the fan-in", () => {
    fc.assert(
      fc.property(fan, seed, (fanIn, from) => {
        near(deviation(kaimingNormal(key(from), shape, fanIn)), Math.sqrt(2 / fanIn));
      }),
    );
  });

  it("tell sizes that are no numbers as what they are", () => {
    for (const [size, told] of [
      [[3], "an array"],
      ["3", '"3"'],
      [{ steps: 10 }, "an object"],
      [Number.NaN, "NaN"],
      [undefined, "undefined"],
    ])
      expect(() => Reflect.apply(checkSizes, undefined, ["LayerNorm", { width: size }])).toThrow(
        `LayerNorm: width must be a whole number of at least 1, not ${told}`,
      );
  });

  it("refuse fans that are no counts", () => {
    expect(() => fanInUniform(key(1), [2], 0)).toThrow(
      "fanInUniform: fanIn must be a whole number of at least 1, not 0",
    );
    expect(() => xavierUniform(key(1), [2], 3, 1.5)).toThrow("xavierUniform: fanOut must be a whole number");
    expect(() => kaimingNormal(key(1), [2], -1)).toThrow("kaimingNormal: fanIn must be a whole number");
  });
});
