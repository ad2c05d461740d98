import type { Predictions } from "./predictions.js";

/** Scores of a date that come out otherwise than they were written. */
export interface Restated {
  readonly date: string;
  /** Scores that differ, or are there only once. */
  readonly count: number;
  /** Of so many that were written or would be now. */
  readonly of: number;
  /** One of them, in words. */
  readonly example: string;
}

/**
 * Compares the scores of a date as they were written with those that the same run gives now: they are the same to the bit
 * unless the prices before were restated. Undefined where nothing differs.
 */
export function restated(date: string, before: Predictions, now: Predictions): Restated | undefined {
  const [written, again] = [scoresOn(date, before), scoresOn(date, now)];
  const symbols = [...new Set([...written.keys(), ...again.keys()])].sort();
  const different = symbols.filter((symbol) => !Object.is(written.get(symbol), again.get(symbol)));
  if (different.length === 0) return undefined;
  const told = (score: number | undefined): string => (score === undefined ? "none" : String(score));
  const [symbol] = different;
  return {
    date,
    count: different.length,
    of: symbols.length,
    example: `${symbol} was ${told(written.get(symbol))}, is ${told(again.get(symbol))}`,
  };
}

function scoresOn(on: string, { date, symbol, score }: Predictions): ReadonlyMap<string, number> {
  return new Map(date.flatMap((day, row) => (day === on ? [[symbol[row], score[row]] as const] : [])));
}
