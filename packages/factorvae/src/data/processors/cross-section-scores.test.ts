import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rankCrossSections, scoreCrossSections } from "./cross-section-scores.js";
import { agree, anySheet, copyOf, deviation, forEachColumn, mean } from "./processors.samples.js";

describe("the cross-sectional z-score", () => {
  test("is that of the date's members, whoever else is there", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        scoreCrossSections(copy, 2);
        forEachColumn(sheet, copy, (column, processed, isMember) => {
          const members = column.filter((one, n) => isMember[n] && !Number.isNaN(one));
          const spread = members.every((one) => one === members[0]) ? 0 : deviation(members);
          column.forEach((one, n) => {
            const score =
              members.length === 0 || Number.isNaN(one) ? NaN : spread === 0 ? 0 : (one - mean(members)) / spread;
            // Of numbers about 1e9, differences of 1e-7 of them are rounding.
            expect(agree(processed[n], Math.max(-2, Math.min(2, score)), 2)).toBe(true);
          });
        });
      }),
    );
  });
});

describe("the cross-sectional rank", () => {
  test("counts the members below and half of those alike", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        rankCrossSections(copy);
        forEachColumn(sheet, copy, (column, processed, isMember) => {
          const members = column.filter((one, n) => isMember[n] && !Number.isNaN(one));
          const unit = Math.sqrt((members.length ** 2 - 1) / 12);
          column.forEach((one, n) => {
            const below = members.filter((other) => other < one).length;
            const above = members.filter((other) => other > one).length;
            const rank = members.length > 1 ? (below - above) / 2 / unit : 0;
            expect(agree(processed[n], members.length === 0 || Number.isNaN(one) ? NaN : rank)).toBe(true);
          });
        });
      }),
    );
  });

  test("has mean 0 over the members, and variance 1 without ties", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        rankCrossSections(copy);
        forEachColumn(sheet, copy, (column, processed, isMember) => {
          const members = column.filter((one, n) => isMember[n] && !Number.isNaN(one));
          const ranks = processed.filter((one, n) => isMember[n] && !Number.isNaN(one));
          if (ranks.length === 0) return;
          expect(mean(ranks)).toBeCloseTo(0, 5);
          if (members.length > 1 && new Set(members).size === members.length)
            expect(mean(ranks.map((one) => one * one))).toBeCloseTo(1, 5);
        });
      }),
    );
  });
});
