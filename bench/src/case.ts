import type { Specs } from "./groups.js";

/** Something that a library runs again and again. */
export interface Timed {
  /** What it returns is kept until the next run, so that no engine can leave the work out. */
  readonly run: () => unknown;
  /** Whether `run` returns promises. */
  readonly isAsync?: boolean;
  /** A number that every library finds alike: the sum of a product, a loss. */
  readonly check?: () => number | Promise<number>;
  /** Runs all of a turn within it: operands in linear memory, for instance. */
  readonly around?: (turn: () => void) => void;
}

/** Something that measures itself, once in a process: seconds or bytes. */
export interface Measured {
  readonly measure: () => number | Promise<number>;
  /** As that of `Timed`, asked for when the measurement is done. */
  readonly check?: () => number;
}

/** What a library has to be measured by. */
export type Case = Timed | Measured;

/** What a library can be measured at; nothing where it cannot do a row. */
export type Library = {
  readonly [Name in keyof Specs]?: (spec: Specs[Name]) => Promise<Case | undefined> | Case | undefined;
};

/** Adds numbers up, in double precision. */
export function sumOf(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < numbers.length; at++) total += numbers[at];
  return total;
}
