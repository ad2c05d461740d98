/** Free stretches of memory, in order of address: neighbours grow together, so that what was cut can be used as one again. */
export class Spans {
  readonly #spans: { address: number; size: number }[] = [];

  /** Takes so many bytes from the smallest span that has them. */
  take(size: number): number | undefined {
    let best = -1;
    for (let at = 0; at < this.#spans.length; at++) {
      const found = this.#spans[at].size;
      if (found >= size && (best < 0 || found < this.#spans[best].size)) best = at;
    }
    if (best < 0) return undefined;
    const span = this.#spans[best];
    const { address } = span;
    span.address += size;
    span.size -= size;
    if (span.size === 0) this.#spans.splice(best, 1);
    return address;
  }

  /** Gives bytes back. */
  give(address: number, size: number): void {
    let at = this.#spans.findIndex((span) => span.address > address);
    if (at < 0) at = this.#spans.length;
    const [before, after] = [this.#spans[at - 1], this.#spans[at]];
    const joinsBefore = before !== undefined && before.address + before.size === address;
    const joinsAfter = after !== undefined && address + size === after.address;
    if (joinsBefore) before.size += size + (joinsAfter ? after.size : 0);
    else if (joinsAfter) {
      after.address = address;
      after.size += size;
    } else this.#spans.splice(at, 0, { address, size });
    if (joinsBefore && joinsAfter) this.#spans.splice(at, 1);
  }

  /** Takes the span that ends at an address, whatever its size; its start, or the address itself if none does. */
  takeUpTo(end: number): number {
    const last = this.#spans[this.#spans.length - 1];
    if (last === undefined || last.address + last.size !== end) return end;
    this.#spans.pop();
    return last.address;
  }
}
