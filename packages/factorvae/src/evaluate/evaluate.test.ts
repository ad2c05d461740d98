import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sampleMarket, samplePredictions } from "../predictions/predictions.samples.js";
import { calibration, rootMeanSquaredError } from "./calibration.js";
import { evaluate } from "./evaluate.js";
import { informationCoefficients } from "./information-coefficient.js";
import { neweyWest } from "./significance.js";

interface Fixture {
  readonly constantRisk: number;
  readonly columns: {
    readonly date: string[];
    readonly symbol: string[];
    readonly score: number[];
    readonly risk: number[];
    readonly label: (number | null)[];
  };
  readonly expected: {
    readonly dates: string[];
    readonly daily: { readonly ic: number[]; readonly rankIc: number[] };
    readonly neweyWest: Readonly<Record<"1" | "10", { lag: number; standardError: number; t: number }>>;
    readonly coverage: Readonly<Record<"50" | "80" | "90" | "95", number>>;
    readonly pit: number[];
    readonly groupReturns: number[];
  } & Readonly<Record<SameName, number>>;
}
const sameNames = [
  "icir",
  "rankIcir",
  "meanSquaredZ",
  "nll",
  "nllConstant",
  "rootMeanSquaredError",
  "portfolioSquaredZIndependent",
  "rankAutocorrelation",
] as const;
type SameName = (typeof sameNames)[number];

const fixture: Fixture = JSON.parse(readFileSync(new URL("./fixtures/metrics.json", import.meta.url), "utf8"));
const predictions = {
  date: fixture.columns.date,
  symbol: fixture.columns.symbol,
  score: Float64Array.from(fixture.columns.score),
  risk: Float64Array.from(fixture.columns.risk),
  label: Float64Array.from(fixture.columns.label, (label) => label ?? Number.NaN),
  split: fixture.columns.date.map(() => "test" as const),
};

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(actual[index]).toBeCloseTo(value, 12);
  });
}

describe("evaluate, against numpy and pandas", () => {
  const { expected, constantRisk } = fixture;
  const summary = evaluate(predictions, { constantRisk });

  it("gives each day's IC and Rank IC with ties, and skips the same days", () => {
    const { dates, ic, rankIc, skipped } = informationCoefficients(predictions);
    expect(dates).toEqual(expected.dates);
    expectClose(ic, expected.daily.ic);
    expectClose(rankIc, expected.daily.rankIc);
    expect(skipped).toEqual({ unlabelled: 2, tooFewStocks: 1, constant: 1 });
    expect([summary.days, summary.skippedDays]).toEqual([expected.dates.length, 4]);
  });

  it("gives Newey-West errors for short and long horizons", () => {
    const { rankIc } = informationCoefficients(predictions);
    for (const horizon of ["1", "10"] as const) {
      expect(neweyWest(rankIc, Number(horizon))).toMatchObject({
        lag: expected.neweyWest[horizon].lag,
        standardError: expect.closeTo(expected.neweyWest[horizon].standardError, 12),
        t: expect.closeTo(expected.neweyWest[horizon].t, 9),
      });
    }
    expect(summary.rankIcT).toBeCloseTo(expected.neweyWest["1"].t, 9);
    expect(evaluate(predictions, { horizon: 10 }).rankIcT).toBeCloseTo(expected.neweyWest["10"].t, 9);
  });

  it("gives coverage, PIT and group returns", () => {
    const { coverage50, coverage80, coverage90, coverage95 } = summary;
    expect({ 50: coverage50, 80: coverage80, 90: coverage90, 95: coverage95 }).toEqual(expected.coverage);
    expectClose(calibration(predictions)?.pit ?? [], expected.pit);
    expectClose(summary.groupReturns ?? [], expected.groupReturns);
  });

  it.each(sameNames)("gives %s", (name) => {
    expect(summary[name]).toBeCloseTo(expected[name], 10);
  });
});

describe("evaluate", () => {
  const market = sampleMarket({ stocks: 40, days: 300, seed: 11 });

  it("takes the test split by default, and any other when asked", () => {
    const constantRisk = rootMeanSquaredError(market.predictions) ?? Number.NaN;
    const test = evaluate(market.predictions, { constantRisk });
    expect(test).toEqual(evaluate(market.predictions, { constantRisk, split: "test" }));
    const parts = (["train", "valid", "test"] as const).map((split) => evaluate(market.predictions, { split }));
    const all = evaluate(market.predictions, { split: "all" });
    expect(parts.reduce((sum, part) => sum + part.days, 0)).toBe(all.days);
    const pooled = parts.reduce((sum, part) => sum + (part.nll ?? Number.NaN) * part.stockDays, 0) / all.stockDays;
    expect(all.nll).toBeCloseTo(pooled, 10);
    expect(test.nll).toBeLessThan(test.nllConstant ?? Number.NaN);
  });

  it("writes finite numbers only, and leaves out what cannot exist", () => {
    const flat = [0.5, 0.5, 0.5];
    const nothing = evaluate(samplePredictions([flat, flat], [flat, [Number.NaN, Number.NaN, Number.NaN]]));
    expect(JSON.parse(JSON.stringify(nothing))).toEqual({
      days: 0,
      skippedDays: 2,
      skippedUnlabelled: 1,
      skippedTooFewStocks: 1,
      skippedConstant: 0,
      stocks: 3,
      stockDays: 3,
    });
    const oneDay = evaluate(samplePredictions([[1, 2, 3]], [[1, 3, 2]]), { minimumStocks: 2 });
    expect(oneDay).toMatchObject({ days: 1, rankIc: 0.5, lag: 0 });
    expect(JSON.stringify(oneDay)).not.toMatch(/null|rankIcT|rankIcir|coverage|nll/);
    expect(JSON.stringify(evaluate(market.predictions))).not.toContain("null");
  });

  it("names the splits there are when the one asked for has no row", () => {
    expect(() => evaluate(market.predictions, { split: "new" })).toThrow(
      /no row belongs to the split "new"; splits found: train \(\d+ rows\), valid/,
    );
  });
});
