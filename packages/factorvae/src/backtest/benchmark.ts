import type { Market } from "./market.js";
import type { Signal } from "./portfolio.js";

/** Prices of an index to compare with. */
export interface BenchmarkPrices {
  readonly name: string;
  /** ISO dates, in any order. */
  readonly dates: readonly string[];
  /** Closing price on each of the dates. */
  readonly close: ArrayLike<number>;
}

/**
 * Daily returns of the equal-weight portfolio of the tradable universe, re-weighted at every close, without costs;
 * entry i is the return from date `first + i` to the next, the first one from the trade price.
 *
 * The universe of a day are the stocks of the latest signal that could have been traded by the day's start, as far as
 * they could be traded then and have a price at its end. A day without any returns 0.
 */
export function equalWeightReturns(
  market: Market,
  signals: readonly Signal[],
  first: number,
  last: number,
): Float64Array {
  const returns = new Float64Array(last - first);
  let next = 0;
  let universe: readonly number[] = [];
  for (let date = first; date < last; date++) {
    while (next < signals.length && signals[next].date < date) universe = signals[next++].ranked;
    let sum = 0;
    let count = 0;
    for (const stock of universe) {
      const after = market.close(stock, date + 1);
      if (!market.isTradable(stock, date) || !(after > 0)) continue;
      sum += after / (date === first ? market.tradePrice(stock, date) : market.close(stock, date)) - 1;
      count++;
    }
    returns[date - first] = count === 0 ? 0 : sum / count;
  }
  return returns;
}

/** Daily returns of an index on consecutive `dates`. Throws when it lacks a positive price on one of them. */
export function indexReturns(benchmark: BenchmarkPrices, dates: readonly string[]): Float64Array {
  const closeOn = new Map(benchmark.dates.map((date, row) => [date, benchmark.close[row]]));
  const prices = dates.map((date) => {
    const price = closeOn.get(date);
    if (price !== undefined && price > 0 && price < Infinity) return price;
    throw new Error(
      `backtest: the benchmark ${benchmark.name} has ${price === undefined ? "no price" : `the price ${price}`} on ` +
        `${date}; it needs one on each of the ${dates.length} dates from ${dates[0]} to ${dates.at(-1)}`,
    );
  });
  return Float64Array.from(prices.slice(1), (price, day) => price / prices[day] - 1);
}
