import type { Tally } from "./panel.js";

/** Counts of what happened to rows, by reason, each with its first example. */
export interface Tallies {
  /** Adds `times` (default 1) to a reason; the example is only written out for its first occurrence. */
  add(reason: string, example: () => string, times?: number): void;
  /** The sum over all reasons. */
  total(): number;
  /** The counts so far, reasons in the order of their first occurrence. */
  result(): Record<string, Tally>;
}

/** Makes an empty set of counters. */
export function tallies(): Tallies {
  const counts = new Map<string, { count: number; readonly example: string }>();
  return {
    add(reason, example, times = 1) {
      if (times === 0) return;
      const known = counts.get(reason);
      if (known) known.count += times;
      else counts.set(reason, { count: times, example: example() });
    },
    total() {
      let sum = 0;
      for (const { count } of counts.values()) sum += count;
      return sum;
    },
    result() {
      return Object.fromEntries([...counts].map(([reason, { count, example }]) => [reason, { count, example }]));
    },
  };
}
