import { type Mat, tensor, type Vec } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dim, type Stocks } from "../dims.js";
import { daysOf, labelledRows } from "./days.js";
import { anyLabelledDays, positionsOf, total } from "./model.samples.js";

const returnsOf = (values: readonly number[]): Vec<Stocks> => tensor(values, [dim<Stocks>(values.length)]);

describe("daysOf", () => {
  it("takes all rows for one day where nothing is said", () => {
    expect(daysOf(5, undefined)).toEqual([5]);
  });

  it("refuses rows per day that do not add up to the rows, or are no whole numbers of at least 1", () => {
    expect(() => daysOf(5, [2, 2])).toThrow(
      "days: rows per day [2,2] must be whole numbers of at least 1 that add up to the 5 rows",
    );
    for (const days of [[5, 0], [6, -1], [2.5, 2.5], [], [Number.NaN, 5]])
      expect(() => daysOf(5, days)).toThrow(RangeError);
  });
});

describe("labelledRows", () => {
  it("counts each day's labelled rows and picks them, in order, from vectors and matrices", () => {
    fc.assert(
      fc.property(anyLabelledDays, fc.boolean(), ({ days, labelled }, asBytes) => {
        const rows = Array.from({ length: total(days) }, (_, row) => row);
        const mask = asBytes ? Uint8Array.from(labelled, Number) : labelled;
        const found = labelledRows(returnsOf(rows.map((row) => (labelled[row] ? row : Number.NaN))), days, mask);
        const matrix: Mat<Stocks, 2> = tensor(
          rows.flatMap((row) => [row, 2 * row]),
          [dim<Stocks>(rows.length), 2],
        );
        const expected = rows.filter((row) => labelled[row]);
        expect(found.days).toEqual(positionsOf(days).map((day) => day.filter((row) => labelled[row]).length));
        expect(found.vector(returnsOf(rows)).toArray()).toEqual(expected);
        expect(found.matrix(matrix).toArray()).toEqual(expected.map((row) => [row, 2 * row]));
      }),
    );
  });

  it("takes every row where there is no mask", () => {
    const returns = returnsOf([1, 2, 3]);
    const found = labelledRows(returns, [2, 1], undefined);
    expect(found.days).toEqual([2, 1]);
    expect(found.vector(returns)).toBe(returns);
  });

  it("refuses a return that is not finite and not masked, naming the row", () => {
    expect(() => labelledRows(returnsOf([1, Number.NaN, 3]), [3], undefined)).toThrow(
      "returns: row 1 is NaN; leave it out by the labelled mask",
    );
    expect(() => labelledRows(returnsOf([1, 2, Number.POSITIVE_INFINITY]), [3], [true, false, true])).toThrow(
      "returns: row 2 is Infinity",
    );
    expect(labelledRows(returnsOf([1, Number.NaN, 3]), [3], [true, false, true]).days).toEqual([2]);
  });

  it("refuses a day without a labelled row, naming the day", () => {
    expect(() => labelledRows(returnsOf([1, 2, 3]), [2, 1], [true, true, false])).toThrow(
      "labelled: day 1 of the batch has no labelled row",
    );
  });

  it("refuses a mask of another length", () => {
    expect(() => labelledRows(returnsOf([1, 2, 3]), [3], [true])).toThrow("labelled: 1 entries for 3 rows");
  });
});
