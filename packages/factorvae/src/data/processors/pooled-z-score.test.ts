import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyScaling, fitScaling } from "./pooled-z-score.js";
import { agree, anySheet, copyOf, deviation, mean, quantile, sheetOf } from "./processors.samples.js";
import type { Sheet } from "./sheet.js";
import { inOnePart } from "./sheet-parts.js";

const median = (values: readonly number[]) => quantile(values, 0.5);

function processed(sheet: Sheet, fit: ReturnType<typeof fitScaling>["fitted"]): Float32Array {
  const copy = copyOf(sheet);
  applyScaling(fit, copy);
  return copy.values;
}

describe("pooled z-scores", () => {
  test("are the textbook formulas over members and training dates alone, cut, and missing where the value is", () => {
    const kinds = fc.constantFrom("robust-z-score" as const, "z-score" as const);
    fc.assert(
      fc.property(anySheet, kinds, fc.infiniteStream(fc.boolean()), (sheet, kind, marks) => {
        const isTraining = sheet.dates.map((_, t) => (t === 0 ? true : marks.next().value));
        const { fitted, notes } = fitScaling(kind, inOnePart(sheet), isTraining, 3);
        const normalised = processed(sheet, fitted);
        const width = sheet.names.length;
        sheet.names.forEach((_, c) => {
          const column = [...sheet.values].filter((_, i) => i % width === c);
          const seen = column.filter(
            (one, cell) => isTraining[cell % sheet.dates.length] && sheet.members[cell] === 1 && !Number.isNaN(one),
          );
          const isConstant = seen.every((one) => one === seen[0]);
          const robust = kind === "robust-z-score";
          const center = seen.length === 0 ? 0 : robust ? median(seen) : mean(seen);
          const mad = seen.length === 0 || !robust ? 0 : median(seen.map((one) => Math.abs(one - center)));
          const scale = mad > 0 ? 1.4826 * mad + 1e-12 : isConstant ? 0 : deviation(seen);
          const size = Math.max(1, ...seen.map(Math.abs));
          expect(Math.abs(fitted.center[c] - center)).toBeLessThanOrEqual(1e-12 * size);
          expect(Math.abs(fitted.scale[c] - scale)).toBeLessThanOrEqual(1e-9 * size);
          expect(notes.some((note) => note.startsWith(`F${c} `))).toBe(robust ? !(mad > 0) : isConstant);
          column.forEach((one, cell) => {
            const cut = Math.max(-3, Math.min(3, (one - fitted.center[c]) / fitted.scale[c]));
            const expected = Number.isNaN(one) ? Number.NaN : scale === 0 ? 0 : cut;
            expect(agree(normalised[cell * width + c], expected, 3)).toBe(true);
          });
        });
      }),
    );
  });

  test("a MAD of 0 falls back to the standard deviation, a constant is left at 0, both by name", () => {
    const sheet = sheetOf(1, 5, 3, [1, 7, NaN, 1, 7, NaN, 1, 7, NaN, 1, 7, NaN, 6, 7, NaN]);
    const { fitted, notes } = fitScaling("robust-z-score", inOnePart(sheet), [1, 1, 1, 1, 1], 3);
    expect(notes).toEqual([
      "F0 has a median absolute deviation of 0, scaled by its standard deviation",
      "F1 is constant on the training dates, left at 0",
      "F2 has no value on the training dates, left at 0",
    ]);
    expect(fitted.scale[0]).toBeCloseTo(Math.sqrt(5), 12);
    expect(processed(sheet, fitted)[12]).toBeCloseTo(Math.sqrt(5), 6);
    expect(processed(sheet, fitted)[13]).toBe(0);
  });

  test("a fit without training dates, or with marks for another calendar, is refused", () => {
    const sheet = sheetOf(1, 2, 1, [1, 2]);
    expect(() => fitScaling("z-score", inOnePart(sheet), [0, 0], 3)).toThrow(/no date is marked as training/);
    expect(() => fitScaling("z-score", inOnePart(sheet), [1], 3)).toThrow(/1 training marks for 2 dates/);
  });
});
