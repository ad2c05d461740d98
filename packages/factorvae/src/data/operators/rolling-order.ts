/** The values present in a window, in ascending order, as it moves on. They are compared, never added: no trace is left. */
class SortedWindow {
  readonly #values: Float64Array;
  #size = 0;

  constructor(days: number) {
    this.#values = new Float64Array(days);
  }

  get size(): number {
    return this.#size;
  }

  /** How many are less than `value`. */
  below(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The average rank of `value`, counted from 1; `below` of the values are less. */
  averageRank(value: number, below: number): number {
    let end = below;
    while (end < this.#size && this.#values[end] === value) end++;
    return (below + end + 1) / 2;
  }

  add(value: number): number {
    return this.#settle(value, this.#size++);
  }

  remove(value: number): void {
    const values = this.#values;
    this.#size--;
    for (let at = this.below(value); at < this.#size; at++) values[at] = values[at + 1];
  }

  /** Takes one value out and another in; tells how many are less than that. */
  replace(old: number, value: number): number {
    return this.#settle(value, this.below(old));
  }

  /** Puts a value in order that comes to a free place, and tells where: how many are less. */
  #settle(value: number, free: number): number {
    const values = this.#values;
    let at = free;
    while (at > 0 && values[at - 1] >= value) {
      values[at] = values[at - 1];
      at--;
    }
    while (at + 1 < this.#size && values[at + 1] < value) {
      values[at] = values[at + 1];
      at++;
    }
    values[at] = value;
    return at;
  }

  /** The quantile, interpolated linearly between the nearest two; NaN where there is no value. */
  quantile(share: number): number {
    if (this.#size === 0) return Number.NaN;
    const place = (this.#size - 1) * share;
    const below = Math.floor(place);
    const value = this.#values[below];
    return below + 1 < this.#size ? value + (this.#values[below + 1] - value) * (place - below) : value;
  }
}

/** What the order of the values present in the last dates up to each date tells. */
export interface RollingOrder {
  /** One series for each share asked for; NaN where no value is present. */
  readonly quantiles: readonly Float64Array[];
  /** The percentile rank of each date's own value in (0, 1]; ties share their average rank. NaN where it is missing. */
  readonly rank: Float64Array;
}

/** Quantiles (shares in [0, 1]) and ranks over the last `days` dates up to each date, missing values left out. */
export function rollingOrder(values: Float64Array, days: number, shares: readonly number[]): RollingOrder {
  const quantiles = shares.map(() => new Float64Array(values.length));
  const rank = new Float64Array(values.length).fill(Number.NaN);
  const window = new SortedWindow(days);
  for (let t = 0; t < values.length; t++) {
    const value = values[t];
    const old = t < days ? Number.NaN : values[t - days];
    if (Number.isNaN(value)) {
      if (!Number.isNaN(old)) window.remove(old);
    } else {
      const below = Number.isNaN(old) ? window.add(value) : window.replace(old, value);
      rank[t] = window.averageRank(value, below) / window.size;
    }
    for (let at = 0; at < shares.length; at++) quantiles[at][t] = window.quantile(shares[at]);
  }
  return { quantiles, rank };
}
