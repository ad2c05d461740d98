/** The largest or smallest values in the windows that end at each date, and where they stand. */
export interface RollingExtreme {
  /** NaN where no value is present. */
  readonly value: Float64Array;
  /** Position among the window's dates, counted from the oldest = 1; of equal values the oldest. NaN where there is none. */
  readonly position: Float64Array;
}

/** The largest value of the last `days` dates up to each date, missing ones left out. */
export const rollingMaximum = (values: Float64Array, days: number): RollingExtreme => extremes(values, days, 1);

/** The smallest. */
export const rollingMinimum = (values: Float64Array, days: number): RollingExtreme => extremes(values, days, -1);

function extremes(values: Float64Array, days: number, sign: 1 | -1): RollingExtreme {
  const dates = values.length;
  const [value, position] = [new Float64Array(dates), new Float64Array(dates)];
  for (let t = 0; t < dates; t++) {
    const from = t < days ? 0 : t - days + 1;
    let best = Number.NEGATIVE_INFINITY;
    let at = -1;
    for (let s = from; s <= t; s++) {
      const candidate = sign * values[s];
      if (candidate > best) {
        best = candidate;
        at = s;
      }
    }
    value[t] = at < 0 ? Number.NaN : values[at];
    position[t] = at < 0 ? Number.NaN : at - from + 1;
  }
  return { value, position };
}
