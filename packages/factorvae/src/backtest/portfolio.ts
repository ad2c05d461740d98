import type { Market } from "./market.js";
import { topkDrop } from "./topk-drop.js";

/** The stocks scored after the close of one date, best first; dates and stocks are numbers of the panel. */
export interface Signal {
  readonly date: number;
  readonly ranked: readonly number[];
}

/** How a portfolio is run. */
export interface PortfolioOptions {
  /** Stocks to hold. */
  readonly k: number;
  /** Stocks replaced a day, at most. */
  readonly n: number;
  /** Share of a purchase that it costs: 0.0005 is 5 basis points. */
  readonly buyCost: number;
  /** Share of a sale that it costs. */
  readonly sellCost: number;
  /** A holding without a row on this many dates in succession counts as delisted. */
  readonly delistAfter: number;
}

/** A portfolio day by day; entry i belongs to date `first + i`. */
export interface PortfolioPath {
  /** Value at the close, after the day's costs; entry 0 is the capital, 1, before the first purchase. */
  readonly value: Float64Array;
  /** Half of what was bought and sold, as a share of the value before trading; 0.5 on the day of the first purchase. */
  readonly turnover: Float64Array;
  /** Stocks held at the close. */
  readonly held: Int32Array;
  /** Orders that lapsed because the stock could not be traded. */
  readonly lapsedBuys: Int32Array;
  readonly lapsedSells: Int32Array;
  /** Holdings that had left the market and were sold at their last price. */
  readonly delisted: Int32Array;
}

/**
 * Runs TopK-Drop from date `first` to date `last`: the signal of a date is traded on the date after, which must be
 * `first` for the first signal. Cash is split equally over the day's purchases, positions drift until they are sold.
 *
 * An order for a stock that cannot be traded lapses, and the cash meant for it stays cash; a sale that lapses takes the
 * place of the last purchase. Stocks without a price are carried at their last one. That a stock was delisted is only
 * known once it has had no row for `delistAfter` dates: nothing here looks ahead, and prices after a date change
 * nothing up to it.
 */
export function runPortfolio(
  market: Market,
  signals: readonly Signal[],
  first: number,
  last: number,
  options: PortfolioOptions,
): PortfolioPath {
  const signalOn = new Map(signals.map((signal) => [signal.date, signal]));
  const length = last - first + 1;
  const path = {
    value: new Float64Array(length),
    turnover: new Float64Array(length),
    held: new Int32Array(length),
    lapsedBuys: new Int32Array(length),
    lapsedSells: new Int32Array(length),
    delisted: new Int32Array(length),
  };
  const account = openAccount(market, options);
  for (let date = first; date <= last; date++) {
    const day = date - first;
    account.markToTradePrice(date);
    const before = account.value();
    path.delisted[day] = account.sellDelisted(date);
    const signal = signalOn.get(date - 1);
    if (signal) {
      const orders = topkDrop(signal.ranked, account.held(), options.k, options.n);
      path.lapsedSells[day] = account.sell(orders.sell, date);
      path.lapsedBuys[day] = account.buy(orders.buy.slice(0, Math.max(0, options.k - account.held().length)), date);
    }
    path.turnover[day] = account.takeTraded() / 2 / before;
    account.markToClose(date);
    path.value[day] = day === 0 ? 1 : account.value();
    path.held[day] = account.held().length;
  }
  return path;
}

interface Position {
  readonly shares: number;
  /** Last price known. */
  price: number;
  /** Last date with a row. */
  lastRow: number;
}

/** Cash and positions, and what may be done with them. */
function openAccount(market: Market, { buyCost, sellCost, delistAfter }: PortfolioOptions) {
  const positions = new Map<number, Position>();
  let cash = 1;
  let traded = 0;

  function sellPosition(stock: number, { shares, price }: Position): void {
    positions.delete(stock);
    traded += shares * price;
    cash += shares * price * (1 - sellCost);
  }

  return {
    held: () => [...positions.keys()],
    value() {
      let sum = cash;
      for (const { shares, price } of positions.values()) sum += shares * price;
      return sum;
    },
    markToTradePrice(date: number): void {
      for (const [stock, position] of positions) {
        if (market.hasRow(stock, date)) position.lastRow = date;
        if (market.isTradable(stock, date)) position.price = market.tradePrice(stock, date);
      }
    },
    markToClose(date: number): void {
      for (const [stock, position] of positions) {
        const close = market.close(stock, date);
        if (close > 0) position.price = close;
      }
    },
    sellDelisted(date: number): number {
      const gone = [...positions].filter(([, { lastRow }]) => date - lastRow >= delistAfter);
      for (const [stock, position] of gone) sellPosition(stock, position);
      return gone.length;
    },
    /** Sells what can be sold, and returns how many orders lapsed. */
    sell(stocks: readonly number[], date: number): number {
      let lapsed = 0;
      for (const stock of stocks) {
        const position = positions.get(stock);
        if (position === undefined || !market.isTradable(stock, date)) lapsed++;
        else sellPosition(stock, position);
      }
      return lapsed;
    },
    /** Spends an equal share of the cash, costs included, on each stock, and returns how many orders lapsed. */
    buy(stocks: readonly number[], date: number): number {
      if (cash <= 0 || stocks.length === 0) return 0;
      const share = cash / stocks.length;
      let lapsed = 0;
      for (const stock of stocks) {
        if (!market.isTradable(stock, date)) {
          lapsed++;
          continue;
        }
        const price = market.tradePrice(stock, date);
        const shares = share / (1 + buyCost) / price;
        positions.set(stock, { shares, price, lastRow: date });
        traded += shares * price;
      }
      // The cash meant for lapsed orders, exactly 0 if there are none: a running difference would leave a remainder.
      cash = share * lapsed;
      return lapsed;
    },
    /** Value bought and sold since the last call. */
    takeTraded(): number {
      const sum = traded;
      traded = 0;
      return sum;
    },
  };
}
