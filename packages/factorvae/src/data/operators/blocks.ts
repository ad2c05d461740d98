/**
 * Statistics of the windows that end at each date, for windows of any number of dates: a window is put together from
 * equal blocks, these from smaller ones, down to single dates; 60 dates are twice 30, these twice 15, and so on. Each
 * length is computed once.
 *
 * A window takes few steps whatever its length, and unlike a running sum its statistic is made of its own dates alone, in
 * an order that depends on its length alone: nothing that stands before it leaves a trace, in no bit.
 * @param single the statistics of single dates
 * @param join joins to the block that ends at each date those that end `length`, 2 `length`, ... dates earlier, in this
 *   order, `parts` in all; where there is none the window is what was joined so far. Changes nothing in place
 */
export function byBlocks<Statistics>(
  single: () => Statistics,
  join: (block: Statistics, parts: number, length: number) => Statistics,
): (days: number) => Statistics {
  const known = new Map<number, Statistics>();
  function of(days: number): Statistics {
    const before = known.get(days);
    if (before !== undefined) return before;
    const parts = smallestFactor(days);
    const joined = days === 1 ? single() : join(of(days / parts), parts, days / parts);
    known.set(days, joined);
    return joined;
  }
  return of;
}

/** The least number above 1 that divides another; 1 of 1. */
function smallestFactor(value: number): number {
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return factor;
  return value;
}
