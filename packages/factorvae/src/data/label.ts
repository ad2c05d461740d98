import type { Panel } from "./panel.js";

/** Which return a signal is scored by. */
export interface LabelOptions {
  /** "trade-next-close" (default): bought at the next close; "next-day": from the signal's own close to the next. */
  readonly kind?: "trade-next-close" | "next-day";
  /** Dates held, a positive integer; default 1. "next-day" always holds 1. */
  readonly horizon?: number;
}

/**
 * How many market dates after the signal the label's last price lies: `horizon + 1`, or 1 for "next-day".
 * @throws RangeError if the horizon is not a positive integer, or not 1 with "next-day"
 */
export function labelSpan({ kind = "trade-next-close", horizon = 1 }: LabelOptions = {}): number {
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new RangeError(`label: the horizon must be a positive whole number of dates, got ${horizon}`);
  }
  if (kind === "next-day" && horizon !== 1) {
    throw new RangeError(`label: "next-day" has horizon 1, got ${horizon}; use "trade-next-close"`);
  }
  return kind === "next-day" ? 1 : horizon + 1;
}

/**
 * The raw return after each signal date: `close[t + 1 + h] / close[t + 1] - 1`, or `close[t + 1] / close[t] - 1` for
 * "next-day", on the market calendar.
 * @returns symbol-major `[symbols, dates]`; NaN where either price is missing or lies after the last date
 * @throws RangeError if the panel has no close, or as `labelSpan`
 */
export function returnLabels(panel: Panel, options: LabelOptions = {}): Float64Array {
  const span = labelSpan(options);
  const start = options.kind === "next-day" ? 0 : 1;
  const close = panel.fields.close;
  if (close === undefined) throw new RangeError("returnLabels: the panel has no field close");
  const dates = panel.dates.length;
  const labels = new Float64Array(close.length).fill(Number.NaN);
  for (let n = 0; n < panel.symbols.length; n++) {
    for (let t = 0; t + span < dates; t++) {
      const cell = n * dates + t;
      labels[cell] = close[cell + span] / close[cell + start] - 1;
    }
  }
  return labels;
}
