import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitDates } from "./split.js";

const calendar = (count: number) =>
  Array.from({ length: count }, (_, t) => new Date(Date.UTC(2015, 0, 1 + 3 * t)).toISOString().slice(0, 10));

describe("splitDates", () => {
  test("splits are runs in order of time, and a usable date's label ends in its own split", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 400 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        (count, train, valid, span) => {
          const shares = { train: train / 15, valid: valid / 15, test: (15 - train - valid) / 15 };
          const { splitOf, usable, edges } = splitDates(calendar(count), shares, span);
          const order = ["train", "valid", "test"];
          const positions = splitOf.map((split) => order.indexOf(split ?? ""));
          expect(positions.every((position, t) => position >= 0 && position >= (positions[t - 1] ?? 0))).toBe(true);
          splitOf.forEach((split, t) => {
            expect(usable[t]).toBe(t + span < count && splitOf[t + span] === split ? 1 : 0);
          });
          order.forEach((split, i) => {
            const share = [shares.train, shares.valid, shares.test][i];
            expect(Math.abs(splitOf.filter((one) => one === split).length - share * count)).toBeLessThanOrEqual(1);
          });
          expect(splitDates(calendar(count), edges, span)).toEqual({ splitOf, usable, edges });
        },
      ),
    );
  });

  test("the default is 60, 20 and 20 per cent", () => {
    const { splitOf } = splitDates(calendar(1259));
    const count = (name: string) => splitOf.filter((split) => split === name).length;
    expect([count("train"), count("valid"), count("test")]).toEqual([755, 252, 252]);
  });

  test("explicit edges leave earlier dates out, call later ones new, and move to the next market day", () => {
    const dates = calendar(40);
    const { splitOf, usable, edges } = splitDates(
      dates,
      { trainFrom: dates[5], validFrom: "2015-02-28", testFrom: dates[30], testTo: dates[35] },
      2,
    );
    expect([dates[19], dates[20]]).toEqual(["2015-02-27", "2015-03-02"]);
    expect(splitOf.slice(4, 6)).toEqual([undefined, "train"]);
    expect(edges.validFrom).toBe(dates[20]);
    expect(splitOf.slice(35, 37)).toEqual(["test", "new"]);
    expect([...usable.subarray(33)]).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(usable[4]).toBe(0);
  });

  test("impossible splits are refused with their figures", () => {
    const dates = calendar(40);
    expect(() => splitDates(dates, { train: 0.6, valid: 0.2, test: 0.3 })).toThrow(/add up to 1, got 0.6, 0.2, 0.3/);
    expect(() => splitDates(dates, { train: 1, valid: 0, test: 0 })).toThrow(/must be positive/);
    expect(() => splitDates(dates, { validFrom: "2015-04-01", testFrom: "2015-03-01" })).toThrow(
      /every split needs dates/,
    );
    expect(() => splitDates(dates, { validFrom: "1.2.2015", testFrom: "2015-03-01" })).toThrow(
      /validFrom must be an ISO date/,
    );
    expect(() => splitDates(calendar(8), undefined, 2)).toThrow(/the valid split has 1 of 8 dates/);
  });
});
