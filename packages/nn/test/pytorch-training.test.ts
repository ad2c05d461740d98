import { assign, withBackend } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { clipByValue, exponentialAverage, type PlateauOptions, plateau } from "../src/index.js";
import { allRestored, expectClose, precisions, readFixtures, type StoredByName } from "./fixtures.js";
import { type Plan, scheduleOf } from "./plans.js";

interface Averages {
  readonly name: string;
  readonly decay: number;
  readonly initial: StoredByName;
  readonly steps: readonly { readonly parameters: StoredByName; readonly averages: StoredByName }[];
}

interface Clipping {
  readonly name: string;
  readonly limit: number;
  readonly gradients: StoredByName;
  readonly clipped: StoredByName;
}

interface PlateauTrace {
  readonly name: string;
  readonly options: PlateauOptions;
  readonly base: number;
  readonly metrics: readonly number[];
  readonly lr: readonly number[];
}

const { averages, clipping, schedules, plateaus } = readFixtures<{
  readonly averages: readonly Averages[];
  readonly clipping: readonly Clipping[];
  readonly schedules: readonly Plan[];
  readonly plateaus: readonly PlateauTrace[];
}>("training");

for (const { kernels, tolerance } of precisions)
  describe(`in ${kernels.name}, to ${tolerance}, PyTorch agrees with`, () => {
    it.each(averages)("averages after each of 50 steps: $name", ({ decay, initial, steps }) => {
      withBackend(kernels, () => {
        const params = Object.values(allRestored(initial));
        const average = exponentialAverage(params, decay);
        steps.forEach(({ parameters, averages: expected }, step) => {
          Object.values(allRestored(parameters)).forEach((value, at) => {
            assign(params[at], value);
          });
          average.update();
          const found = average.values();
          Object.entries(expected).forEach(([name, stored], at) => {
            expectClose(found[at], stored, tolerance, `${name} after step ${step}`);
          });
        });
      });
    });

    it.each(clipping)("gradients clipped by value: $name", ({ limit, gradients, clipped }) => {
      withBackend(kernels, () => {
        const found = clipByValue(Object.values(allRestored(gradients)), limit);
        Object.entries(clipped).forEach(([name, stored], at) => {
          expectClose(found[at], stored, tolerance, name);
        });
      });
    });
  });

describe("over at least 50 steps rates agree with PyTorch's to 1e-12 of the base rate", () => {
  it.each(schedules)("$name", (plan) => {
    const schedule = scheduleOf(plan);
    expect(plan.lr.length).toBeGreaterThanOrEqual(50);
    plan.lr.forEach((expected, step) => {
      expect(Math.abs(schedule(step) * plan.options.base - expected)).toBeLessThanOrEqual(1e-12 * plan.options.base);
    });
  });

  it.each(plateaus)("after a plateau: $name", ({ options, base, metrics, lr }) => {
    const { report, factor } = plateau(options);
    metrics.forEach((metric, step) => {
      expect(Math.abs(report(metric) * base - lr[step]), `metric ${step}`).toBeLessThanOrEqual(1e-12 * base);
      expect(factor() * base).toBeCloseTo(lr[step], 12);
    });
  });
});
