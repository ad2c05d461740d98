import Papa from "papaparse";
import type { BacktestResult } from "./backtest.js";

const columns = [
  "value",
  "valueWithoutCosts",
  "benchmark",
  "drawdown",
  "benchmarkDrawdown",
  "turnover",
  "held",
  "lapsedBuys",
  "lapsedSells",
  "delisted",
] as const;

/** A backtest day by day as CSV text: `date`, then its series by name; numbers read back to the same bits. */
export function backtestCsv(result: BacktestResult): string {
  const lines = result.dates.map((date, day) => [date, ...columns.map((name) => result[name][day])].join(","));
  return `${[`date,${columns.join(",")}`, ...lines].join("\n")}\n`;
}

/**
 * The days in text that `backtestCsv` made.
 *
 * @throws Error that names the line or the column where the text is not of that form.
 */
export function parseBacktestCsv(text: string): Omit<BacktestResult, "summary"> {
  const [header = [], ...rows] = Papa.parse<string[]>(text.trimEnd(), { delimiter: ",", newline: "\n" }).data;
  if (header.join() !== ["date", ...columns].join())
    throw new Error(`backtest: the columns are ${header.join(", ")} instead of date, ${columns.join(", ")}`);
  const series = (name: (typeof columns)[number]): number[] =>
    rows.map((row, at) => {
      const value = Number(row[header.indexOf(name)]);
      if (row.length === header.length && Number.isFinite(value)) return value;
      throw new Error(`backtest: line ${at + 2} has no number in the column ${name}`);
    });
  const floats = (name: (typeof columns)[number]) => Float64Array.from(series(name));
  const counts = (name: (typeof columns)[number]) => Int32Array.from(series(name));
  return {
    dates: rows.map(([date]) => date),
    value: floats("value"),
    valueWithoutCosts: floats("valueWithoutCosts"),
    benchmark: floats("benchmark"),
    drawdown: floats("drawdown"),
    benchmarkDrawdown: floats("benchmarkDrawdown"),
    turnover: floats("turnover"),
    held: counts("held"),
    lapsedBuys: counts("lapsedBuys"),
    lapsedSells: counts("lapsedSells"),
    delisted: counts("delisted"),
  };
}
