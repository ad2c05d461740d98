import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { samplePredictions } from "../predictions/predictions.samples.js";
import { informationCoefficients, rankAutocorrelation } from "./information-coefficient.js";

const stocks = 12;
const day = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.double({ min: -0.1, max: 0.1, noNaN: true })), {
  minLength: stocks,
  maxLength: stocks,
});
const market = fc.array(day, { minLength: 1, maxLength: 6 }).map((rows) => ({
  scores: rows.map((row) => row.map(([score]) => score)),
  labels: rows.map((row) => row.map(([, y]) => y)),
}));

describe("informationCoefficients", () => {
  it("does not change when stocks change places", () => {
    fc.assert(
      fc.property(market, fc.shuffledSubarray([...Array(stocks).keys()], { minLength: stocks }), (rows, order) => {
        const permuted = (table: number[][]) => table.map((row) => order.map((stock) => row[stock]));
        const before = informationCoefficients(samplePredictions(rows.scores, rows.labels));
        const after = informationCoefficients(samplePredictions(permuted(rows.scores), permuted(rows.labels)));
        expect(after.dates).toEqual(before.dates);
        before.rankIc.forEach((value, index) => {
          expect(after.rankIc[index]).toBeCloseTo(value, 12);
          expect(after.ic[index]).toBeCloseTo(before.ic[index], 12);
        });
      }),
    );
  });

  it("changes sign with the scores, and ignores their scale", () => {
    fc.assert(
      fc.property(market, fc.double({ min: 0.01, max: 100, noNaN: true }), (rows, scale) => {
        const before = informationCoefficients(samplePredictions(rows.scores, rows.labels));
        const flipped = rows.scores.map((row) => row.map((score) => -score * scale));
        const after = informationCoefficients(samplePredictions(flipped, rows.labels));
        before.rankIc.forEach((value, index) => {
          expect(after.rankIc[index]).toBeCloseTo(-value, 12);
          expect(after.ic[index]).toBeCloseTo(-before.ic[index], 10);
        });
      }),
    );
  });

  it("is 1 for scores equal to the labels", () => {
    const labels = [Array.from({ length: 11 }, (_, stock) => stock ** 2 / 100)];
    const { ic, rankIc, stocks: counts } = informationCoefficients(samplePredictions(labels, labels));
    expect([ic[0], rankIc[0], counts[0]]).toEqual([1, 1, 11]);
  });

  it("leaves unlabelled stocks out, and skips and counts the days that cannot be correlated", () => {
    const rising = Array.from({ length: 12 }, (_, stock) => stock);
    const missing = rising.map(() => Number.NaN);
    const nearlyMissing = rising.map((value) => (value < 9 ? value : Number.NaN));
    const partly = rising.map((value) => (value < 10 ? value : Number.NaN));
    const flat = rising.map(() => 0.1);
    const coefficients = informationCoefficients(
      samplePredictions([rising, rising, flat, rising, rising], [missing, nearlyMissing, rising, flat, partly]),
    );
    expect(coefficients.skipped).toEqual({ unlabelled: 1, tooFewStocks: 1, constant: 2 });
    expect(coefficients.dates).toEqual(["2018-01-05"]);
    expect(coefficients.stocks[0]).toBe(10);
  });

  it("refuses rows out of order, impossible values and a minimum below 2", () => {
    const good = samplePredictions([[1, 2, 3]], [[1, 2, 3]], [[1, 1, 1]]);
    expect(() => informationCoefficients({ ...good, symbol: ["A", "A", "B"] })).toThrow("2018-01-01 A occurs twice");
    expect(() => informationCoefficients({ ...good, symbol: ["B", "A", "C"] })).toThrow("follows 2018-01-01 B");
    expect(() => informationCoefficients({ ...good, score: Float64Array.of(1, Number.NaN, 2) })).toThrow(
      "the score of S0001 on 2018-01-01 is NaN",
    );
    expect(() => informationCoefficients({ ...good, risk: Float64Array.of(1, 1, 0) })).toThrow("the risk of S0002");
    expect(() => informationCoefficients({ ...good, label: Float64Array.of(1, Infinity, 0) })).toThrow(
      "the label of S0001",
    );
    expect(() => informationCoefficients({ ...good, label: Float64Array.of(1, 2) })).toThrow("column label has 2 rows");
    expect(() => informationCoefficients(good, 1)).toThrow("minimumStocks is 1");
  });
});

describe("rankAutocorrelation", () => {
  it("is 1 for a ranking that stays, -1 for one that turns over, and absent for a single day", () => {
    const rising = Array.from({ length: 10 }, (_, stock) => stock);
    const falling = rising.map((value) => -value);
    const labels = [rising, rising, rising];
    expect(rankAutocorrelation(samplePredictions([rising, rising, rising], labels))).toBeCloseTo(1, 12);
    expect(rankAutocorrelation(samplePredictions([rising, falling, rising], labels))).toBeCloseTo(-1, 12);
    expect(rankAutocorrelation(samplePredictions([rising], [rising]))).toBeUndefined();
  });

  it("compares only the symbols that both dates have", () => {
    const symbols = Array.from({ length: 12 }, (_, stock) => `S${String(stock).padStart(2, "0")}`);
    const first = symbols.slice(0, 11);
    const second = symbols.slice(1);
    const rows = [...first.map((name) => ["2018-01-01", name]), ...second.map((name) => ["2018-01-02", name])];
    const predictions = {
      date: rows.map(([date]) => date),
      symbol: rows.map(([, symbol]) => symbol),
      // Beside the ten common symbols, each date has one with a score that would spoil the order.
      score: Float64Array.from([99, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -99]),
      label: new Float64Array(22),
      split: rows.map(() => "test" as const),
    };
    expect(rankAutocorrelation(predictions)).toBeCloseTo(1, 12);
  });
});
