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

  /** How many equal `value`. */
  equal(value: number): number {
    const first = this.below(value);
    let end = first;
    while (end < this.#size && this.#values[end] === value) end++;
    return end - first;
  }

  add(value: number): void {
    const at = this.below(value);
    this.#values.copyWithin(at + 1, at, this.#size);
    this.#values[at] = value;
    this.#size++;
  }

  remove(value: number): void {
    const at = this.below(value);
    this.#values.copyWithin(at, at + 1, this.#size);
    this.#size--;
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

/** Moves a window over the values: `seen` is called at each date, with the values of the last `days` dates up to it. */
function overWindows(values: Float64Array, days: number, seen: (window: SortedWindow, t: number) => void): void {
  const window = new SortedWindow(days);
  for (let t = 0; t < values.length; t++) {
    if (t >= days && !Number.isNaN(values[t - days])) window.remove(values[t - days]);
    if (!Number.isNaN(values[t])) window.add(values[t]);
    seen(window, t);
  }
}

/** Quantiles of the values present in the last `days` dates up to each date, one series for each share in [0, 1]. */
export function rollingQuantiles(values: Float64Array, days: number, shares: readonly number[]): Float64Array[] {
  const quantiles = shares.map(() => new Float64Array(values.length));
  overWindows(values, days, (window, t) => {
    shares.forEach((share, at) => {
      quantiles[at][t] = window.quantile(share);
    });
  });
  return quantiles;
}

/**
 * The percentile rank of each date's value among those present in the last `days` dates up to it, in (0, 1]; ties share
 * their average rank. NaN where the value is missing.
 */
export function rollingRank(values: Float64Array, days: number): Float64Array {
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  overWindows(values, days, (window, t) => {
    const value = values[t];
    if (!Number.isNaN(value)) ranks[t] = (window.below(value) + (window.equal(value) + 1) / 2) / window.size;
  });
  return ranks;
}
