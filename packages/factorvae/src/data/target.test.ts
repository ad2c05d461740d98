import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayTargets, pooledLabelDeviation } from "./target.js";

const label = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: -0.2, max: 0.2, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(0.01, 0.01, 5, -5) },
);
const labels = fc.array(label, { minLength: 1, maxLength: 40 }).map((values) => Float64Array.from(values));
const scale = 0.02;
const there = (values: Float64Array) => [...values].filter((value) => !Number.isNaN(value));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("dayTargets", () => {
  test("is missing exactly where the label is, and counts the labels beyond 10 deviations", () => {
    fc.assert(
      fc.property(labels, fc.constantFrom("label", "excess", "zscore", "rank"), (day, kind) => {
        const { targets, clipped } = dayTargets(day, { kind, scale });
        expect([...targets].map(Number.isNaN)).toEqual([...day].map(Number.isNaN));
        expect(clipped).toBe(there(day).filter((value) => Math.abs(value) > 0.2).length);
      }),
    );
  });

  test("'label' is the cut label over the scale, 'excess' has mean 0 and the same spread", () => {
    fc.assert(
      fc.property(labels, (day) => {
        const plain = dayTargets(day, { kind: "label", scale }).targets;
        const excess = there(dayTargets(day, { kind: "excess", scale }).targets);
        day.forEach((value, i) => {
          if (!Number.isNaN(value)) expect(plain[i]).toBeCloseTo(Math.max(-0.2, Math.min(0.2, value)) / scale, 12);
        });
        if (excess.length === 0) return;
        expect(mean(excess)).toBeCloseTo(0, 10);
        const shift = mean(there(plain));
        there(plain).forEach((value, i) => {
          expect(excess[i]).toBeCloseTo(value - shift, 10);
        });
      }),
    );
  });

  test("'zscore' has mean 0 and deviation 1, unless all labels are equal", () => {
    fc.assert(
      fc.property(labels, (day) => {
        const targets = there(dayTargets(day, { kind: "zscore", scale }).targets);
        const cut = there(day).map((value) => Math.max(-0.2, Math.min(0.2, value)));
        fc.pre(targets.length >= 2 && Math.max(...cut) - Math.min(...cut) > 1e-6);
        expect(mean(targets)).toBeCloseTo(0, 8);
        expect(mean(targets.map((value) => value ** 2)) * (targets.length / (targets.length - 1))).toBeCloseTo(1, 8);
      }),
    );
  });

  test("'rank' keeps the order, shares ties and does not depend on the labels' sizes", () => {
    fc.assert(
      fc.property(labels, (day) => {
        const { targets } = dayTargets(day, { kind: "rank", scale });
        const tripled = dayTargets(
          day.map((value) => value ** 3),
          { kind: "rank", scale },
        );
        expect(mean([0, ...there(targets)])).toBeCloseTo(0, 9);
        day.forEach((a, i) => {
          day.forEach((b, j) => {
            if (a < b) expect(targets[i]).toBeLessThan(targets[j]);
            if (a === b) expect(targets[i]).toBe(targets[j]);
          });
        });
        // Cubes may underflow to equal values only near 0.
        if (there(day).every((value) => Math.abs(value) > 1e-50)) expect(tripled.targets).toEqual(targets);
      }),
    );
    const { targets } = dayTargets(Float64Array.of(0.3, NaN, -0.1, 0.3), { kind: "rank", scale });
    const unit = Math.sqrt(8 / 12);
    expect([...targets]).toEqual([0.5 / unit, NaN, -1 / unit, 0.5 / unit]);
  });
});

describe("pooledLabelDeviation", () => {
  test("is the deviation of the labels on the training dates, whatever stands on the others", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label, label), { minLength: 3, maxLength: 20 }), (stocks) => {
        const all = Float64Array.from(stocks.flat());
        const seen = stocks.flatMap(([first, , third]) => [first, third]).filter((value) => !Number.isNaN(value));
        fc.pre(seen.length >= 2 && Math.max(...seen) > Math.min(...seen) + 1e-9);
        const spread = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean(seen)) ** 2, 0) / (seen.length - 1));
        expect(pooledLabelDeviation(all, [1, 0, 1]) / spread).toBeCloseTo(1, 9);
      }),
    );
  });

  test("a few wrong prices do not make the scale, and frequent large labels do", () => {
    const sound = Float64Array.from({ length: 5000 }, (_, i) => 0.02 * Math.sin(i * i));
    const plain = pooledLabelDeviation(sound, [1]);
    for (const tick of [1, 99, 1e6]) {
      const marred = Float64Array.from([...sound, tick, 1 / (1 + tick) - 1]);
      expect(pooledLabelDeviation(marred, [1], Number.POSITIVE_INFINITY)).toBeGreaterThan(1.3 * plain);
      expect(Math.abs(pooledLabelDeviation(marred, [1]) / plain - 1)).toBeLessThan(0.03);
    }
    const illiquid = Float64Array.from({ length: 5000 }, (_, i) => (i % 500 === 0 ? 0.1 : 0));
    expect(pooledLabelDeviation(illiquid, [1])).toBe(pooledLabelDeviation(illiquid, [1], Number.POSITIVE_INFINITY));
  });

  test("no label and labels that do not vary are refused", () => {
    expect(() => pooledLabelDeviation(Float64Array.of(NaN, 1), [1, 0])).toThrow(/the 0 labels of the training dates/);
    expect(() => pooledLabelDeviation(Float64Array.of(1, 1), [1, 1])).toThrow(
      /standard deviation 0; a scale must be positive/,
    );
  });
});
