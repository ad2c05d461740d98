import { byBlocks } from "./blocks.js";
import { presence } from "./rolling-moments.js";

/** Sums of a series none of whose values is missing, over the last `days` dates up to each date. */
const rollingSums = (values: () => Float64Array): ((days: number) => Float64Array) => byBlocks(values, added);

function added(block: Float64Array, parts: number, length: number): Float64Array {
  const sums = block.slice();
  for (let shift = length; shift < parts * length; shift += length)
    for (let t = shift; t < sums.length; t++) sums[t] += block[t - shift];
  return sums;
}

/** The sum of the values present in the last `days` dates up to each date; NaN where there is none. */
export function rollingSum(values: Float64Array): (days: number) => Float64Array {
  const sums = rollingSums(() => values.map((value) => (Number.isNaN(value) ? 0 : value)));
  const counts = rollingSums(() => presence(values));
  return (days) => orMissing(sums(days), counts(days));
}

/** How much values rose and fell in a window. */
export interface RollingChanges {
  /** The sum of the rises from a date to the next; NaN where no change is known. */
  readonly gains: (days: number) => Float64Array;
  /** The sum of the falls, as positive numbers; NaN as the gains. */
  readonly losses: (days: number) => Float64Array;
  /** The share of the window's dates with a rise: a date without a known change has none. */
  readonly risingShare: (days: number) => Float64Array;
  /** The same of falls. */
  readonly fallingShare: (days: number) => Float64Array;
}

/** The changes to each of the last `days` dates from the one before it, up to each date. */
export function rollingChanges(values: Float64Array): RollingChanges {
  let found: Changes | undefined;
  const changes = (): Changes => {
    found ??= changesOf(values);
    return found;
  };
  const [gains, losses] = [rollingSums(() => changes().gains), rollingSums(() => changes().losses)];
  const [rises, falls] = [rollingSums(() => changes().rises), rollingSums(() => changes().falls)];
  const known = rollingSums(() => changes().known);
  return {
    gains: (days) => orMissing(gains(days), known(days)),
    losses: (days) => orMissing(losses(days), known(days)),
    risingShare: (days) => shareOfDates(rises(days), days),
    fallingShare: (days) => shareOfDates(falls(days), days),
  };
}

/** Changes from the date before; where one is not known, all are 0. */
interface Changes {
  readonly gains: Float64Array;
  readonly losses: Float64Array;
  /** 1 where there is a gain. */
  readonly rises: Float64Array;
  readonly falls: Float64Array;
  /** 1 where the change is known. */
  readonly known: Float64Array;
}

function changesOf(values: Float64Array): Changes {
  const [gains, losses] = [new Float64Array(values.length), new Float64Array(values.length)];
  const [rises, falls] = [new Float64Array(values.length), new Float64Array(values.length)];
  const known = new Float64Array(values.length);
  for (let t = 1; t < values.length; t++) {
    const change = values[t] - values[t - 1];
    if (change > 0) {
      gains[t] = change;
      rises[t] = 1;
    } else if (change < 0) {
      losses[t] = -change;
      falls[t] = 1;
    }
    if (!Number.isNaN(change)) known[t] = 1;
  }
  return { gains, losses, rises, falls, known };
}

/** Sums, missing where nothing was summed. */
function orMissing(sums: Float64Array, count: Float64Array): Float64Array {
  const result = new Float64Array(sums.length);
  for (let t = 0; t < result.length; t++) result[t] = count[t] === 0 ? Number.NaN : sums[t];
  return result;
}

/** How many of a window's dates, as a share; the first windows hold fewer dates. */
function shareOfDates(counts: Float64Array, days: number): Float64Array {
  const shares = new Float64Array(counts.length);
  for (let t = 0; t < shares.length; t++) shares[t] = counts[t] / (t < days ? t + 1 : days);
  return shares;
}
