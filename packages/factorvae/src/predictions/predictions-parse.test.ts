import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { knownNames } from "../data/columns.js";
import { DataError } from "../data/data-error.js";
import { sampleMarket } from "./predictions.samples.js";
import { predictionsCsv } from "./predictions-csv.js";
import { parsePredictions, predictionsReader } from "./predictions-parse.js";

function parse(text: string) {
  return parsePredictions(text, { file: "scores.csv" });
}

function refusal(text: string): DataError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parsePredictions", () => {
  it("does not depend on the order of the rows", () => {
    const { predictions } = sampleMarket({ stocks: 4, days: 7, seed: 1 });
    const [header, ...rows] = predictionsCsv(predictions).trimEnd().split("\n");
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(parse([header, ...shuffled].join("\n")).predictions).toEqual(predictions);
      }),
    );
  });

  it("does not depend on where the text is cut", () => {
    const text = predictionsCsv(sampleMarket({ stocks: 3, days: 6, seed: 1 }).predictions);
    const whole = parse(text);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 6 }), (cuts) => {
        const reader = predictionsReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
        edges.slice(1).forEach((edge, index) => {
          reader.push(text.slice(edges[index], edge));
        });
        expect(reader.end()).toEqual(whole);
      }),
    );
  });

  it("reads Qlib's columns, with times in the dates and a byte order mark", () => {
    const parsed = parse(
      "\ufeffdatetime,instrument,score\r\n2020-01-03 00:00:00,SH600000,0.2\r\n2020-01-02,SZ000001,-1e-3\r\n",
    );
    expect(parsed.predictions).toEqual({
      date: ["2020-01-02", "2020-01-03"],
      symbol: ["SZ000001", "SH600000"],
      score: Float64Array.of(-0.001, 0.2),
      label: Float64Array.of(Number.NaN, Number.NaN),
      split: ["test", "test"],
    });
    expect(parsed).toMatchObject({ hasLabels: false, hasSplits: false });
  });

  it("reads alphalens' columns, names what it ignores, and counts rows without a score", () => {
    const parsed = parse(
      "date,asset,1D,factor,factor_quantile\n2020-01-02,A,0.1,2.5,3\n2020-01-02,B,0.1,,1\n2020-01-02,C,0,NaN,1\n",
    );
    expect(parsed.predictions.score).toEqual(Float64Array.of(2.5));
    expect(parsed.ignoredColumns).toEqual(["1D", "factor_quantile"]);
    expect(parsed.rowsWithoutScore).toBe(2);
  });

  it("reads risks and labels, missing ones as NaN, and keeps symbols to the character", () => {
    const { predictions } = parse(
      'Date,Symbol,Score,Risk,Label\n20200102,000001,1,0.02,\n20200102,"a,b",2,,0.5\n20200102,NAN,3,0.01,0\n',
    );
    expect(predictions.symbol).toEqual(["000001", "NAN", "a,b"]);
    expect(predictions.risk).toEqual(Float64Array.of(0.02, 0.01, Number.NaN));
    expect(predictions.label).toEqual(Float64Array.of(Number.NaN, 0, 0.5));
  });

  it("recognises dates and symbols by the names that a prices file may have, spelt as freely", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...knownNames.date),
        fc.constantFrom(...knownNames.symbol),
        fc.constantFrom(
          (name: string) => name,
          (name: string) => ` $${name.toUpperCase()}`,
          (name: string) => name.split("").join("-"),
        ),
        (date, symbol, spell) => {
          const { predictions } = parse(`${spell(date)},${spell(symbol)},score\n2020-01-02,A,1\n`);
          expect(predictions).toMatchObject({ date: ["2020-01-02"], symbol: ["A"] });
        },
      ),
    );
  });

  it("takes a mapped column, and the contract's own name before other people's", () => {
    const text = "date,symbol,score,factor,alpha\n2020-01-02,A,1,2,3\n";
    expect(parse(text).predictions.score[0]).toBe(1);
    expect(parsePredictions(text, { columns: { score: "alpha" } }).predictions.score[0]).toBe(3);
    expect(() => parsePredictions(text, { columns: { score: "beta" } })).toThrow(
      'column score is mapped to "beta", but the columns are date, symbol, score, factor, alpha',
    );
  });

  it.each([
    ["an empty file", "", "scores.csv: the file is empty; a header and rows are needed"],
    ["a header alone", "date,symbol,score\n", "scores.csv: no row of the file has a score (0 rows without one)"],
    [
      "a missing column",
      "day,symbol,value\n2020-01-02,A,1\n",
      "scores.csv, line 1: no column is recognised as score; columns found: day, symbol, value; name them date, symbol, score",
    ],
    [
      "an ambiguous column",
      "date,ticker,asset,score\n2020-01-02,A,A,1\n",
      'scores.csv, line 1: "ticker" and "asset" could each be the column symbol; name the one that is meant symbol',
    ],
    [
      "a date that is none",
      "date,symbol,score\n2020-01-02,A,1\n2020-02-30,A,1\n",
      'scores.csv, line 3, column "date", value "2020-02-30": this is no date; write it as 2013-02-08',
    ],
    [
      "text for a number",
      "date,symbol,factor\n2020-01-02,A,high\n",
      'scores.csv, line 2, column "factor", value "high": a number belongs here; leave the field empty if it is missing',
    ],
    [
      "a risk of zero",
      "date,symbol,score,risk\n2020-01-02,A,1,0\n",
      'scores.csv, line 2, column "risk", value "0": a risk is a positive standard deviation; leave it empty if missing',
    ],
    [
      "an unknown split",
      "date,symbol,score,split\n2020-01-02,A,1,tests\n",
      'scores.csv, line 2, column "split", value "tests": a split is one of train, valid, test, new',
    ],
    [
      "a pair that occurs twice",
      "date,symbol,score\n2020-01-02,A,1\n2020-01-02,B,1\n20200102,A,2\n",
      "scores.csv, line 4: 2020-01-02 A already has a score on line 2; keep one of them",
    ],
    [
      "a short row",
      "date,symbol,score\n2020-01-02,A\n",
      "scores.csv, line 2: the row has 2 fields, but the header has 3",
    ],
    [
      "an empty symbol",
      "date,symbol,score\n2020-01-02,,1\n",
      'scores.csv, line 2, column "symbol", value "": the symbol is empty',
    ],
  ])("refuses %s with one sentence that says where", (_, text, message) => {
    expect(refusal(text).message).toBe(message);
  });
});
