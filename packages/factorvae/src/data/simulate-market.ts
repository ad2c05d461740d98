import { fold, type Key } from "@factorvae/tensor";
import { type BarStates, type Bars, drawBarStates, emptyBars, writeBars } from "./simulate-bars.js";
import { characteristicHistory, characteristics, signal, simulatedFactors } from "./simulate-characteristics.js";
import { autoregressivePaths, studentValues } from "./simulate-draws.js";

/** Days between a signal and the close that realises its return: bought at the next close, held for a day. */
const signalDelay = 2;

/** The constants of a simulated market; returns and standard deviations are per day, as fractions. */
export interface MarketSettings {
  readonly stocks: number;
  /** Trading days, burn-in included. */
  readonly length: number;
  /** Scale of a day's reward. */
  readonly premium: number;
  /** Long-run mean of each factor's premium, in units of `premium`. */
  readonly meanPremia: readonly number[];
  /** Stationary standard deviation of each factor's premium, in units of `premium`. */
  readonly premiumDeviation: number;
  /** Day-to-day persistence of the premia. */
  readonly premiumPersistence: number;
  /** Standard deviation of a factor's return around its premium. */
  readonly factorDeviation: number;
  /** Standard deviation of the market's return. */
  readonly marketDeviation: number;
  /** Root mean square of the stocks' own surprises. */
  readonly ownDeviation: number;
  /** Multiplies every surprise in returns: 1, or 0 for a market in which each return is the expected one. */
  readonly noise: number;
}

/** A market from its first day on, burn-in included. All but the bars are by signal day. */
export interface Market {
  readonly settings: MarketSettings;
  readonly bars: Bars;
  /** Expected return that no factor explains, `[N, T]`. */
  readonly alpha: Float64Array;
  /** Exposures to the factors, `[N, T, 5]`. */
  readonly exposures: Float64Array;
  /** Sensitivity to the market's return, `[N, T]`. */
  readonly marketExposure: Float64Array;
  /** Standard deviation of the stock's own surprise, `[N, T]`. */
  readonly ownDeviation: Float64Array;
  /** Expected returns of the factors, `[T, 5]`. */
  readonly premia: Float64Array;
  /** Realised returns of the factors, `[T, 5]`. */
  readonly factorReturns: Float64Array;
}

function drawPremia(stream: Key, settings: MarketSettings): Float64Array {
  const { length, premium, premiumDeviation, premiumPersistence, meanPremia } = settings;
  const deviation = premiumDeviation * premium;
  return autoregressivePaths(stream, length, simulatedFactors, premiumPersistence, deviation).map(
    (variation, at) => variation + premium * meanPremia[at % simulatedFactors],
  );
}

function drawFactorReturns(stream: Key, settings: MarketSettings, premia: Float64Array): Float64Array {
  const returns = premia.slice();
  for (let day = 0; day < settings.length; day++) {
    const surprises = studentValues(fold(stream, day), simulatedFactors, 6);
    for (let k = 0; k < simulatedFactors; k++) {
      returns[day * simulatedFactors + k] += settings.noise * settings.factorDeviation * surprises[k];
    }
  }
  return returns;
}

function emptyMarket(stream: Key, settings: MarketSettings, states: BarStates): Market {
  const { stocks, length } = settings;
  const marketExposure = new Float64Array(stocks * length);
  const ownDeviation = new Float64Array(stocks * length);
  for (let n = 0; n < stocks; n++) {
    for (let day = 0; day < length; day++) {
      const volatility = states.volatility[day * stocks + n];
      marketExposure[n * length + day] = 1 + 0.25 * Math.tanh(volatility);
      ownDeviation[n * length + day] = settings.ownDeviation * Math.exp(0.4 * volatility - 0.16);
    }
  }
  const premia = drawPremia(fold(stream, "premia"), settings);
  return {
    settings,
    bars: emptyBars(stocks, length),
    alpha: new Float64Array(stocks * length),
    exposures: new Float64Array(stocks * length * simulatedFactors),
    marketExposure,
    ownDeviation,
    premia,
    factorReturns: drawFactorReturns(fold(stream, "factor returns"), settings, premia),
  };
}

/** Simple returns of the day, `[N]`: what the state of `signalDelay` days before announced, and the surprises. */
function drawReturns(stream: Key, market: Market, day: number): Float64Array {
  const { stocks, length, noise, marketDeviation } = market.settings;
  const marketReturn = marketDeviation * studentValues(fold(fold(stream, "market"), day), 1, 5)[0];
  const own = studentValues(fold(fold(stream, "own"), day), stocks, 4);
  // On the first days of the burn-in there is no older state.
  const signalDay = Math.max(0, day - signalDelay);
  const returns = new Float64Array(stocks);
  for (let n = 0; n < stocks; n++) {
    const at = n * length + signalDay;
    let value = market.alpha[at];
    for (let k = 0; k < simulatedFactors; k++) {
      value += market.exposures[at * simulatedFactors + k] * market.factorReturns[signalDay * simulatedFactors + k];
    }
    value += noise * (market.marketExposure[at] * marketReturn + market.ownDeviation[at] * own[n]);
    returns[n] = Math.min(0.35, Math.max(-0.35, value));
  }
  return returns;
}

/** Writes what the bars up to `day` announce for `signalDelay` days later. */
function writeSignal(market: Market, day: number): void {
  const { stocks, length, premium } = market.settings;
  const { alpha, exposures } = signal(characteristics(market.bars, day), premium);
  for (let n = 0; n < stocks; n++) {
    const at = n * length + day;
    market.alpha[at] = alpha[n];
    market.exposures.set(exposures.subarray(n * simulatedFactors, (n + 1) * simulatedFactors), at * simulatedFactors);
  }
}

/**
 * Simulates every stock on every day, burn-in included, by the recursion: past bars -> characteristics -> alpha and
 * exposures -> the return `signalDelay` days later -> its bar.
 *
 * A day's draws depend on the key and the day alone, so a longer market begins with the shorter one. On the first
 * `characteristicHistory` days alpha and exposures are zero.
 */
export function simulateMarket(stream: Key, settings: MarketSettings): Market {
  const { stocks, length } = settings;
  const states = drawBarStates(fold(stream, "states"), stocks, length);
  const market = emptyMarket(stream, settings, states);
  const surprises = fold(stream, "surprises");
  const shapes = fold(stream, "bars");
  for (let day = 0; day < length; day++) {
    const deviation = Float64Array.from({ length: stocks }, (_, n) => market.ownDeviation[n * length + day]);
    writeBars(shapes, market.bars, states, day, drawReturns(surprises, market, day), deviation);
    if (day >= characteristicHistory) writeSignal(market, day);
  }
  return market;
}
