import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillForward, fillMedian, fillZero } from "./fill.js";
import { agree, anySheet, columnOn, copyOf, forEachColumn, quantile } from "./processors.samples.js";

describe("filling", () => {
  test("with zero changes missing values alone", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        fillZero(copy);
        expect([...copy.values]).toEqual([...sheet.values].map((one) => (Number.isNaN(one) ? 0 : one)));
      }),
    );
  });

  test("with the median takes the members' of the date, and leaves a date on which none has a value", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        fillMedian(copy);
        forEachColumn(sheet, copy, (column, processed, isMember) => {
          const members = column.filter((one, n) => isMember[n] && !Number.isNaN(one));
          const median = members.length === 0 ? Number.NaN : quantile(members, 0.5);
          column.forEach((one, n) => {
            expect(agree(processed[n], Number.isNaN(one) ? median : one)).toBe(true);
          });
        });
      }),
    );
  });

  test("forward takes the newest value within the limit, never a later one", () => {
    fc.assert(
      fc.property(anySheet, fc.integer({ min: 1, max: 4 }), (sheet, limit) => {
        const copy = copyOf(sheet);
        fillForward(copy, limit);
        sheet.names.forEach((_, c) => {
          sheet.dates.forEach((_, t) => {
            const past = Array.from({ length: limit + 1 }, (_, back) => t - back).filter((date) => date >= 0);
            const expected = sheet.symbols.map(
              (_, n) => past.map((date) => columnOn(sheet, date, c)[n]).find((one) => !Number.isNaN(one)) ?? Number.NaN,
            );
            expect(columnOn(copy, t, c)).toEqual(expected);
          });
        });
      }),
    );
  });
});
