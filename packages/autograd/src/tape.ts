import {
  add,
  expand,
  formatShape,
  isTraced,
  type Storage,
  scalar,
  sumTo,
  type Tensor,
  type Tracer,
  traced,
} from "@factorvae/tensor";
import { Ledger } from "./ledger.js";

/** One operation that ran: what went in, what came out, and how gradients of the one become gradients of the other. */
interface Step {
  readonly op: { readonly name: string };
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly pullBack: (
    received: readonly Tensor[],
    reached: readonly boolean[],
    needed: readonly boolean[],
  ) => readonly (Tensor | undefined)[];
  /** The clock of `assign` when it ran. */
  readonly at: number;
}

/**
 * The record of a computation, and the way back through it. It follows what is reachable from its own sources and
 * nothing else; tapes may run one within the other, each with its own sources.
 */
export class Tape implements Tracer {
  readonly #reached: Set<Tensor>;
  readonly #steps: Step[] = [];

  constructor(sources: readonly Tensor[]) {
    this.#reached = new Set(sources);
  }

  /** Runs `fn` and notes each operation that depends on a source. */
  record<Result>(fn: () => Result): Result {
    return traced(this, fn);
  }

  follows(inputs: readonly Tensor[]): boolean {
    for (const input of inputs) if (this.#reached.has(input)) return true;
    return false;
  }

  note(step: Step): void {
    this.#steps.push(step);
    for (const output of step.outputs) this.#reached.add(output);
  }

  /** Whether a tensor depends on a source, or is one. */
  reaches(tensor: Tensor): boolean {
    return this.#reached.has(tensor);
  }

  /**
   * The gradients of `sum(cotangent * output)` by `sources`: each step passes what its outputs received on to its
   * inputs, the last step first. `undefined` for a source that has no influence. The memory of a step's results, but for
   * `kept`, is free as soon as the step has been pulled back: nothing earlier can need it.
   */
  pullBack(
    output: Tensor,
    cotangent: Tensor,
    sources: readonly Tensor[],
    kept: Iterable<Storage> = [],
  ): (Tensor | undefined)[] {
    // An outer tape may need on its way back what this one is done with.
    const ledger = new Ledger(isTraced() ? [] : this.#steps, kept);
    const received = new Map<Tensor, Tensor>([[output, cotangent]]);
    ledger.hold(cotangent);
    for (const step of this.#steps.toReversed()) {
      const gradients = step.outputs.map((made) => received.get(made));
      if (gradients.some((gradient) => gradient)) {
        checkUnchanged(step);
        for (const made of step.outputs) received.delete(made);
        this.#shares(step, gradients).forEach((share, position) => {
          if (!share) return;
          const input = step.inputs[position];
          const before = received.get(input);
          const total = before ? add(before, share) : share;
          received.set(input, total);
          ledger.hold(total);
          if (before) ledger.drop(before);
        });
        for (const gradient of gradients) if (gradient) ledger.drop(gradient);
        ledger.sweep();
      }
      for (const made of step.outputs) ledger.drop(made);
    }
    return sources.map((source) => received.get(source));
  }

  /** What the inputs of a step receive, in their shapes. */
  #shares(step: Step, received: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[] {
    const gradients = received.map((gradient, at) => gradient ?? expand(scalar(0), step.outputs[at].shape));
    const reached = received.map((gradient) => gradient !== undefined);
    const needed = step.inputs.map((input) => this.#reached.has(input));
    return step
      .pullBack(gradients, reached, needed)
      .map((share, position) => (share && needed[position] ? sumTo(share, step.inputs[position].shape) : undefined));
  }
}

/** A rule reads what its operation read and made: it must still be there. */
function checkUnchanged({ op, inputs, outputs, at }: Step): void {
  for (const tensors of [inputs, outputs])
    for (const { storage, shape } of tensors)
      if (storage.writtenAt > at)
        throw new Error(
          `${op.name}: a tensor ${formatShape(shape)} was overwritten after the operation ran; take gradients before the optimizer's step`,
        );
}
