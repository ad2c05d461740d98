import type { Panel } from "../data/panel.js";

/** Where something was found. */
export interface Finding {
  /** Absent where it concerns a whole date. */
  readonly symbol?: string;
  readonly date: string;
  /** What stands there. */
  readonly detail: string;
  /** How grave it is beside others of its kind; the larger is told first. */
  readonly weight: number;
}

/** Looks for one thing that a user of prices should know of. */
export interface Finder {
  /** Kebab-case. */
  readonly name: string;
  /** What is found, and what it does. */
  readonly about: string;
  readonly find: (panel: Panel) => readonly Finding[];
}

/** A field's values of one symbol, by date; missing ones where the panel has no such field. */
export function seriesOf({ fields, dates }: Panel, name: string, symbol: number): Float64Array {
  const values = fields[name];
  if (values === undefined) return new Float64Array(dates.length).fill(Number.NaN);
  return values.subarray(symbol * dates.length, (symbol + 1) * dates.length);
}

/** Four significant digits, or all of a whole number. */
export const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(+value.toPrecision(4));
