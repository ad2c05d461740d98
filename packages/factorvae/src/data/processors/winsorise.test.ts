import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agree, anySheet, copyOf, quantile, sheetOf } from "./processors.samples.js";
import { inOnePart } from "./sheet-parts.js";
import { applyBounds, fitBounds, type WinsoriseSettings } from "./winsorise.js";

describe("winsorising", () => {
  test("cuts at the training members' quantiles, or so many median deviations from their median, and nothing else", () => {
    const anySettings = fc.constantFrom<WinsoriseSettings>(
      { kind: "winsorise-quantiles", lower: 0.1, upper: 0.8 },
      { kind: "winsorise-quantiles", lower: 0, upper: 1 },
      { kind: "winsorise-deviations", deviations: 1.5 },
    );
    fc.assert(
      fc.property(anySheet, anySettings, (sheet, settings) => {
        const isTraining = sheet.dates.map((_, t) => t < 4);
        const copy = copyOf(sheet);
        applyBounds(fitBounds(settings, inOnePart(sheet), isTraining).fitted, copy);
        const width = sheet.names.length;
        sheet.names.forEach((_, c) => {
          const column = [...sheet.values].filter((_, i) => i % width === c);
          const seen = column.filter(
            (one, cell) => isTraining[cell % sheet.dates.length] && sheet.members[cell] === 1 && !Number.isNaN(one),
          );
          let [lower, upper] = [-Infinity, Infinity];
          if (seen.length > 0 && settings.kind === "winsorise-quantiles")
            [lower, upper] = [quantile(seen, settings.lower), quantile(seen, settings.upper)];
          else if (seen.length > 0 && settings.kind === "winsorise-deviations") {
            const middle = quantile(seen, 0.5);
            const mad = quantile(
              seen.map((one) => Math.abs(one - middle)),
              0.5,
            );
            fc.pre(mad > 0 || seen.every((one) => one === seen[0]));
            if (mad > 0)
              [lower, upper] = [
                middle - settings.deviations * 1.4826 * mad,
                middle + settings.deviations * 1.4826 * mad,
              ];
          }
          column.forEach((one, cell) => {
            expect(agree(copy.values[cell * width + c], Math.max(lower, Math.min(upper, one)))).toBe(true);
          });
        });
      }),
    );
  });

  test("says which feature it leaves as it is", () => {
    const sheet = sheetOf(1, 3, 2, [7, NaN, 7, NaN, 9, 5]);
    const { fitted, notes } = fitBounds({ kind: "winsorise-deviations", deviations: 3 }, inOnePart(sheet), [1, 1, 0]);
    expect(fitted.bounds).toEqual([null, null]);
    expect(notes).toEqual([
      "F0 is constant on the training dates, not winsorised",
      "F1 has no value on the training dates, not winsorised",
    ]);
  });
});
