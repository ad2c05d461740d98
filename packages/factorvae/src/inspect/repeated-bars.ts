import type { Panel } from "../data/panel.js";

/** Bars of one symbol that repeat each other on consecutive dates, as indices into the calendar, both included. */
export interface Repeat {
  readonly symbol: number;
  readonly from: number;
  readonly to: number;
}

const barFields = ["open", "high", "low", "close", "volume"] as const;

/** Stretches of equal bars, all fields to the bit, of bars that tell something: traded, or with a high above the low. */
export function repeatedBars({ fields, dates, symbols }: Panel): Repeat[] {
  const columns = barFields.flatMap((name) => fields[name] ?? []);
  const { close, high, low, volume } = fields;
  if (close === undefined) return [];
  const tells = (cell: number): boolean =>
    !Number.isNaN(close[cell]) && (volume === undefined ? high?.[cell] > low?.[cell] : volume[cell] > 0);
  const repeats: Repeat[] = [];
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    const start = symbol * dates.length;
    for (let from = 0; from < dates.length; ) {
      let to = from;
      if (tells(start + from))
        while (
          to + 1 < dates.length &&
          columns.every((values) => Object.is(values[start + to + 1], values[start + from]))
        )
          to++;
      if (to > from) repeats.push({ symbol, from, to });
      from = to + 1;
    }
  }
  return repeats;
}
