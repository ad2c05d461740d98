import { describe, expect, it } from "vitest";
import { sampleMarket } from "../predictions/predictions.samples.js";
import { backtest } from "./backtest.js";
import { backtestCsv, parseBacktestCsv } from "./daily-csv.js";

const { panel, predictions } = sampleMarket({ stocks: 30, days: 80, seed: 4 });
const { summary, ...daily } = backtest(predictions, panel, { k: "auto" });

describe("a backtest as CSV", () => {
  it("has one line a day, and reads back to the bit", () => {
    const text = backtestCsv({ summary, ...daily });
    expect(text.trimEnd().split("\n")).toHaveLength(daily.dates.length + 1);
    expect(parseBacktestCsv(text)).toEqual(daily);
  });

  it("is refused where a column or a number is missing", () => {
    const text = backtestCsv({ summary, ...daily });
    expect(() => parseBacktestCsv(text.replace("turnover", "churn"))).toThrow(/the columns are date, value, .* churn/);
    const cut = text.trimEnd().replace(/,[^,]*$/, "");
    expect(() => parseBacktestCsv(cut)).toThrow(`line ${daily.dates.length + 1} has no number in the column value`);
  });
});
