import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Split } from "./predictions.js";
import { sampleMarket } from "./predictions.samples.js";
import { predictionDays, predictionsOf, takeRows } from "./predictions-days.js";

const { predictions } = sampleMarket({ stocks: 5, days: 14, seed: 6 });

describe("predictionDays", () => {
  it("cuts any subset of the rows where the date changes", () => {
    const rows = [...predictions.date.keys()];
    fc.assert(
      fc.property(fc.subarray(rows, { minLength: 1 }), (subset) => {
        const part = takeRows(predictions, subset);
        const { dates, offsets } = predictionDays(part);
        expect(dates).toEqual([...new Set(part.date)]);
        dates.forEach((date, day) => {
          expect(new Set(part.date.slice(offsets[day], offsets[day + 1]))).toEqual(new Set([date]));
        });
        expect([offsets[0], offsets[dates.length]]).toEqual([0, subset.length]);
      }),
    );
  });

  it("refuses rows out of order, and a pair that occurs twice", () => {
    expect(() => predictionDays(takeRows(predictions, [1, 0]))).toThrow(
      "2018-01-01 S0000 follows 2018-01-01 S0001; rows are ordered by date and then by symbol, each pair once",
    );
    expect(() => predictionDays(takeRows(predictions, [5, 1]))).toThrow("2018-01-01 S0001 follows 2018-01-02 S0000");
    expect(() => predictionDays(takeRows(predictions, [2, 2]))).toThrow("2018-01-01 S0002 occurs twice");
  });
});

describe("predictionsOf", () => {
  it("divides the rows among the splits, in order, with every column", () => {
    const splits: Split[] = ["train", "valid", "test"];
    const parts = splits.map((split) => predictionsOf(predictions, split));
    for (const [part, split] of parts.map((part, index) => [part, splits[index]] as const)) {
      expect(new Set(part.split)).toEqual(new Set([split]));
    }
    expect(parts.flatMap((part) => [...(part.risk ?? [])])).toEqual([...(predictions.risk ?? [])]);
    expect(parts.flatMap((part) => part.date)).toEqual(predictions.date);
    expect(predictionsOf(predictions, "all")).toBe(predictions);
  });
});
