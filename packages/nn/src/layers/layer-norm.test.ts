import { gradcheck } from "@factorvae/autograd";
import {
  add,
  key,
  mean,
  mul,
  normal,
  reference64,
  reshape,
  ShapeError,
  square,
  type Tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { LayerNorm } from "./layer-norm.js";

const size = fc.integer({ min: 2, max: 6 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

describe("LayerNorm", () => {
  it("gives every row mean 0 and variance 1, whatever its place and scale", () => {
    const scale = fc.double({ min: 0.1, max: 1e3, noNaN: true });
    const place = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(size, size, seed, scale, place, (rows, width, from, wide, far) => {
        withBackend(reference64, () => {
          const x = add(mul(normal(key(from), [rows, width]), wide), far);
          const y = new LayerNorm<number>(width, { epsilon: 1e-12 }).forward(x);
          const variance = mean(square(x.sub(mean(x, 1, true))), 1);
          mean(y, 1).data.forEach((value) => {
            expect(Math.abs(value)).toBeLessThan(1e-6);
          });
          mean(square(y), 1).data.forEach((value, row) => {
            const spread = variance.data[row];
            expect(Math.abs(value - spread / (spread + 1e-12))).toBeLessThan(1e-6);
          });
        });
      }),
    );
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        const layer = new LayerNorm<number>(width, { epsilon: 0.1 });
        const forward = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
          Object.assign(layer, { weight, bias }).forward(reshape(x, [rows, width]));
        const inputs = [
          normal(key(from), [rows, width]),
          normal(key(from + 1), [width]),
          normal(key(from + 2), [width]),
        ];
        gradcheck(forward, inputs, { key: key(from + 3) });
      }),
      runs(20),
    );
  });

  it("maps a row of equal elements to the bias", () => {
    const layer = new LayerNorm(3);
    expect(layer.forward(zeros([1, 3]).add(5)).toArray()).toEqual([[0, 0, 0]]);
  });

  it("refuses inputs of another width, when compiling and when running", () => {
    const layer = new LayerNorm(3);
    // @ts-expect-error The layer takes 3 columns.
    expect(() => layer.forward(zeros([4, 5]))).toThrow(ShapeError);
    // @ts-expect-error The last axis counts, not the one before it.
    expect(() => layer.forward(zeros([2, 3, 4]))).toThrow("LayerNorm: x must be [..., 3], not [2, 3, 4]");
    // @ts-expect-error One column would be spread over the width.
    expect(() => layer.forward(zeros([4, 1]))).toThrow("LayerNorm: x must be [..., 3], not [4, 1]");
  });

  it("refuses a width or an epsilon that cannot be", () => {
    expect(() => new LayerNorm(0)).toThrow("LayerNorm: width must be a whole number of at least 1, not 0");
    expect(() => new LayerNorm(3, { epsilon: 0 })).toThrow("LayerNorm: epsilon must be positive and finite, not 0");
    expect(() => new LayerNorm(3, { epsilon: Number.NaN })).toThrow(
      "LayerNorm: epsilon must be positive and finite, not NaN",
    );
    // @ts-expect-error Settings have names.
    expect(() => new LayerNorm(3, 1e-6)).toThrow("LayerNorm: needs options { epsilon }, not 0.000001");
  });
});
