import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clippedShares } from "./clipped-shares.js";
import { fitNormaliser } from "./processors/normaliser.js";
import type { ProcessorSettings } from "./processors/processor-settings.js";
import { anyProcessors, anySheet, copyOf, sheetOf } from "./processors/processors.samples.js";
import type { Sheet } from "./processors/sheet.js";
import { inOnePart } from "./processors/sheet-parts.js";

/** Fits to all dates, and counts by the processed sheet. */
function processed(sheet: Sheet, processors: readonly ProcessorSettings[], isCounted = sheet.dates.map(() => true)) {
  const after = copyOf(sheet);
  const normaliser = fitNormaliser(
    inOnePart(after),
    sheet.dates.map(() => true),
    processors,
    3,
  );
  return { normaliser, shares: clippedShares(normaliser, inOnePart(after), isCounted) };
}

/** The share of the counted members whose raw value is so. */
function shareOf({ values, names, dates, members }: Sheet, c: number, isSo: (value: number) => boolean): number {
  const cells = [...members.keys()].filter((cell) => members[cell] === 1 && cell % dates.length > 0);
  return cells.filter((cell) => isSo(values[cell * names.length + c])).length / cells.length;
}

const allButFirst = ({ dates }: Sheet): boolean[] => dates.map((_, t) => t > 0);

describe("clippedShares", () => {
  it("counts the raw values that lie at the cut of a pooled z-score or beyond, of members on the dates alone", () => {
    let counted = 0;
    fc.assert(
      fc.property(
        anySheet,
        fc.constantFrom<"robust-z-score" | "z-score">("robust-z-score", "z-score"),
        fc.constantFrom(0.5, 1, 3),
        (sheet, kind, clip) => {
          const { normaliser, shares } = processed(sheet, [{ kind, clip }, { kind: "fill-zero" }], allButFirst(sheet));
          const [fit] = normaliser.processors;
          if (fit.kind !== kind || shares === undefined) return;
          shares.byFeature.forEach((share, c) => {
            expect(share === null).toBe(fit.scale[c] === 0);
            if (share === null) return;
            const [center, inverse] = [fit.center[c], 1 / fit.scale[c]];
            const beyond = (raw: number) => Math.abs(Math.fround((raw - center) * inverse)) >= clip;
            expect(share).toBe(shareOf(sheet, c, beyond));
            counted += share;
          });
        },
      ),
    );
    expect(counted).toBeGreaterThan(0);
  });

  it("sees what was winsorised through the z-score that follows", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const { normaliser, shares } = processed(
          sheet,
          [
            { kind: "winsorise-quantiles", lower: 0.1, upper: 0.8 },
            { kind: "z-score", clip: 1000 },
            { kind: "fill-zero" },
          ],
          allButFirst(sheet),
        );
        const [fit] = normaliser.processors;
        if (fit.kind !== "winsorise-quantiles" || shares === undefined) return;
        shares.byFeature.forEach((share, c) => {
          const bounds = fit.bounds[c];
          if (share === null || bounds === null) return;
          const [lower, upper] = [Math.fround(bounds.lower), Math.fround(bounds.upper)];
          const least = shareOf(sheet, c, (raw) => raw < lower || raw > upper);
          // Neighbours of a bound may round to the same z-score, and none beyond it is lost.
          expect(share).toBeGreaterThanOrEqual(least);
          const tolerance = 1e-6 * Math.max(1, Math.abs(lower), Math.abs(upper));
          expect(share).toBeLessThanOrEqual(
            shareOf(sheet, c, (raw) => raw <= lower + tolerance || raw >= upper - tolerance),
          );
        });
      }),
    );
  });

  it("is a share wherever there is one, and the mean of its features' shares", () => {
    fc.assert(
      fc.property(anySheet, anyProcessors, (sheet, processors) => {
        const { shares } = processed(sheet, processors);
        if (shares === undefined) return;
        const known = shares.byFeature.filter((share) => share !== null);
        for (const share of known) expect(share >= 0 && share <= 1).toBe(true);
        expect(shares.share).toBeCloseTo(known.reduce((sum, share) => sum + share, 0) / known.length, 12);
        expect(JSON.parse(JSON.stringify(shares))).toEqual(shares);
      }),
    );
  });

  it("tells nothing where ranks or regressions hide what was cut, nothing varies, or nobody is counted", () => {
    const sheet = sheetOf(4, 3, 1, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99]);
    const hidden = processed(sheet, [
      { kind: "robust-z-score" },
      { kind: "cross-section-rank" },
      { kind: "fill-zero" },
    ]);
    expect(hidden.shares).toBeUndefined();
    const constant = sheetOf(2, 2, 1, [5, 5, 5, 5]);
    expect(processed(constant, [{ kind: "robust-z-score" }, { kind: "fill-zero" }]).shares).toBeUndefined();
    const scored: ProcessorSettings[] = [{ kind: "robust-z-score" }, { kind: "fill-zero" }];
    expect(processed(sheet, scored).shares?.byFeature).toEqual([1 / 12]);
    expect(processed(sheet, scored, [false, false, false]).shares).toBeUndefined();
  });
});
