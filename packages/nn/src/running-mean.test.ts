import { backend, type Expression, elementwise, reference, scalar, withBackend } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareOf, toward } from "./running-mean.js";

type E = Expression;

const moved = elementwise("moved", (mean: E, value: E, share: E) => toward(mean, value, share));
const float = fc.float({ noNaN: true, min: Math.fround(-1e30), max: Math.fround(1e30) });
const gain = fc.double({ min: 2 ** -100, max: 1, noNaN: true });

const after = (mean: number, value: number, part: number): number =>
  moved(scalar(mean), scalar(value), scalar(shareOf(part))).item();

describe("toward", () => {
  it.each([
    ["in kernels, where every operation rounds", backend()],
    ["in plain loops, where the whole formula does", reference],
  ])("is, in float32, the weighted mean of both within a few units of the larger part, %s", (_, kernels) => {
    fc.assert(
      fc.property(float, float, gain, (mean, value, part) => {
        const [kept, taken] = [mean * (1 - part), value * part];
        const larger = part > 0.5 ? Math.abs(value) + Math.abs(kept) : Math.abs(mean) + Math.abs(taken);
        const error = Math.abs(withBackend(kernels, () => after(mean, value, part)) - (kept + taken));
        expect(error).toBeLessThanOrEqual(4 * 2 ** -24 * larger + 4 * 2 ** -149);
      }),
    );
  });

  it("is the value itself where nothing is kept, and the mean where next to nothing is taken in", () => {
    const large = fc.float({ noNaN: true, min: 1, max: Math.fround(1e30) });
    fc.assert(
      fc.property(float, large, (value, mean) => {
        expect(after(mean, value, 1) + 0).toBe(value + 0);
        expect(after(mean, value, 1e-60)).toBe(mean);
      }),
    );
  });
});
