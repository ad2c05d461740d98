import { add, blocksMade, type Storage, type Tensor, type Tracer, traced, writes } from "@factorvae/tensor";
import { drop, handOver, hold, spare, spareOlder, sweep } from "./ledger.js";
import { checkConstant, checkUnchanged, checkWritable } from "./overwritten.js";
import { checkCotangents, isPresent, shareOf, whole } from "./shares.js";

/** One operation that ran: what went in, what came out, and how gradients of the one become gradients of the other. */
interface Run {
  readonly op: { readonly name: string };
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly pullBack: (
    received: readonly Tensor[],
    reached: readonly boolean[],
    needed: readonly boolean[],
  ) => readonly (Tensor | undefined)[];
  /** When it ran, on the clock of writes. */
  readonly at: number;
}

/** A run, and the numbers of its tensors on the tape. */
interface Step {
  readonly run: Run;
  /** By input; -1 where it does not depend on a source. */
  readonly from: readonly number[];
  /** Of the first output; those of the others follow. */
  readonly to: number;
}

/**
 * The record of a computation, and the way back through it. It follows what is reachable from its own sources and
 * nothing else, and numbers it; tapes may run one within the other, each with its own sources.
 */
export class Tape implements Tracer {
  readonly #numbers = new Map<Tensor, number>();
  readonly #steps: Step[] = [];
  /** The memory that was overwritten, in place, by what depends on a source. */
  readonly #overwritten = new Set<Storage>();
  readonly #isReused: boolean;
  #isSpent = false;

  /** A tape that is reused, pulled back more than once, lets nothing go; any other is for one way back. */
  constructor(sources: readonly Tensor[], isReused = false) {
    this.#isReused = isReused;
    for (const source of new Set(sources)) this.#number(source);
  }

  /** Runs `fn` and notes each operation that depends on a source. */
  record<Result>(fn: () => Result): Result {
    return traced(this, fn);
  }

  /** Whether any of these depends on a source. */
  follows(inputs: readonly Tensor[]): boolean {
    return inputs.some((input) => this.reaches(input) || this.#overwritten.has(input.storage));
  }

  /** Adds a run at the end. */
  note(run: Run): void {
    checkConstant(run.op.name, run.inputs, this.#overwritten);
    const from = run.inputs.map((input) => this.#numbers.get(input) ?? -1);
    this.#steps.push({ run, from, to: this.#numbers.size });
    // What nobody holds comes from elsewhere, and is not the tape's to release.
    for (const { storage } of run.inputs) if (storage.holders <= 0) spare(storage);
    for (const output of run.outputs) {
      this.#number(output);
      hold(output);
    }
  }

  /** Refuses to have overwritten what depends on a source, and notes what is overwritten by it. */
  overwrite(operation: string, target: Tensor, values: readonly Tensor[]): void {
    checkWritable(operation, target, this.#numbers.keys());
    if (this.follows(values)) this.#overwritten.add(target.storage);
    // Overwritten whole by a constant, it is one.
    else if (target.size === target.storage.length) this.#overwritten.delete(target.storage);
  }

  /** Whether a tensor depends on a source, or is one. */
  reaches(tensor: Tensor): boolean {
    return this.#numbers.has(tensor);
  }

  /**
   * The gradients by `sources` of the sum of `cotangent * output` over all outputs: each step passes what its outputs received
   * on to its inputs, the last step first. `undefined` for a source that has no influence. The memory of a step's results, but for
   * `kept`, is free as soon as the step has been pulled back: nothing earlier can need it.
   */
  pullBack(
    outputs: readonly Tensor[],
    cotangents: readonly Tensor[],
    sources: readonly Tensor[],
    kept: Iterable<Storage> = [],
  ): (Tensor | undefined)[] {
    if (this.#isSpent)
      throw new Error("pullBack: the tape has let go of what it held; make it new Tape(sources, true)");
    this.#isSpent = !this.#isReused;
    checkCotangents(outputs, cotangents);
    checkConstant("pullBack", outputs, this.#overwritten);
    // The caller's, who may pull them back again.
    for (const cotangent of cotangents) hold(cotangent);
    const received = new Array<Tensor | undefined>(this.#numbers.size).fill(undefined);
    /** What several steps pass on to a tensor adds up. */
    const receive = (number: number, share: Tensor): void => {
      const before = received[number];
      const total = before ? add(before, share) : share;
      received[number] = total;
      hold(total);
      if (before) drop(before);
    };
    outputs.forEach((output, at) => {
      const number = this.#numbers.get(output);
      if (number !== undefined) receive(number, cotangents[at]);
    });
    for (const storage of kept) spare(storage);
    let swept = blocksMade().length;
    for (const { run, from, to } of this.#steps.toReversed()) {
      const gradients = run.outputs.map((_, at) => received[to + at]);
      if (gradients.some(isPresent)) {
        if (run.at < writes()) checkUnchanged(run.op.name, [...run.inputs, ...run.outputs], run.at);
        const needed = from.map((number) => number >= 0);
        const shares = run.pullBack(whole(run.outputs, gradients), gradients.map(isPresent), needed);
        spareOlder(shares, swept);
        shares.forEach((share, at) => {
          if (share && needed[at]) receive(from[at], shareOf(run.op.name, share, run.inputs, at));
        });
        gradients.forEach((gradient, at) => {
          received[to + at] = undefined;
          if (gradient) drop(gradient);
        });
        swept = sweep(swept);
      }
      if (!this.#isReused) for (const made of run.outputs) drop(made);
    }
    for (const given of [...received, ...cotangents]) if (given) handOver(given);
    return sources.map((source) => received[this.#numbers.get(source) ?? -1]);
  }

  #number(tensor: Tensor): void {
    this.#numbers.set(tensor, this.#numbers.size);
  }
}
