import type { Panel } from "../data/panel.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { predictionsOf } from "../predictions/predictions-days.js";
import { type BenchmarkPrices, equalWeightReturns, indexReturns } from "./benchmark.js";
import { inferYearLength, type YearLength } from "./calendar.js";
import { marketOf, type TradeTime } from "./market.js";
import { compound, drawdowns, type Performance, performance, returnsOf } from "./performance.js";
import { type PortfolioPath, runPortfolio, type Signal } from "./portfolio.js";
import { signalsOf } from "./signals.js";
import { chooseSize } from "./size.js";

/** How to backtest; every field has a default. */
export interface BacktestOptions {
  /** Rows to trade, default `test`. */
  readonly split?: Split | "all";
  /** Stocks to hold, default 50; `auto` takes a fifth of the stocks scored a day, at most 50, and says so. */
  readonly k?: number | "auto";
  /** Stocks replaced a day, default a tenth of k (5 for 50), at least 1. */
  readonly n?: number;
  /** TDrisk: stocks are ranked by score - eta risk; default 0, which is TopK-Drop. */
  readonly eta?: number;
  /** Share of a purchase that it costs, default 0.0005. */
  readonly buyCost?: number;
  /** Share of a sale that it costs, default 0.0015. */
  readonly sellCost?: number;
  /** Trade at the close (default) or the open of the day after the signal. */
  readonly tradeAt?: TradeTime;
  /** Dates in succession without a row after which a holding counts as delisted, default 20. */
  readonly delistAfter?: number;
  /** An index; default is the equal-weight portfolio of the stocks that are scored and tradable. */
  readonly benchmark?: BenchmarkPrices;
  /** Per cell of the panel, 1 where the stock may be held on the date's signal; by default every stock that is scored. */
  readonly universe?: Uint8Array;
  /** Default: found out from the calendar. */
  readonly periodsPerYear?: number;
}

/** Figures of a backtest, all finite; what cannot exist is absent. */
export interface BacktestSummary {
  readonly strategy: "TopK-Drop" | "TDrisk";
  readonly k: number;
  readonly n: number;
  readonly eta: number;
  readonly buyCost: number;
  readonly sellCost: number;
  readonly tradeAt: TradeTime;
  readonly benchmarkName: string;
  readonly firstDate: string;
  readonly lastDate: string;
  /** Daily returns that the figures rest on. */
  readonly days: number;
  readonly periodsPerYear: number;
  readonly withCosts: Performance;
  readonly withoutCosts: Performance;
  readonly benchmark: Performance;
  /** Of the daily return less the benchmark's; its `sharpe` is the information ratio. */
  readonly excessWithCosts: Performance;
  readonly excessWithoutCosts: Performance;
  /** Mean of the daily turnover after the first day: half of what was bought and sold, as a share of the value. */
  readonly turnover: number;
  readonly lapsedBuys: number;
  readonly lapsedSells: number;
  readonly delisted: number;
  /** Sentences on what was chosen or left out. */
  readonly notes: readonly string[];
}

/** A backtest day by day; entry i belongs to `dates[i]`, entry 0 to the first trade. */
export interface BacktestResult {
  readonly summary: BacktestSummary;
  readonly dates: readonly string[];
  /** Value after costs; entry 0 is the capital, 1, before the first purchase. */
  readonly value: Float64Array;
  readonly valueWithoutCosts: Float64Array;
  readonly benchmark: Float64Array;
  /** Of `value`: 0 at a peak, negative below. */
  readonly drawdown: Float64Array;
  readonly benchmarkDrawdown: Float64Array;
  readonly turnover: Float64Array;
  readonly held: Int32Array;
  readonly lapsedBuys: Int32Array;
  readonly lapsedSells: Int32Array;
  readonly delisted: Int32Array;
}

/**
 * Trades scores in the market of a panel: TopK-Drop, or TDrisk with `eta` > 0, with costs and without.
 *
 * The signal after the close of date t is traded on date t + 1 and first earns the return from there to t + 2; the last
 * date is two after the last signal, or the panel's last. Throws when the split has no row, a date or every symbol is
 * unknown to the panel or outside the universe, no signal can be traded before the panel ends, k is more than a fifth of the stocks (with a
 * proposal), an option is out of range, or `eta` > 0 meets a missing risk.
 */
export function backtest(predictions: Predictions, panel: Panel, options: BacktestOptions = {}): BacktestResult {
  const { eta = 0, buyCost = 0.0005, sellCost = 0.0015, tradeAt = "close", delistAfter = 20 } = options;
  checkOptions({ eta, buyCost, sellCost, delistAfter });
  const market = marketOf(panel, tradeAt);
  const { signals, stocksPerDay, notes } = signalsOf(predictionsOf(predictions, options.split ?? "test"), panel, {
    eta,
    universe: options.universe,
  });
  const size = chooseSize(stocksPerDay, options.k, options.n);
  const { first, last } = tradedDates(signals, panel);
  const dates = panel.dates.slice(first, last + 1);
  const run = (buy: number, sell: number) =>
    runPortfolio(market, signals, first, last, { ...size, buyCost: buy, sellCost: sell, delistAfter });
  const path = run(buyCost, sellCost);
  const free = run(0, 0);
  const benchmarkReturns = options.benchmark
    ? indexReturns(options.benchmark, dates)
    : equalWeightReturns(market, signals, first, last);
  const year = yearLength(options.periodsPerYear, panel);
  const summary: BacktestSummary = {
    strategy: eta > 0 ? "TDrisk" : "TopK-Drop",
    k: size.k,
    n: size.n,
    eta,
    buyCost,
    sellCost,
    tradeAt,
    benchmarkName: options.benchmark?.name ?? "equal-weight universe",
    firstDate: dates[0],
    lastDate: dates[dates.length - 1],
    days: dates.length - 1,
    periodsPerYear: year.periodsPerYear,
    ...performances(path, free, benchmarkReturns, year.periodsPerYear),
    ...totals(path),
    notes: [...size.notes, year.reason, ...market.notes, ...notes],
  };
  const benchmark = compound(benchmarkReturns);
  return {
    summary,
    dates,
    ...path,
    valueWithoutCosts: free.value,
    benchmark,
    drawdown: drawdowns(path.value),
    benchmarkDrawdown: drawdowns(benchmark),
  };
}

/** Numbers of the first date of a trade and of the last date of a return. */
function tradedDates(signals: readonly Signal[], panel: Panel): { first: number; last: number } {
  const first = signals[0].date + 1;
  const last = Math.min(signals[signals.length - 1].date + 2, panel.dates.length - 1);
  if (first < last) return { first, last };
  throw new Error(
    `backtest: the first signal, of ${panel.dates[signals[0].date]}, needs two later dates to trade and to earn, but ` +
      `the prices end on ${panel.dates.at(-1)}; give later prices or earlier scores`,
  );
}

function yearLength(given: number | undefined, panel: Panel): YearLength {
  if (given === undefined) return inferYearLength(panel.dates);
  if (given > 0 && given < Infinity) return { periodsPerYear: given, reason: `${given} periods a year: as given` };
  throw new Error(`backtest: periodsPerYear is ${given}; it is a positive number such as 252`);
}

function performances(path: PortfolioPath, free: PortfolioPath, benchmark: Float64Array, periodsPerYear: number) {
  const returns = returnsOf(path.value);
  const freeReturns = returnsOf(free.value);
  const excess = (strategy: Float64Array) => strategy.map((value, day) => value - benchmark[day]);
  return {
    withCosts: performance(returns, periodsPerYear),
    withoutCosts: performance(freeReturns, periodsPerYear),
    benchmark: performance(benchmark, periodsPerYear),
    excessWithCosts: performance(excess(returns), periodsPerYear),
    excessWithoutCosts: performance(excess(freeReturns), periodsPerYear),
  };
}

function totals({ turnover, lapsedBuys, lapsedSells, delisted }: PortfolioPath) {
  const sum = (values: Float64Array | Int32Array) => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  return {
    turnover: sum(turnover.subarray(1)) / (turnover.length - 1),
    lapsedBuys: sum(lapsedBuys),
    lapsedSells: sum(lapsedSells),
    delisted: sum(delisted),
  };
}

function checkOptions(values: { eta: number; buyCost: number; sellCost: number; delistAfter: number }): void {
  for (const name of ["buyCost", "sellCost"] as const) {
    if (!(values[name] >= 0 && values[name] < 1)) {
      throw new Error(
        `backtest: ${name} is ${values[name]}; it is a share from 0 to below 1 (5 basis points are 0.0005)`,
      );
    }
  }
  if (!(values.eta >= 0 && values.eta < Infinity)) throw new Error(`backtest: eta is ${values.eta}; it is at least 0`);
  if (!Number.isInteger(values.delistAfter) || values.delistAfter < 1) {
    throw new Error(`backtest: delistAfter is ${values.delistAfter}; it is a whole number of dates, at least 1`);
  }
}
