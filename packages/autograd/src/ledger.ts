import { blocksMade, release, type Storage, type Tensor } from "@factorvae/tensor";

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
  /**
   * By block, how many outputs of steps that are not pulled back yet lie in it (views of it among them), and how many
   * gradients. Infinity for what is not to be released at all.
   */
  readonly #holders = new Map<Storage, number>();
  readonly #releases: boolean;
  /** How many of the blocks made so far were looked through. */
  #swept = blocksMade().length;

  /** Of these steps, in the order in which they ran; of none, nothing is ever released. */
  constructor(steps: readonly Run[], kept: Iterable<Storage>) {
    this.#releases = steps.length > 0;
    for (const storage of kept) this.#holders.set(storage, Number.POSITIVE_INFINITY);
    for (const { inputs, outputs } of steps) {
      // What no step before has made comes from elsewhere.
      for (const { storage } of inputs)
        if (!this.#holders.has(storage)) this.#holders.set(storage, Number.POSITIVE_INFINITY);
      for (const output of outputs) this.hold(output);
    }
  }

  /** Notes that a tensor is needed: a gradient that is waiting to be passed on. */
  hold({ storage }: Tensor): void {
    if (this.#releases) this.#holders.set(storage, (this.#holders.get(storage) ?? 0) + 1);
  }

  /** Notes that it is needed no more: a gradient has been passed on, or a step pulled back that had made the tensor. */
  drop({ storage }: Tensor): void {
    if (!this.#releases) return;
    const left = (this.#holders.get(storage) ?? 0) - 1;
    if (left > 0) this.#holders.set(storage, left);
    else {
      this.#holders.delete(storage);
      release(storage);
    }
  }

  /** Releases what was made on the way since the last time and is held by nobody. */
  sweep(): void {
    if (!this.#releases) return;
    const blocks = blocksMade();
    for (; this.#swept < blocks.length; this.#swept++)
      if (!this.#holders.has(blocks[this.#swept])) release(blocks[this.#swept]);
  }
}
