const digitBits = 8;
const digits = 2 ** digitBits;

/** Up to so many keys it is cheaper to insert each in its place than to count digits. */
const fewKeys = 40;

/** Keys, and where each came from. */
interface Run {
  readonly keys: Uint32Array;
  readonly from: Int32Array;
}

const emptyRun = (length: number): Run => ({ keys: new Uint32Array(length), from: new Int32Array(length) });

/** A stable sort of up to `capacity` keys below 2^32, by one digit after the other from the lowest on, in its own memory. */
export class RadixSorter {
  #run: Run;
  #spare: Run;
  readonly #counts = new Uint32Array(digits);

  constructor(capacity: number) {
    this.#run = emptyRun(capacity);
    this.#spare = emptyRun(capacity);
  }

  /** What is to be sorted, for the caller to write; after `sort`, which may exchange it, what was. */
  get run(): Run {
    return this.#run;
  }

  /** Puts the first `count` keys in ascending order, those that tie as they stood. */
  sort(count: number): void {
    if (count <= fewKeys) insertEach(this.#run, count);
    else for (let shift = 0; shift < 32; shift += digitBits) this.#distribute(count, shift);
  }

  #distribute(count: number, shift: number): void {
    const { keys, from } = this.#run;
    const { keys: toKeys, from: toFrom } = this.#spare;
    const counts = this.#counts.fill(0);
    for (let at = 0; at < count; at++) counts[(keys[at] >>> shift) & (digits - 1)]++;
    if (counts[(keys[0] >>> shift) & (digits - 1)] === count) return;
    for (let digit = 0, start = 0; digit < digits; digit++) {
      const next = start + counts[digit];
      counts[digit] = start;
      start = next;
    }
    for (let at = 0; at < count; at++) {
      const key = keys[at];
      const to = counts[(key >>> shift) & (digits - 1)]++;
      toKeys[to] = key;
      toFrom[to] = from[at];
    }
    [this.#run, this.#spare] = [this.#spare, this.#run];
  }
}

function insertEach({ keys, from }: Run, count: number): void {
  for (let next = 1; next < count; next++) {
    const [key, origin] = [keys[next], from[next]];
    let at = next;
    for (; at > 0 && keys[at - 1] > key; at--) {
      keys[at] = keys[at - 1];
      from[at] = from[at - 1];
    }
    keys[at] = key;
    from[at] = origin;
  }
}
