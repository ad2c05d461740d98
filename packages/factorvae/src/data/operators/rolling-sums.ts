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
  const sums = rollingSums(() => changesOf(values));
  return (days) => {
    const [gains, losses, rises, falls, known] = sums(days);
    return {
      gains: orMissing(gains, known),
      losses: orMissing(losses, known),
      risingShare: shareOfDates(rises, days),
      fallingShare: shareOfDates(falls, days),
    };
  };
}

/** Rises, falls, whether there is one, and whether the change is known: what is not known adds nothing. */
function changesOf(values: Float64Array): readonly Float64Array[] {
  const before = lagged(values, 1);
  const changes = Array.from({ length: 5 }, () => new Float64Array(values.length));
  const [gains, losses, rises, falls, known] = changes;
  for (let t = 0; t < values.length; t++) {
    const [now, last] = [values[t], before[t]];
    if (now > last) {
      gains[t] = now - last;
      rises[t] = 1;
    } else if (now < last) {
      losses[t] = last - now;
      falls[t] = 1;
    }
    if (!Number.isNaN(now - last)) known[t] = 1;
  }
  return changes;
}

const presence = (values: Float64Array): Float64Array => values.map((value) => (Number.isNaN(value) ? 0 : 1));

/** Sums, missing where nothing was summed. */
function orMissing(sums: Float64Array, count: Float64Array): Float64Array {
  const result = sums.slice();
  for (let t = 0; t < result.length; t++) if (count[t] === 0) result[t] = Number.NaN;
  return result;
}

/** How many of a window's dates, as a share; the first windows hold fewer dates. */
function shareOfDates(counts: Float64Array, days: number): Float64Array {
  const shares = new Float64Array(counts.length);
  for (let t = 0; t < shares.length; t++) shares[t] = counts[t] / (t < days ? t + 1 : days);
  return shares;
}
