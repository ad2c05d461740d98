import { byBlocks } from "./blocks.js";

/** The largest or smallest values in the windows that end at each date, and where they stand. */
export interface RollingExtreme {
  /** NaN where no value is present. */
  readonly value: Float64Array;
  /** Position among the window's dates, counted from the oldest = 1; of equal values the oldest. NaN where there is none. */
  readonly position: Float64Array;
}

/** The largest values of blocks, and how many dates before the newest they stand; both NaN where none is present. */
interface Largest {
  readonly value: Float64Array;
  readonly ago: Float64Array;
}

/** The largest value of the last `days` dates up to each date, missing ones left out. */
export function rollingMaximum(values: Float64Array): (days: number) => RollingExtreme {
  const largest = largestOf(() => values);
  return (days) => placed(largest(days), days);
}

/** The smallest. */
export function rollingMinimum(values: Float64Array): (days: number) => RollingExtreme {
  const largest = largestOf(() => negated(values));
  return (days) => {
    const { value, position } = placed(largest(days), days);
    return { value: negated(value), position };
  };
}

const largestOf = (values: () => Float64Array): ((days: number) => Largest) =>
  byBlocks(() => {
    const value = values();
    return { value, ago: value.map((one) => (Number.isNaN(one) ? Number.NaN : 0)) };
  }, joined);

function negated(values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let t = 0; t < result.length; t++) result[t] = -values[t];
  return result;
}

function placed({ value, ago }: Largest, days: number): RollingExtreme {
  const position = new Float64Array(ago.length);
  for (let t = 0; t < position.length; t++) position[t] = (t < days ? t + 1 : days) - ago[t];
  return { value, position };
}

function joined(newer: Largest, older: Largest, shift: number): Largest {
  const [value, ago] = [newer.value.slice(), newer.ago.slice()];
  for (let t = shift; t < value.length; t++) {
    const before = older.value[t - shift];
    // False where either is missing: the older one counts only if it is there, and then also beside a missing newer one.
    if (!(before >= value[t]) && !(Number.isNaN(value[t]) && !Number.isNaN(before))) continue;
    value[t] = before;
    ago[t] = older.ago[t - shift] + shift;
  }
  return { value, ago };
}
