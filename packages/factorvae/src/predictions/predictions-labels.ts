import type { Panel, Tally } from "../data/panel.js";
import type { Predictions } from "./predictions.js";

/** Predictions with labels from prices, and the rows that the prices do not know. */
export interface LabelledPredictions {
  readonly predictions: Predictions;
  /** Rows that have a label now. */
  readonly labelled: number;
  /** Rows whose date or symbol the panel does not hold; they stay, without a label. Absent if there are none. */
  readonly unmatched?: Tally;
}

/**
 * Puts labels made from prices beside scores, replacing whatever labels there were.
 *
 * `labels: [symbols, dates]` is symbol-major as the panel's fields are, NaN where missing. Throws when their number is
 * not the panel's, and when no row at all matches the panel (another market, or another way to write symbols).
 */
export function withLabels(predictions: Predictions, panel: Panel, labels: Float64Array): LabelledPredictions {
  const dateCount = panel.dates.length;
  if (labels.length !== panel.symbols.length * dateCount) {
    throw new Error(
      `withLabels: ${labels.length} labels for ${panel.symbols.length} symbols x ${dateCount} dates; ` +
        "make them from the same panel",
    );
  }
  const dateIndex = new Map(panel.dates.map((date, index) => [date, index]));
  const symbolIndex = new Map(panel.symbols.map((symbol, index) => [symbol, index]));
  const { date, symbol } = predictions;
  const label = new Float64Array(date.length).fill(Number.NaN);
  let labelled = 0;
  let unknown = 0;
  let example = "";
  for (let row = 0; row < date.length; row++) {
    const dateAt = dateIndex.get(date[row]);
    const symbolAt = symbolIndex.get(symbol[row]);
    if (dateAt === undefined || symbolAt === undefined) {
      if (unknown++ === 0) {
        const what = dateAt === undefined ? `date ${date[row]}` : `symbol ${symbol[row]}`;
        example = `the score of ${symbol[row]} on ${date[row]}: the prices have no ${what}`;
      }
      continue;
    }
    label[row] = labels[symbolAt * dateCount + dateAt];
    if (!Number.isNaN(label[row])) labelled++;
  }
  if (unknown > 0 && unknown === date.length) {
    throw new Error(
      `withLabels: none of the ${unknown} scores has a price; first, ${example} ` +
        `(symbols such as ${panel.symbols[0]}, dates ${panel.dates[0]} to ${panel.dates.at(-1)})`,
    );
  }
  const result = { predictions: { ...predictions, label }, labelled };
  return unknown === 0 ? result : { ...result, unmatched: { count: unknown, example } };
}
