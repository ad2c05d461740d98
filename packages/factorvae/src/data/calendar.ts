/** A date with fewer priced symbols than this share of those seen lately is no market day. */
const thinShare = 0.2;
/** How many dates before a date say which symbols are alive. */
const seenDates = 20;

/** How many symbols have a price on each date, and how many had one on the 20 dates before. */
export interface Coverage {
  readonly priced: Int32Array;
  readonly seenBefore: Int32Array;
}

/**
 * Counts, for each date, the symbols with a price and the symbols with a price on any of the 20 dates before it.
 * @param isPriced symbol-major `[symbols, dates]`, not 0 where the symbol has a price on the date
 */
export function coverage(isPriced: Uint8Array, symbols: number, dates: number): Coverage {
  const priced = new Int32Array(dates);
  const change = new Int32Array(dates + seenDates + 2);
  for (let n = 0; n < symbols; n++) {
    let seenUntil = 0;
    for (let t = 0; t < dates; t++) {
      if (isPriced[n * dates + t] === 0) continue;
      priced[t]++;
      // Marks dates t + 1 ... t + 20 as "seen", once where they overlap those of an earlier date.
      change[Math.max(t + 1, seenUntil)]++;
      seenUntil = t + seenDates + 1;
      change[seenUntil]--;
    }
  }
  const seenBefore = new Int32Array(dates);
  let alive = 0;
  for (let t = 0; t < dates; t++) {
    alive += change[t];
    seenBefore[t] = alive;
  }
  return { priced, seenBefore };
}

/**
 * Says which dates are no market days: fewer symbols have a price than 20 % of the number seen on the 20 dates before.
 * Only the past decides, so that what comes later never changes the calendar of what came before.
 * @returns the thin dates' indices, ascending
 */
export function thinDates({ priced, seenBefore }: Coverage): number[] {
  const thin: number[] = [];
  for (let t = 0; t < priced.length; t++) if (priced[t] < thinShare * seenBefore[t]) thin.push(t);
  return thin;
}
