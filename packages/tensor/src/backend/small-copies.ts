/** The longest array that is small, in elements: from here on copying costs more than the array itself. */
const longest = 64;
/** Elements of an array that copies share: no more, as one copy that lives on keeps all of it. */
const shared = 8 * longest;

/**
 * Copies of small arrays, several in one buffer: a buffer of its own costs the engine, and its garbage collector, more than
 * the operation that made the values.
 */
export class SmallCopies {
  #room = new Float32Array(0);
  #taken = 0;

  /** A copy of an array; `undefined` if it is not small. */
  of(values: Float32Array): Float32Array | undefined {
    if (values.length > longest) return undefined;
    if (this.#taken + values.length > this.#room.length) {
      this.#room = new Float32Array(shared);
      this.#taken = 0;
    }
    const start = this.#taken;
    this.#taken += values.length;
    this.#room.set(values, start);
    return this.#room.subarray(start, this.#taken);
  }
}
