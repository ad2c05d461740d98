import type { Split } from "../predictions/predictions.js";

/** Splits by share of the dates, in order of time; the shares add up to 1. */
export interface FractionSplit {
  readonly train: number;
  readonly valid: number;
  readonly test: number;
}

/** Splits by date (ISO); a date that is no market day stands for the next one. */
export interface ExplicitSplit {
  /** First date of training; default the first of the calendar. Earlier dates belong to no split. */
  readonly trainFrom?: string;
  readonly validFrom: string;
  readonly testFrom: string;
  /** Last date of the test; default the last of the calendar. Later dates are "new". */
  readonly testTo?: string;
}

/** Which split each date belongs to. */
export interface DateSplit {
  /** The edges as market dates, in the form that `splitDates` takes back. */
  readonly edges: Required<ExplicitSplit>;
  /** Per date; undefined before training starts. */
  readonly splitOf: readonly (Split | undefined)[];
  /**
   * Per date, 1 where its label's last price date, and in training and validation the embargo after it, lie in the same split: only
   * these dates may be trained or selected on.
   * All others are still scored.
   */
  readonly usable: Uint8Array;
}

/** The default shares: 60 % training, 20 % validation, 20 % test. */
export const defaultFractions: FractionSplit = { train: 0.6, valid: 0.2, test: 0.2 };

/**
 * Splits the market calendar into training, validation and test, each a run of dates.
 * @param dates the market calendar, ISO, ascending
 * @param span dates from a signal to its label's last price (`labelSpan`); the last `span` dates of each split are not usable
 * @param embargo further dates at the end of training and of validation that are not usable
 * @throws RangeError if shares are not positive or do not add up to 1, edges do not ascend, or a split has no usable date
 */
export function splitDates(
  dates: readonly string[],
  how: FractionSplit | ExplicitSplit = defaultFractions,
  span = 2,
  embargo = 0,
): DateSplit {
  if (!Number.isInteger(embargo) || embargo < 0)
    throw new RangeError(`splitDates: the embargo must be a whole number of dates, 0 or more, got ${embargo}`);
  const { train, valid, test, end } = "validFrom" in how ? explicitEdges(dates, how) : fractionEdges(dates, how);
  const splitOf = dates.map((_, t): Split | undefined => {
    if (t < train) return undefined;
    if (t < valid) return "train";
    if (t < test) return "valid";
    return t < end ? "test" : "new";
  });
  const usable = Uint8Array.from(splitOf, (split, t) => {
    const reach = split === "test" ? span : span + embargo;
    return split !== undefined && split !== "new" && splitOf[t + reach] === split ? 1 : 0;
  });
  for (const split of ["train", "valid", "test"] as const) {
    if (usable.some((one, t) => one === 1 && splitOf[t] === split)) continue;
    const count = splitOf.filter((one) => one === split).length;
    throw new RangeError(
      `splitDates: the ${split} split has ${count} of ${dates.length} dates, none of which has its label (${span} dates later) ` +
        `${embargo > 0 && split !== "test" ? `and an embargo of ${embargo} dates ` : ""}in the same split; give it more dates`,
    );
  }
  const edges = { trainFrom: dates[train], validFrom: dates[valid], testFrom: dates[test], testTo: dates[end - 1] };
  return { edges, splitOf, usable };
}

/** First date of each split, and the date after the last of the test, as indices into the calendar. */
interface Edges {
  readonly train: number;
  readonly valid: number;
  readonly test: number;
  readonly end: number;
}

function fractionEdges(dates: readonly string[], { train, valid, test }: FractionSplit): Edges {
  const total = train + valid + test;
  if (!(train > 0 && valid > 0 && test > 0) || Math.abs(total - 1) > 1e-9) {
    throw new RangeError(`splitDates: shares must be positive and add up to 1, got ${train}, ${valid}, ${test}`);
  }
  const count = dates.length;
  return { train: 0, valid: Math.round(count * train), test: Math.round(count * (train + valid)), end: count };
}

function explicitEdges(dates: readonly string[], how: ExplicitSplit): Edges {
  for (const [name, date] of Object.entries(how)) {
    if (date === undefined || /^\d{4}-\d{2}-\d{2}$/.test(date)) continue;
    throw new RangeError(`splitDates: ${name} must be an ISO date (YYYY-MM-DD), got "${date}"`);
  }
  const from = (date: string) => {
    const index = dates.findIndex((one) => one >= date);
    return index < 0 ? dates.length : index;
  };
  const end = how.testTo === undefined ? dates.length : dates.findLastIndex((one) => one <= (how.testTo ?? one)) + 1;
  const edges = { train: from(how.trainFrom ?? ""), valid: from(how.validFrom), test: from(how.testFrom), end };
  if (edges.train < edges.valid && edges.valid < edges.test && edges.test < edges.end) return edges;
  throw new RangeError(
    `splitDates: on a calendar from ${dates[0]} to ${dates[dates.length - 1]} every split needs dates, in the order training ` +
      `(${how.trainFrom ?? "from the start"}), validation (from ${how.validFrom}), test (from ${how.testFrom} to ${how.testTo ?? "the end"})`,
  );
}
