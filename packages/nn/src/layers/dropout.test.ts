import { gradcheck } from "@factorvae/autograd";
import { key, mean, normal, ones, type Tensor, tensor } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { dropout } from "./dropout.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const rate = fc.double({ min: 0.05, max: 0.9, noNaN: true });

describe("dropout", () => {
  it("keeps the mean", () => {
    fc.assert(
      fc.property(seed, rate, (from, dropped) => {
        const count = 4000;
        const deviation = Math.sqrt(dropped / (1 - dropped) / count);
        const found = mean(dropout(ones([count]), dropped, key(from))).item();
        expect(Math.abs(found - 1)).toBeLessThan(6 * deviation);
      }),
    );
  });

  it("leaves each element either 0 or itself over 1 - rate, and drops the same ones under the same key", () => {
    fc.assert(
      fc.property(seed, rate, (from, dropped) => {
        const x = normal(key(from), [20, 3]);
        const y = dropout(x, dropped, key(from + 1));
        y.data.forEach((value, at) => {
          if (value !== 0) expect(value / x.data[at]).toBeCloseTo(1 / (1 - dropped), 4);
        });
        expect(dropout(x, dropped, key(from + 1)).toArray()).toEqual(y.toArray());
        expect(dropout(ones([64]), 0.5, key(from)).toArray()).not.toEqual(
          dropout(ones([64]), 0.5, key(from + 1)).toArray(),
        );
      }),
    );
  });

  it("is x itself without a key, and equal to x at rate 0", () => {
    const x = normal(key(1), [3, 4]);
    expect(dropout(x, 0.5)).toBe(x);
    expect(dropout(x, 0, key(2)).toArray()).toEqual(x.toArray());
  });

  it("has the derivatives that differences give", () => {
    fc.assert(
      fc.property(seed, rate, (from, dropped) => {
        // The square makes the second derivative other than 0.
        const forward = (x: Tensor): Tensor => dropout(x.square(), dropped, key(from));
        gradcheck(forward, [normal(key(from + 1), [4, 3])], { key: key(from + 2) });
      }),
      runs(20),
    );
  });

  it("discards what it drops, whatever it is", () => {
    const count = 200;
    const y = dropout(tensor(new Array<number>(count).fill(Number.NaN)), 0.5, key(3));
    const zeros = Array.from(y.data).filter((value) => value === 0).length;
    expect(zeros).toBeGreaterThan(50);
    expect(zeros).toBeLessThan(150);
  });

  it.each([-0.1, 1, Number.NaN])("refuses a rate of %d, with and without a key", (wrong) => {
    expect(() => dropout(ones([2]), wrong)).toThrow(`dropout: the rate must be in [0, 1), not ${wrong}`);
    expect(() => dropout(ones([2]), wrong, key(1))).toThrow(RangeError);
  });

  it("refuses a key that is none, by its own name", () => {
    // @ts-expect-error Whether it is training says no key.
    expect(() => dropout(ones([2]), 0.5, true)).toThrow(
      new TypeError("dropout: needs a key, not true; as its last argument, such as key(1)"),
    );
    // @ts-expect-error A seed is no key.
    expect(() => dropout(ones([2]), 0.5, 0)).toThrow("dropout: needs a key, not 0; did you mean key(0)?");
  });
});
