import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleMarket, sampleNormals, samplePredictions } from "../predictions/predictions.samples.js";
import { calibration, constantRiskNll, rootMeanSquaredError } from "./calibration.js";

const rows = fc.array(
  fc.tuple(
    fc.double({ min: -0.05, max: 0.05, noNaN: true }),
    fc.double({ min: 0.001, max: 0.05, noNaN: true }),
    fc.option(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { nil: Number.NaN, freq: 5 }),
  ),
  { minLength: 1, maxLength: 50 },
);
type Row = [number, number, number];

function oneDay(table: readonly Row[]) {
  return samplePredictions(
    [table.map(([score]) => score)],
    [table.map(([, , y]) => y)],
    [table.map(([, risk]) => risk)],
  );
}

describe("calibration", () => {
  it("agrees with formulas applied stock-day by stock-day", () => {
    fc.assert(
      fc.property(rows, (table) => {
        const figures = calibration(oneDay(table));
        const known = table.filter(([, , y]) => !Number.isNaN(y));
        const z = known.map(([score, risk, y]) => (y - score) / risk);
        const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        if (figures === undefined) {
          expect(known).toEqual([]);
          return;
        }
        expect(figures.stockDays).toBe(known.length);
        expect(figures.meanSquaredZ).toBeCloseTo(mean(z.map((value) => value * value)), 8);
        const density = (value: number, risk: number) =>
          Math.exp((-value * value) / 2) / (risk * Math.sqrt(2 * Math.PI));
        const likelihood = known.map(([, risk], row) => density(z[row], risk));
        if (likelihood.every((value) => value > 1e-200)) {
          expect(figures.nll).toBeCloseTo(mean(likelihood.map((value) => -Math.log(value))), 8);
        }
        const within = (half: number) => mean(z.map((value) => (Math.abs(value) <= half ? 1 : 0)));
        const halfWidths = [0.12566, 0.25335, 0.38532, 0.5244, 0.67449, 0.84162, 1.03643, 1.28155, 1.64485, 1.95996];
        fc.pre(z.every((value) => halfWidths.every((half) => Math.abs(Math.abs(value) - half) > 1e-4)));
        figures.coverage.forEach(({ realised }, index) => {
          expect(realised).toBeCloseTo(within(halfWidths[index]), 12);
        });
      }),
    );
  });

  it("mirrors the PIT histogram when errors change sign, and its shares sum to 1", () => {
    fc.assert(
      fc.property(rows, (table) => {
        const exact = table.map(([, risk, y]): Row => [0, risk, y]);
        const mirrored = table.map(([, risk, y]): Row => [0, risk, y === 0 ? y : -y]);
        const figures = calibration(oneDay(exact));
        fc.pre(figures !== undefined && table.every(([, , y]) => y !== 0));
        expect(calibration(oneDay(mirrored))?.pit).toEqual(figures?.pit.toReversed());
        expect(figures?.pit.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("finds exact forecasts calibrated, and too small risks too small", () => {
    const normal = sampleNormals(5);
    const noise = Array.from({ length: 9_900 }, () => 0.02 * normal());
    const zero = noise.map(() => 0);
    const exact = calibration(samplePredictions([zero], [noise], [noise.map(() => 0.02)]));
    const tight = calibration(samplePredictions([zero], [noise], [noise.map(() => 0.01)]));
    // Four standard errors of a share of 9,900 draws are at most 0.0202.
    for (const { nominal, realised } of exact?.coverage ?? [])
      expect(Math.abs(realised - nominal)).toBeLessThan(0.0202);
    for (const share of exact?.pit ?? []) expect(Math.abs(share - 0.05)).toBeLessThan(0.0088);
    expect(exact?.meanSquaredZ).toBeCloseTo(1, 1);
    expect(exact?.portfolioSquaredZIndependent).toBeLessThan(16);
    expect(tight?.meanSquaredZ).toBeCloseTo(4 * (exact?.meanSquaredZ ?? Number.NaN), 9);
    expect(tight?.coverage.at(-1)?.realised).toBeLessThan(0.72);
  });

  it("puts a z at a quantile's edge into the interval it bounds", () => {
    const edges = [0.6744897501960817, -0.6744897501960817, 1.959963984540054];
    const figures = calibration(samplePredictions([edges.map(() => 0)], [edges], [edges.map(() => 1)]));
    expect(figures?.coverage[4].realised).toBeCloseTo(2 / 3, 12);
    expect(figures?.coverage[9].realised).toBe(1);
  });

  it("tells by the portfolio's z whether the errors share a factor", () => {
    const { predictions } = sampleMarket({ stocks: 60, days: 120, seed: 3 });
    const dates = [...new Set(predictions.date)];
    const risks = { dates, values: new Float64Array(dates.length).fill(0.0073) };
    const figures = calibration(predictions, risks);
    expect(figures?.portfolioSquaredZIndependent).toBeGreaterThan(5);
    expect(figures?.portfolioSquaredZ).toBeGreaterThan(0.6);
    expect(figures?.portfolioSquaredZ).toBeLessThan(1.6);
    expect(() => calibration(predictions, { dates: [], values: new Float64Array(0) })).toThrow(
      "portfolioRisk on 2018-01-01 is undefined",
    );
  });

  it("is absent without risks or without labels", () => {
    expect(calibration(samplePredictions([[1, 2]], [[1, 2]]))).toBeUndefined();
    expect(calibration(samplePredictions([[1, 2]], [[Number.NaN, Number.NaN]], [[1, 1]]))).toBeUndefined();
  });
});

describe("constantRiskNll", () => {
  it("is least at the root mean squared error", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.2, max: 5, noNaN: true }), (table, factor) => {
        const predictions = oneDay(table);
        const best = rootMeanSquaredError(predictions);
        fc.pre(best !== undefined && best > 1e-6);
        const least = constantRiskNll(predictions, best ?? 1) ?? Number.NaN;
        expect(constantRiskNll(predictions, (best ?? 1) * factor)).toBeGreaterThanOrEqual(least - 1e-12);
      }),
    );
  });

  it("equals the model's NLL when every risk is the same", () => {
    const predictions = samplePredictions([[0, 0.01, 0.02]], [[0.01, -0.02, 0.03]], [[0.02, 0.02, 0.02]]);
    expect(constantRiskNll(predictions, 0.02)).toBeCloseTo(calibration(predictions)?.nll ?? Number.NaN, 12);
  });

  it("refuses a sigma that is not positive", () => {
    expect(() => constantRiskNll(samplePredictions([[1]], [[1]]), 0)).toThrow("sigma is 0");
  });
});
