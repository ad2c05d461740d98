import { byBlocks } from "./blocks.js";
import { lagged } from "./series.js";

/** Sums of several series, none of whose values is missing, over the last `days` dates up to each date. */
const rollingSums = (series: () => readonly Float64Array[]): ((days: number) => readonly Float64Array[]) =>
  byBlocks(series, (newer, older, shift) => newer.map((sums, at) => added(sums, older[at], shift)));

function added(newer: Float64Array, older: Float64Array, shift: number): Float64Array {
  const sums = newer.slice();
  for (let t = shift; t < sums.length; t++) sums[t] += older[t - shift];
  return sums;
}

/** The sum of the values present in the last `days` dates up to each date; NaN where there is none. */
export function rollingSum(values: Float64Array): (days: number) => Float64Array {
  const sums = rollingSums(() => [values.map((value) => (Number.isNaN(value) ? 0 : value)), presence(values)]);
  return (days) => {
    const [sum, count] = sums(days);
    return orMissing(sum, count);
  };
}

/** How much values rose and fell in a window. */
export interface RollingChanges {
  /** The sum of the rises from a date to the next; NaN where no change is known. */
  readonly gains: Float64Array;
  /** The sum of the falls, as positive numbers; NaN as the gains. */
  readonly losses: Float64Array;
  /** The share of the window's dates with a rise: a date without a known change has none. */
  readonly risingShare: Float64Array;
  /** The same of falls. */
  readonly fallingShare: Float64Array;
}

/** The changes to each of the last `days` dates from the one before it, up to each date. */
export function rollingChanges(values: Float64Array): (days: number) => RollingChanges {
  const sums = rollingSums(() => {
    const before = lagged(values, 1);
    const where = (of: (now: number, last: number) => number) => values.map((now, t) => of(now, before[t]));
    return [
      // Comparisons with a missing value are false, so that what is not known adds nothing.
      where((now, last) => (now > last ? now - last : 0)),
      where((now, last) => (now < last ? last - now : 0)),
      where((now, last) => (now > last ? 1 : 0)),
      where((now, last) => (now < last ? 1 : 0)),
      where((now, last) => (now >= last || now < last ? 1 : 0)),
    ];
  });
  return (days) => {
    const [gains, losses, rises, falls, known] = sums(days);
    const shareOf = (count: number, t: number): number => count / (t < days ? t + 1 : days);
    return {
      gains: orMissing(gains, known),
      losses: orMissing(losses, known),
      risingShare: rises.map(shareOf),
      fallingShare: falls.map(shareOf),
    };
  };
}

const presence = (values: Float64Array): Float64Array => values.map((value) => (Number.isNaN(value) ? 0 : 1));

const orMissing = (sums: Float64Array, count: Float64Array): Float64Array =>
  sums.map((sum, t) => (count[t] === 0 ? Number.NaN : sum));
