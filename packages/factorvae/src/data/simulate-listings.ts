import { fold, type Key, permutation, uniformValues } from "@factorvae/tensor";

/** What a stock did on a day: not listed or no row, row with volume 0, or traded. */
export type Trading = "absent" | "suspended" | "traded";

/** `Trading` as it is stored: one byte for each stock and day. */
export const tradingCodes = { absent: 0, suspended: 1, traded: 2 } as const satisfies Record<Trading, number>;

/** One spell of suspension in this many days, for each stock. */
const daysBetweenSuspensions = 1000;
/** A suspension ends on any day with this probability: four days in the mean. */
const resumption = 0.25;

/**
 * When each stock is listed and trades, `[stocks, days]`: a tenth of the stocks is listed late, another tenth leaves
 * early, and any stock is now and then suspended, half of the time without a row and half with a row of volume 0.
 *
 * A listing's first row and a stock's last are never suspensions.
 */
export function tradingDays(stream: Key, stocks: number, days: number): Uint8Array {
  const codes = new Uint8Array(stocks * days);
  const tenth = Math.round(stocks / 10);
  const order = permutation(fold(stream, "who"), stocks).data;
  const when = uniformValues(fold(stream, "when"), stocks);
  const suspensions = fold(stream, "suspensions");
  order.forEach((n, rank) => {
    const listed = rank < tenth ? Math.floor(days * (0.05 + 0.55 * when[n])) : 0;
    const delisted = rank >= tenth && rank < 2 * tenth ? Math.ceil(days * (0.4 + 0.55 * when[n])) : days;
    const draws = uniformValues(fold(suspensions, n), 2 * days);
    let code: number = tradingCodes.traded;
    for (let day = listed; day < delisted; day++) {
      const [turn, kind] = [draws[2 * day], draws[2 * day + 1]];
      if (code !== tradingCodes.traded) {
        if (turn < resumption) code = tradingCodes.traded;
      } else if (turn < 1 / daysBetweenSuspensions) {
        code = kind < 0.5 ? tradingCodes.absent : tradingCodes.suspended;
      }
      codes[n * days + day] = day === listed || day === delisted - 1 ? tradingCodes.traded : code;
    }
  });
  return codes;
}

/** `count` business days (Monday to Friday, no holidays) from 2010-01-04 on, as ISO dates. */
export function businessDays(count: number): string[] {
  const firstMonday = Date.UTC(2010, 0, 4);
  return Array.from({ length: count }, (_, i) => {
    const calendarDays = Math.floor(i / 5) * 7 + (i % 5);
    return new Date(firstMonday + calendarDays * 86_400_000).toISOString().slice(0, 10);
  });
}

/** Symbols `S000`, `S001`, ... with as many digits as it takes to keep them in code-unit order. */
export function symbolNames(count: number): string[] {
  const digits = Math.max(3, String(count - 1).length);
  return Array.from({ length: count }, (_, n) => `S${String(n).padStart(digits, "0")}`);
}
