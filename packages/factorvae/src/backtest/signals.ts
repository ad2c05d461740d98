import type { Panel } from "../data/panel.js";
import type { Predictions } from "../predictions/predictions.js";
import { predictionDays } from "../predictions/predictions-days.js";
import type { Signal } from "./portfolio.js";
import { rankStocks } from "./topk-drop.js";

/** Scores as signals on a panel's dates and stocks. */
export interface Signals {
  /** Ascending by date, at least one. */
  readonly signals: readonly Signal[];
  /** Mean number of stocks in a signal. */
  readonly stocksPerDay: number;
  readonly notes: readonly string[];
}

/** How scores become signals. */
export interface SignalOptions {
  /** Stocks are ranked by score - eta risk. */
  readonly eta: number;
  /** Per cell of the panel, 1 where the stock may be in the date's signal; by default everywhere. */
  readonly universe?: Uint8Array | undefined;
}

/**
 * Ranks each date's stocks by score - eta risk, best first, as numbers of the panel.
 *
 * Symbols without prices cannot be traded: they are left out, as are those outside the universe, and notes count both. Throws for a date that is not on
 * the panel's calendar, when no symbol at all is known to the panel or in the universe, and for a missing risk where eta > 0.
 */
export function signalsOf(predictions: Predictions, panel: Panel, { eta, universe }: SignalOptions): Signals {
  const { dates, offsets } = predictionDays(predictions);
  const dateNumber = new Map(panel.dates.map((date, number) => [date, number]));
  const stockNumber = new Map(panel.symbols.map((symbol, number) => [symbol, number]));
  const unknown = new Set<string>();
  const signals: Signal[] = [];
  let stocks = 0;
  let outside = 0;
  for (let day = 0; day < dates.length; day++) {
    const date = dateNumber.get(dates[day]);
    if (date === undefined) {
      throw new Error(
        `backtest: the scores have the date ${dates[day]}, which is no market date of the prices ` +
          `(${panel.dates[0]} to ${panel.dates.at(-1)}); leave it out or give the prices that belong to it`,
      );
    }
    const rows: number[] = [];
    const numbers: number[] = [];
    for (let row = offsets[day]; row < offsets[day + 1]; row++) {
      const stock = stockNumber.get(predictions.symbol[row]);
      if (stock === undefined) unknown.add(predictions.symbol[row]);
      else if (universe?.[stock * panel.dates.length + date] === 0) outside++;
      else {
        rows.push(row);
        numbers.push(stock);
      }
    }
    // A date without any score is no signal: ranking nothing would sell what is held.
    if (rows.length === 0) continue;
    const score = rows.map((row) => predictions.score[row]);
    signals.push({ date, ranked: rankStocks(numbers, score, eta > 0 ? risksOf(predictions, rows) : undefined, eta) });
    stocks += rows.length;
  }
  if (stocks === 0 && outside > 0)
    throw new Error(`backtest: none of the ${outside} scores is of the universe that may be held; name another`);
  if (stocks === 0) {
    throw new Error(
      `backtest: no symbol of the scores has prices: scores of ${[...unknown].slice(0, 3).join(", ")}, ` +
        `prices of ${panel.symbols.slice(0, 3).join(", ")}; are they written alike?`,
    );
  }
  const example = [...unknown].slice(0, 3).join(", ");
  return {
    signals,
    stocksPerDay: stocks / signals.length,
    notes: [
      ...(unknown.size > 0 ? [`${unknown.size} scored symbols without prices were left out: ${example}`] : []),
      ...(outside > 0 ? [`${outside} scores of stocks outside the universe that may be held were left out`] : []),
    ],
  };
}

function risksOf(predictions: Predictions, rows: readonly number[]): number[] {
  const { risk } = predictions;
  if (risk === undefined) {
    throw new Error("backtest: eta > 0 ranks by score - eta risk, but the scores have no risk; use eta 0");
  }
  return rows.map((row) => {
    if (!Number.isNaN(risk[row])) return risk[row];
    throw new Error(
      `backtest: eta > 0 ranks by score - eta risk, but ${predictions.symbol[row]} has no risk on ` +
        `${predictions.date[row]}; use eta 0 or leave the row out`,
    );
  });
}
