import { type DateSplit, splitDates } from "./split.js";

/** A model trained again and again as time goes on. All lengths are market dates. */
export interface WalkForwardSplit {
  /** Dates of the first training; with "rolling" of every one. */
  readonly trainDays: number;
  readonly validDays: number;
  readonly testDays: number;
  /** From one fold to the next; default `testDays`, so that every date after the first training and validation is tested once. */
  readonly stepDays?: number | undefined;
  /** Whether training drops its oldest dates as it goes on, or keeps them; default "rolling". */
  readonly trainWindow?: "rolling" | "expanding";
  /** Dates between what a training or validation label touches and the next split; default 0. */
  readonly embargo?: number | undefined;
}

/**
 * The folds of a walk through the calendar, oldest first: training, validation and test next to each other, each fold `stepDays`
 * after the one before, as long as a test date has its label. The newest test ends with the calendar, where folds follow each other
 * without a gap.
 *
 * No usable date of training, nor of validation, has a label or an embargo that reaches into the split after it.
 * @param dates the market calendar, ISO, ascending
 * @param span dates from a signal to its label's last price (`labelSpan`)
 * @throws RangeError if a length is not a positive whole number, or the calendar is too short for one fold
 */
export function walkForwardSplits(dates: readonly string[], how: WalkForwardSplit, span = 2): DateSplit[] {
  const { trainDays, validDays, testDays, stepDays = testDays, trainWindow = "rolling", embargo = 0 } = how;
  for (const [name, length] of Object.entries({ trainDays, validDays, testDays, stepDays }))
    if (!Number.isInteger(length) || length < 1)
      throw new RangeError(`walkForwardSplits: ${name} must be a positive whole number of dates, got ${length}`);
  const firstTest = trainDays + validDays;
  if (firstTest + span >= dates.length)
    throw new RangeError(
      `walkForwardSplits: ${dates.length} dates are too few for ${trainDays} of training, ${validDays} of validation and a test date with its label (${span} dates later); at least ${firstTest + span + 1} are needed`,
    );
  const folds = 1 + Math.floor((dates.length - 1 - span - firstTest) / stepDays);
  return Array.from({ length: folds }, (_, fold) => {
    const test = firstTest + fold * stepDays;
    const end = Math.min(dates.length, test + testDays);
    // The last dates of the calendar have no label yet, and make no fold of their own.
    const isLast = fold === folds - 1 && stepDays <= testDays;
    const edges = {
      trainFrom: dates[trainWindow === "expanding" ? 0 : fold * stepDays],
      validFrom: dates[test - validDays],
      testFrom: dates[test],
      testTo: dates[isLast ? dates.length - 1 : end - 1],
    };
    return splitDates(dates, edges, span, embargo);
  });
}
