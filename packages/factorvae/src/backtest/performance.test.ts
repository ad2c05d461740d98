import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inferYearLength } from "./calendar.js";
import { compound, drawdowns, performance, returnsOf } from "./performance.js";

const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("performance", () => {
  it("agrees with the formulas applied in one go", () => {
    fc.assert(
      fc.property(returns, fc.constantFrom(242, 252, 365), (series, periods) => {
        const figures = performance(series, periods);
        const growth = series.reduce((product, value) => product * (1 + value), 1);
        const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
        expect(figures.totalReturn).toBeCloseTo(growth - 1, 9);
        const annualGrowth = growth ** (periods / series.length);
        const error = Math.abs(1 + (figures.annualReturn ?? Number.NaN) - annualGrowth);
        expect(error).toBeLessThanOrEqual(1e-9 * Math.max(1, annualGrowth));
        expect(figures.annualReturnSum).toBeCloseTo(mean * periods, 9);
        const variance = series.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (series.length - 1);
        if (series.length > 1) expect(figures.volatility).toBeCloseTo(Math.sqrt(variance * periods), 9);
      }),
    );
  });

  it("finds the deepest fall over all pairs of days", () => {
    fc.assert(
      fc.property(returns, (series) => {
        const values = compound(series);
        let deepest = 0;
        values.forEach((peak, day) => {
          for (const later of values.subarray(day)) deepest = Math.max(deepest, 1 - later / peak);
        });
        expect(performance(series, 252).maxDrawdown).toBeCloseTo(deepest, 12);
      }),
    );
  });

  it("has no Sharpe ratio without volatility, and refuses what is no return", () => {
    expect(performance([0.001, 0.001, 0.001], 252)).toMatchObject({ volatility: 0, sharpe: undefined, maxDrawdown: 0 });
    expect(performance([0.01], 252).volatility).toBeUndefined();
    expect(performance([0.02, 0], 252).sharpe).toBeCloseTo((0.01 * Math.sqrt(252)) / Math.sqrt(0.0002), 12);
    expect(performance([1e6], 252).annualReturn).toBeUndefined();
    expect(() => performance([], 252)).toThrow("there are no returns");
    expect(() => performance([0.1, Number.NaN], 252)).toThrow("the return of day 1 is NaN");
  });

  it("compounds a loss of everything, and leaves out what a loss of more cannot compound to", () => {
    expect(performance([0.1, -1, 0.5], 252)).toMatchObject({ annualReturn: -1, totalReturn: -1, maxDrawdown: 1 });
    const beyond = performance([0.1, -1.5], 252);
    expect(beyond).toMatchObject({ annualReturnSum: -0.7 * 252 });
    expect([beyond.annualReturn, beyond.totalReturn, beyond.maxDrawdown]).toEqual([undefined, undefined, undefined]);
  });
});

describe("compound, returnsOf and drawdowns", () => {
  it("undo and describe each other", () => {
    fc.assert(
      fc.property(returns, (series) => {
        returnsOf(compound(series)).forEach((value, day) => {
          expect(value).toBeCloseTo(series[day], 10);
        });
      }),
    );
    expect([...drawdowns([1, 2, 1, 3, 2.25])]).toEqual([0, 0, -0.5, 0, -0.25]);
  });
});

describe("inferYearLength", () => {
  function calendar(from: string, days: number, open: (day: Date) => boolean): string[] {
    return Array.from({ length: days }, (_, index) => new Date(Date.parse(from) + index * 86_400_000))
      .filter(open)
      .map((day) => day.toISOString().slice(0, 10));
  }
  const isWeekday = (day: Date) => day.getUTCDay() % 6 !== 0;

  it("tells weekdays, weekdays with long holidays, and every day of the week apart", () => {
    expect(inferYearLength(calendar("2015-01-01", 1000, isWeekday)).periodsPerYear).toBe(252);
    const chinese = (day: Date) => isWeekday(day) && !(day.getUTCMonth() === 9 && day.getUTCDate() <= 25);
    expect(inferYearLength(calendar("2015-01-01", 1095, chinese)).periodsPerYear).toBe(242);
    expect(inferYearLength(calendar("2015-01-01", 60, () => true))).toEqual({
      periodsPerYear: 365,
      reason: "365 periods a year: the calendar holds weekends",
    });
  });

  it("takes 252 for a calendar too short to tell, and says so", () => {
    expect(inferYearLength(["2020-01-02", "2020-01-03"]).reason).toBe(
      "252 periods a year: 2 dates are too few to tell",
    );
  });
});
