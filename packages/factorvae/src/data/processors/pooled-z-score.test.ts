import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FeatureTable } from "./feature-table.js";
import { applyRobustZScore, fitRobustZScore } from "./pooled-z-score.js";

const value = fc.oneof(
  { weight: 8, arbitrary: fc.float({ noNaN: true, min: -100, max: 100 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constant(Math.fround(1e9)) },
);
const anyTable = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 3 }))
  .chain(([symbols, dates, features]) =>
    fc
      .array(value, { minLength: symbols * dates * features, maxLength: symbols * dates * features })
      .map((values): FeatureTable => tableOf(symbols, dates, features, values)),
  );

function tableOf(symbols: number, dates: number, features: number, values: readonly number[]): FeatureTable {
  const names = (count: number, letter: string) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  return {
    names: names(features, "F"),
    dates: names(dates, "D"),
    symbols: names(symbols, "S"),
    values: Float32Array.from(values),
  };
}

const median = (values: number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
};
const deviation = (values: number[]) => {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
};

describe("the robust z-score", () => {
  test("is the textbook formula over the training dates alone, clipped, missing -> 0", () => {
    fc.assert(
      fc.property(anyTable, fc.infiniteStream(fc.boolean()), (table, marks) => {
        const isTraining = table.dates.map((_, t) => (t === 0 ? true : marks.next().value));
        const fit = fitRobustZScore(table, isTraining);
        const normalised = applyRobustZScore(fit, table);
        const width = table.names.length;
        table.names.forEach((_, c) => {
          const isSeen = (cell: number) => isTraining[cell % table.dates.length];
          const column = [...table.values].filter((_, i) => i % width === c);
          const seen = column.filter((one, cell) => isSeen(cell) && !Number.isNaN(one));
          const center = seen.length === 0 ? 0 : median(seen);
          const mad = seen.length === 0 ? 0 : median(seen.map((one) => Math.abs(one - center)));
          const constant = seen.every((one) => one === seen[0]);
          const scale = mad > 0 ? 1.4826 * mad + 1e-12 : constant ? 0 : deviation(seen);
          expect(Math.abs(fit.center[c] - center)).toBeLessThanOrEqual(1e-12 * Math.abs(center));
          expect(Math.abs(fit.scale[c] - scale)).toBeLessThanOrEqual(1e-9 * scale);
          expect(fit.notes.some((note) => note.startsWith(`F${c} `))).toBe(!(mad > 0));
          column.forEach((one, cell) => {
            const z = Number.isNaN(one) || scale === 0 ? 0 : Math.max(-3, Math.min(3, (one - center) / scale));
            expect(normalised[cell * width + c]).toBeCloseTo(z, 5);
          });
        });
      }),
    );
  });

  test("what stands on other dates changes no bit of the fit, and the fit survives JSON", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const isTraining = table.dates.map((_, t) => (t < 1 ? 1 : 0));
        const width = table.names.length * table.dates.length;
        const altered = table.values.map((one, i) => (i % width < table.names.length ? one : one * 3 + 1));
        const fit = fitRobustZScore(table, isTraining);
        expect(fitRobustZScore({ ...table, values: altered }, isTraining)).toEqual(fit);
        expect(JSON.parse(JSON.stringify(fit))).toEqual(fit);
      }),
    );
  });

  test("a MAD of 0 falls back to the standard deviation, a constant is left at 0, both by name", () => {
    const table = tableOf(1, 5, 3, [1, 7, NaN, 1, 7, NaN, 1, 7, NaN, 1, 7, NaN, 6, 7, NaN]);
    const fit = fitRobustZScore(table, [1, 1, 1, 1, 1]);
    expect(fit.notes).toEqual([
      "F0 has a median absolute deviation of 0, scaled by its standard deviation",
      "F1 is constant on the training dates, left at 0",
      "F2 has no value on the training dates, left at 0",
    ]);
    expect(fit.scale[0]).toBeCloseTo(Math.sqrt(5), 12);
    const normalised = applyRobustZScore(fit, table);
    expect(normalised[12]).toBeCloseTo(Math.sqrt(5), 6);
    expect([...normalised].filter((_, i) => i % 3 > 0).every((one) => one === 0)).toBe(true);
  });

  test("a fit of other features, and a fit without training dates, are refused", () => {
    const table = tableOf(1, 2, 1, [1, 2]);
    const fit = fitRobustZScore(table, [1, 1]);
    expect(() => applyRobustZScore(fit, { ...table, names: ["G"] })).toThrow("applyRobustZScore: fitted on F0; got G");
    expect(() => fitRobustZScore(table, [0, 0])).toThrow(/no date is marked as training/);
    expect(() => fitRobustZScore(table, [1])).toThrow(/1 training marks for 2 dates/);
    expect(() => fitRobustZScore(table, [1, 1], 0)).toThrow(/clip must be positive, got 0/);
  });
});
