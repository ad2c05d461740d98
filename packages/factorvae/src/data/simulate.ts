import { fold, key } from "@factorvae/tensor";
import { type Panel, panelFromFields } from "./panel.js";
import { simulatedFactors } from "./simulate-characteristics.js";
import { businessDays, symbolNames, tradingCodes, tradingDays } from "./simulate-listings.js";
import { type Market, type MarketSettings, simulateMarket } from "./simulate-market.js";

/** The size of a market where none is asked for. */
export const defaultMarket = { stocks: 240, days: 1200 } as const;

/** Which market to simulate. */
export interface SimulateOptions {
  /** An integer in [0, 2^53): the same seed gives the same market, to the bit. */
  readonly seed: number;
  /** Default 240, at least 10. */
  readonly stocks?: number;
  /** Trading days that the panel holds, default 1200, at least 30; as many as `burnIn` go before them unseen. */
  readonly days?: number;
  /** Default 150, at least 62: what it takes until the first signal has become a return. */
  readonly burnIn?: number;
  /**
   * `steady` (default): premia hardly vary around their mean. `revealed`: they vary much, around zero mean, slowly
   * enough that the factors' recent returns reveal them.
   */
  readonly premia?: "steady" | "revealed";
  /** Multiplies every surprise in returns; default 1. With 0 each label is its expected return. */
  readonly noise?: number;
}

/**
 * What nobody can see in a real market. By signal date: everything is about the return from the next close to the one
 * after, the label of that date. Symbol-major as the panel, defined also where the panel has no row, never NaN.
 */
export interface Truth {
  /** Expected return alpha + exposures . premia, `[N, D]`. */
  readonly expectedReturn: Float64Array;
  /** The same with the premia at their long-run mean, `[N, D]`: what a score that does not follow the premia can know. */
  readonly observableReturn: Float64Array;
  /** Standard deviation of the return around the expected one, `[N, D]`: market, factors and own surprises. */
  readonly standardDeviation: Float64Array;
  /** Exposures to the five factors, `[N, D, 5]`. */
  readonly exposures: Float64Array;
  /** Expected returns of the factors, `[D, 5]`. */
  readonly premia: Float64Array;
  /** Realised returns of the factors, `[D, 5]`. */
  readonly factorReturns: Float64Array;
}

/** A simulated market: what everybody sees, and the truth behind it. */
export interface SimulatedMarket {
  readonly panel: Panel;
  readonly truth: Truth;
}

const premiaSettings = {
  steady: { meanPremia: [-1.2, 1, 1, -0.6, 0.8], premiumDeviation: 0.4, factorDeviation: 0.0015 },
  revealed: { meanPremia: [0, 0, 0, 0, 0], premiumDeviation: 1.5, factorDeviation: 0.0015 },
} as const;

function requireInteger(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`simulate: ${name} must be an integer of at least ${least}, got ${value}`);
  }
  return value;
}

function marketSettings(options: SimulateOptions, stocks: number, length: number): MarketSettings {
  const { noise = 1, premia = "steady" } = options;
  if (!Number.isFinite(noise) || noise < 0) {
    throw new RangeError(`simulate: noise must be a finite number of at least 0, got ${noise}`);
  }
  if (!Object.hasOwn(premiaSettings, premia)) {
    throw new RangeError(`simulate: premia must be one of ${Object.keys(premiaSettings).join(", ")}, got ${premia}`);
  }
  return {
    stocks,
    length,
    premium: 0.0007,
    premiumPersistence: 0.98,
    marketDeviation: 0.008,
    ownDeviation: 0.017,
    noise,
    ...premiaSettings[premia],
  };
}

/** The columns from `start` on of a row-major `[rows, length * width]` array. */
function columnsFrom(values: Float64Array, rows: number, length: number, start: number, width = 1): Float64Array {
  const kept = (length - start) * width;
  const result = new Float64Array(rows * kept);
  for (let n = 0; n < rows; n++) {
    result.set(values.subarray((n * length + start) * width, (n + 1) * length * width), n * kept);
  }
  return result;
}

function truthOf(market: Market, burnIn: number): Truth {
  const { stocks, length, premium, meanPremia, noise, factorDeviation, marketDeviation } = market.settings;
  const cells = stocks * length;
  const expectedReturn = market.alpha.slice();
  const observableReturn = market.alpha.slice();
  const standardDeviation = new Float64Array(cells);
  for (let at = 0; at < cells; at++) {
    const day = at % length;
    let factorVariance = 0;
    for (let k = 0; k < simulatedFactors; k++) {
      const exposure = market.exposures[at * simulatedFactors + k];
      expectedReturn[at] += exposure * market.premia[day * simulatedFactors + k];
      observableReturn[at] += exposure * premium * meanPremia[k];
      factorVariance += (exposure * factorDeviation) ** 2;
    }
    const marketVariance = (market.marketExposure[at] * marketDeviation) ** 2;
    standardDeviation[at] = noise * Math.sqrt(market.ownDeviation[at] ** 2 + marketVariance + factorVariance);
  }
  return {
    expectedReturn: columnsFrom(expectedReturn, stocks, length, burnIn),
    observableReturn: columnsFrom(observableReturn, stocks, length, burnIn),
    standardDeviation: columnsFrom(standardDeviation, stocks, length, burnIn),
    exposures: columnsFrom(market.exposures, stocks, length, burnIn, simulatedFactors),
    premia: columnsFrom(market.premia, 1, length, burnIn, simulatedFactors),
    factorReturns: columnsFrom(market.factorReturns, 1, length, burnIn, simulatedFactors),
  };
}

/** What the exchange publishes: no values without a row, no prices on a suspended day. */
function panelOf(market: Market, burnIn: number, trading: Uint8Array): Panel {
  const { stocks, length } = market.settings;
  const dates = businessDays(length - burnIn);
  const symbols = symbolNames(stocks);
  const { open, high, low, close, volume } = market.bars;
  const seen = (values: Float64Array, whileSuspended: number) =>
    columnsFrom(values, stocks, length, burnIn).map((value, at) => {
      if (trading[at] === tradingCodes.traded) return value;
      return trading[at] === tradingCodes.suspended ? whileSuspended : Number.NaN;
    });
  const fields = {
    open: seen(open, Number.NaN),
    high: seen(high, Number.NaN),
    low: seen(low, Number.NaN),
    close: seen(close, Number.NaN),
    volume: seen(volume, 0),
  };
  const present = trading.map((code) => (code === tradingCodes.absent ? 0 : 1));
  const panel = panelFromFields(dates, symbols, fields, present);
  const first = trading.indexOf(tradingCodes.suspended);
  if (first < 0) return panel;
  const count = trading.reduce((sum, code) => sum + (code === tradingCodes.suspended ? 1 : 0), 0);
  const place = `${symbols[Math.floor(first / dates.length)]} on ${dates[first % dates.length]}`;
  const example = `simulated market: ${place}, column volume, value 0`;
  return { ...panel, rows: { ...panel.rows, noted: { suspended: { count, example } } } };
}

/**
 * Simulates a market of ordinary prices and volumes in which six characteristics of past bars set each stock's expected
 * return two days later, and gives the truth beside it.
 *
 * Prices have six significant digits and volumes are whole, so that `pricesCsv`, read back, gives the panel to the bit. A
 * tenth of the stocks is listed late, a tenth delisted; on a suspended day there is no row, or one with volume 0 and
 * without prices. Throws a RangeError when an option is out of its range.
 */
export function simulate(options: SimulateOptions): SimulatedMarket {
  const stocks = requireInteger("stocks", options.stocks ?? defaultMarket.stocks, 10);
  const days = requireInteger("days", options.days ?? defaultMarket.days, 30);
  const burnIn = requireInteger("burnIn", options.burnIn ?? 150, 62);
  const root = key(requireInteger("seed", options.seed, 0));
  const market = simulateMarket(fold(root, "market"), marketSettings(options, stocks, burnIn + days));
  const trading = tradingDays(fold(root, "listings"), stocks, days);
  return { panel: panelOf(market, burnIn, trading), truth: truthOf(market, burnIn) };
}
