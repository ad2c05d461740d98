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
  return remembered((days) => placed(largest(days), days));
}

/** The smallest. */
export function rollingMinimum(values: Float64Array): (days: number) => RollingExtreme {
  const largest = largestOf(() => negated(values));
  return remembered((days) => {
    const { value, position } = placed(largest(days), days);
    return { value: negated(value), position };
  });
}

/** Computes what each length has once: several features ask for it. */
function remembered(of: (days: number) => RollingExtreme): (days: number) => RollingExtreme {
  const known = new Map<number, RollingExtreme>();
  return (days) => {
    const extreme = known.get(days) ?? of(days);
    known.set(days, extreme);
    return extreme;
  };
}

const largestOf = (values: () => Float64Array): ((days: number) => Largest) =>
  byBlocks(() => {
    const value = values();
    const ago = new Float64Array(value.length);
    for (let t = 0; t < ago.length; t++) ago[t] = Number.isNaN(value[t]) ? Number.NaN : 0;
    return { value, ago };
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

function joined({ value: values, ago: since }: Largest, parts: number, length: number): Largest {
  const [value, ago] = [new Float64Array(values.length), new Float64Array(values.length)];
  for (let t = 0; t < value.length; t++) {
    let largest = values[t];
    let at = since[t];
    const oldest = Math.max(0, t - (parts - 1) * length);
    for (let s = t - length; s >= oldest; s -= length) {
      const before = values[s];
      // False where either is missing: the older one counts only if it is there, and then also beside a missing newer one.
      if (!(before >= largest) && !(Number.isNaN(largest) && !Number.isNaN(before))) continue;
      largest = before;
      at = since[s] + (t - s);
    }
    value[t] = largest;
    ago[t] = at;
  }
  return { value, ago };
}
