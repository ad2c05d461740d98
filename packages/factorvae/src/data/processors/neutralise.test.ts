import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neutraliseColumns, neutraliseGroups } from "./neutralise.js";
import { agree, anySheet, copyOf, forEachColumn, mean, sheetOf } from "./processors.samples.js";

describe("neutralising by group", () => {
  test("takes off the mean of the group's members on the date", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        neutraliseGroups(copy);
        forEachColumn(sheet, copy, (column, processed, isMember, date) => {
          const groupOf = (n: number) => sheet.groups?.of[n * sheet.dates.length + date] ?? -1;
          const size = Math.max(1, ...column.filter((one) => !Number.isNaN(one)).map(Math.abs));
          column.forEach((one, n) => {
            const group = column.filter((other, m) => isMember[m] && groupOf(m) === groupOf(n) && !Number.isNaN(other));
            const isKnown = groupOf(n) >= 0 && group.length > 0 && !Number.isNaN(one);
            expect(agree(processed[n], isKnown ? one - mean(group) : Number.NaN, size)).toBe(true);
          });
        });
      }),
    );
  });

  test("needs groups, and says how to name them", () => {
    expect(() => neutraliseGroups(sheetOf(1, 1, 1, [1]))).toThrow(/data\.columns\.group=sector/);
  });
});

/** Solves a small system by Gaussian elimination with pivoting; undefined where it has no single solution. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    if (Math.abs(rows[k][k]) < 1e-6) return undefined;
    for (let i = 0; i < size; i++)
      if (i !== k) {
        const share = rows[i][k] / rows[k][k];
        for (let j = k; j <= size; j++) rows[i][j] -= share * rows[k][j];
      }
  }
  return rows.map((row, i) => row[size] / row[i]);
}

describe("neutralising by regression", () => {
  test("leaves the residual of the members' normal equations, in exact figures too", () => {
    let compared = 0;
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const copy = copyOf(sheet);
        neutraliseColumns(copy, ["size", "age"]);
        forEachColumn(sheet, copy, (column, processed, isMember, date) => {
          const regressors = column.map((_, n) => [
            1,
            sheet.fields.size[n * sheet.dates.length + date],
            sheet.fields.age[n * sheet.dates.length + date],
          ]);
          const isKnown = (n: number) => !regressors[n].some(Number.isNaN) && !Number.isNaN(column[n]);
          const counted = column.flatMap((_, n) => (isMember[n] && isKnown(n) ? [n] : []));
          const product = (a: (n: number) => number, b: (n: number) => number) =>
            counted.reduce((sum, n) => sum + a(n) * b(n), 0);
          const normal = [0, 1, 2].map((i) =>
            [0, 1, 2].map((j) =>
              product(
                (n) => regressors[n][i],
                (n) => regressors[n][j],
              ),
            ),
          );
          const right = [0, 1, 2].map((i) =>
            product(
              (n) => regressors[n][i],
              (n) => column[n],
            ),
          );
          const coefficients = solved(normal, right);
          if (coefficients === undefined) return;
          if (counted.length <= 3) return expect(processed.every(Number.isNaN)).toBe(true);
          compared++;
          const size = Math.max(1, ...counted.map((n) => Math.abs(column[n])));
          column.forEach((one, n) => {
            const fitted = regressors[n].reduce((sum, x, i) => sum + x * coefficients[i], 0);
            expect(
              agree(
                processed[n],
                isKnown(n) ? one - fitted : Number.NaN,
                Math.max(size, Math.abs(fitted), Math.abs(one)),
              ),
            ).toBe(true);
          });
        });
      }),
    );
    expect(compared).toBeGreaterThan(20);
  });

  test("residuals of members have mean 0 and no correlation with the columns, repeated columns change nothing", () => {
    fc.assert(
      fc.property(anySheet, (sheet) => {
        const once = copyOf(sheet);
        neutraliseColumns(once, ["size"]);
        const again = copyOf({
          ...sheet,
          fields: { ...sheet.fields, double: sheet.fields.size.map((one) => 2 * one + 3) },
        });
        neutraliseColumns(again, ["size", "double"]);
        forEachColumn(sheet, again, (column, processed, isMember, date) => {
          const size = (n: number) => sheet.fields.size[n * sheet.dates.length + date];
          const members = processed.flatMap((one, n) => (isMember[n] && !Number.isNaN(one) ? [n] : []));
          const scale = Math.max(1, ...members.map((n) => Math.abs(column[n])));
          expect(Math.abs(members.reduce((sum, n) => sum + processed[n], 0))).toBeLessThanOrEqual(1e-5 * scale);
          expect(Math.abs(members.reduce((sum, n) => sum + size(n) * processed[n], 0))).toBeLessThanOrEqual(
            1e-4 * scale,
          );
        });
        expect([...again.values].every((one, i) => agree(one, once.values[i], 1e9))).toBe(true);
      }),
    );
  });

  test("a feature that the columns explain is 0, not rounding", () => {
    const size = Float64Array.of(0.1, 0.2, 0.37, 0.45, 0.6);
    const sheet = {
      ...sheetOf(
        5,
        1,
        1,
        [...size].map((one) => 3 * one + 1),
      ),
      fields: { size },
    };
    neutraliseColumns(sheet, ["size"]);
    expect([...sheet.values]).toEqual([0, 0, 0, 0, 0]);
  });

  test("a column that the prices lack is refused with those there are", () => {
    const sheet = { ...sheetOf(1, 1, 1, [1]), fields: { close: Float64Array.of(1) } };
    expect(() => neutraliseColumns(sheet, ["size"])).toThrow(/column "size".*they have close/);
  });
});
