import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config.js";
import { chooseEpoch, smoothed } from "./selection.js";

const train = { ...resolveConfig({}).train, epochs: 20 };
const scores = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });

describe("chooseEpoch", () => {
  it("chooses the best smoothed epoch that may be chosen, by brute force", () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 6 }), (list, firstEpoch) => {
        const { best } = chooseEpoch(list, { ...train, firstEpoch });
        const means = list.map((_, at) => smoothed(list.slice(0, at + 1)));
        if (list.length < firstEpoch) expect(best).toBe(0);
        else expect(means[best - 1]).toBe(Math.max(...means.slice(firstEpoch - 1)));
      }),
    );
  });

  it("averages at most three epochs, the latest", () => {
    expect(smoothed([9, 1, 2, 3])).toBeCloseTo(2, 12);
    expect(smoothed([4])).toBe(4);
  });

  it("stops once patience has run out, and not before", () => {
    const falling = [5, 4, 3, 2, 1, 0];
    expect(chooseEpoch(falling.slice(0, 5), { ...train, firstEpoch: 1, patience: 5 })).toEqual({
      best: 1,
      stop: false,
    });
    expect(chooseEpoch(falling, { ...train, firstEpoch: 1, patience: 5 })).toEqual({ best: 1, stop: true });
  });

  it("takes the last epoch of a training that ends before the first that may be chosen", () => {
    expect(chooseEpoch([1], { ...train, firstEpoch: 4, epochs: 1 }).best).toBe(1);
  });

  it("chooses nothing where no epoch has a figure", () => {
    expect(chooseEpoch([Number.NEGATIVE_INFINITY], { ...train, firstEpoch: 1 }).best).toBe(0);
  });
});
