import { release, type Storage, type Tensor } from "@factorvae/tensor";

/** The tensors of one operation that ran. */
interface Run {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/**
 * Who still needs which memory on the way back through a tape: a block is released as soon as the step that made it has
 * been pulled back and no gradient lies in it.
 */
export class Ledger {
  /** Memory that each step made, by the step. */
  readonly #made = new Map<Run, readonly Storage[]>();
  /** Memory that steps not pulled back yet may read, and what is not to be released at all. */
  readonly #needed: Set<Storage>;
  readonly #gradients = new Map<Storage, number>();
  readonly #releases: boolean;

  /** Of these steps, in the order in which they ran; of none, nothing is ever released. */
  constructor(steps: readonly Run[], kept: Iterable<Storage>) {
    this.#releases = steps.length > 0;
    const forever = new Set(kept);
    this.#needed = new Set(forever);
    for (const step of steps) {
      for (const { storage } of step.inputs) this.#needed.add(storage);
      const made = step.outputs.flatMap(({ storage }) => (this.#needed.has(storage) ? [] : [storage]));
      for (const storage of made) this.#needed.add(storage);
      if (made.length > 0) this.#made.set(step, made);
    }
  }

  /** Notes a gradient that is waiting to be passed on. */
  hold({ storage }: Tensor): void {
    if (this.#releases) this.#gradients.set(storage, (this.#gradients.get(storage) ?? 0) + 1);
  }

  /** Notes that a gradient has been passed on. */
  drop(gradient: Tensor | undefined): void {
    if (!this.#releases || !gradient) return;
    const { storage } = gradient;
    const left = (this.#gradients.get(storage) ?? 0) - 1;
    if (left > 0) this.#gradients.set(storage, left);
    else {
      this.#gradients.delete(storage);
      this.#releaseUnneeded(storage);
    }
  }

  /** Notes that a step has been pulled back: what it made is read by no step that is left. */
  pulledBack(step: Run): void {
    for (const storage of this.#made.get(step) ?? []) {
      this.#needed.delete(storage);
      this.#releaseUnneeded(storage);
    }
  }

  #releaseUnneeded(storage: Storage): void {
    if (!this.#needed.has(storage) && !this.#gradients.has(storage)) release(storage);
  }
}
