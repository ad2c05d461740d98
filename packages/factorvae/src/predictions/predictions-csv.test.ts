import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Predictions, Split } from "./predictions.js";
import { sampleMarket } from "./predictions.samples.js";
import { predictionsCsv, predictionsCsvPieces } from "./predictions-csv.js";
import { parsePredictions } from "./predictions-parse.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const missing = fc.option(finite, { nil: Number.NaN });
const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
const symbolText = fc.string({ minLength: 1, maxLength: 6, unit: "grapheme" }).filter((text) => text.trim() !== "");
const row = fc.record({
  day: fc.integer({ min: 0, max: 400 }),
  symbol: fc.oneof(symbolText, fc.constantFrom('A "quoted", one', "NAN", "TRUE", "000001", "two\nlines", "BRK.B")),
  score: finite,
  risk: fc.option(positive, { nil: Number.NaN }),
  label: missing,
  target: missing,
  split: fc.constantFrom<Split>("train", "valid", "test", "new"),
});
const tables = fc
  .uniqueArray(row, { minLength: 1, maxLength: 30, selector: ({ day, symbol }) => `${day}|${symbol}` })
  .map((rows) => rows.sort((a, b) => a.day - b.day || (a.symbol < b.symbol ? -1 : 1)));

function predictionsFrom(rows: readonly (typeof row extends fc.Arbitrary<infer Row> ? Row : never)[]): Predictions {
  const risk = Float64Array.from(rows, (entry) => entry.risk);
  const target = Float64Array.from(rows, (entry) => entry.target);
  return {
    date: rows.map(({ day }) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10)),
    symbol: rows.map(({ symbol }) => symbol),
    score: Float64Array.from(rows, (entry) => entry.score),
    ...(risk.some((value) => !Number.isNaN(value)) && { risk }),
    label: Float64Array.from(rows, (entry) => entry.label),
    split: rows.map(({ split }) => split),
    ...(target.some((value) => !Number.isNaN(value)) && { target }),
  };
}

describe("predictionsCsv", () => {
  it("reads back to the same bits, whatever the symbols, the missing values and the numbers are", () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const predictions = predictionsFrom(rows);
        const parsed = parsePredictions(predictionsCsv(predictions));
        expect(parsed.predictions).toEqual(predictions);
        expect(parsed).toMatchObject({ hasLabels: true, hasSplits: true, rowsWithoutScore: 0, ignoredColumns: [] });
      }),
    );
  });

  it("writes the promised columns, shortest numbers, and nothing for what is missing", () => {
    const predictions: Predictions = {
      date: ["2020-01-01", "2020-01-01", "2020-01-02"],
      symbol: ["BRK.B", 'a,"b"', "000001"],
      score: Float64Array.of(0.1, -0, 1e-7),
      label: Float64Array.of(Number.NaN, 0.25, -1 / 3),
      split: ["valid", "test", "new"],
    };
    expect(predictionsCsv(predictions)).toBe(
      "date,symbol,score,risk,label,split\n" +
        "2020-01-01,BRK.B,0.1,,,valid\n" +
        '2020-01-01,"a,""b""",-0,,0.25,test\n' +
        "2020-01-02,000001,1e-7,,-0.3333333333333333,new\n",
    );
    const risk = Float64Array.of(0.02, Number.NaN, 0.03);
    const target = Float64Array.of(1, 2, Number.NaN);
    expect(
      predictionsCsv({ ...predictions, risk, target })
        .split("\n")
        .slice(0, 3),
    ).toEqual([
      "date,symbol,score,risk,label,split,target",
      "2020-01-01,BRK.B,0.1,0.02,,valid,1",
      '2020-01-01,"a,""b""",-0,,0.25,test,2',
    ]);
  });

  it("comes in pieces that make up the whole", () => {
    const { predictions } = sampleMarket({ stocks: 50, days: 202, seed: 2 });
    const pieces = [...predictionsCsvPieces(predictions)];
    expect(pieces.length).toBe(4);
    expect(parsePredictions(pieces.join("")).predictions).toEqual(predictions);
  });
});
