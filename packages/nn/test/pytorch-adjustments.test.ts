import { mul, withBackend } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { clipByNorm } from "../src/index.js";
import { allRestored, expectClose, precisions, readFixtures, type StoredByName } from "./fixtures.js";
import { type Plan, scheduleOf } from "./plans.js";

interface Clipping {
  readonly name: string;
  readonly maximum: number;
  readonly gradients: StoredByName;
  readonly norm: number;
  readonly clipped: StoredByName;
}

const { clipping, schedules } = readFixtures<{
  readonly clipping: readonly Clipping[];
  readonly schedules: readonly Plan[];
}>("adjustments");

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, clipping by norm agrees with PyTorch to ${tolerance}`, () => {
    it.each(clipping)("$name", ({ maximum, gradients, norm: expectedNorm, clipped }) => {
      withBackend(kernels, () => {
        const { grads, norm } = clipByNorm(Object.values(allRestored(gradients)), maximum);
        expect(Math.abs(norm - expectedNorm)).toBeLessThanOrEqual(tolerance * expectedNorm);
        // PyTorch divides by the norm plus 1e-6, ours by the norm.
        const theirs = norm > maximum ? norm / (norm + 1e-6) : 1;
        Object.entries(clipped).forEach(([name, expected], at) => {
          expectClose(mul(grads[at], theirs), expected, tolerance, name);
        });
      });
    });
  });

describe("schedules agree with PyTorch's to 1e-12 of the base rate", () => {
  it.each(schedules)("$name", (plan) => {
    const schedule = scheduleOf(plan);
    plan.lr.forEach((expected, step) => {
      expect(Math.abs(schedule(step) * plan.options.base - expected)).toBeLessThanOrEqual(1e-12 * plan.options.base);
    });
  });
});
