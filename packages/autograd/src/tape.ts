import {
  add,
  blocksMade,
  expand,
  formatShape,
  type Storage,
  scalar,
  sumTo,
  type Tensor,
  type Tracer,
  traced,
  writes,
} from "@factorvae/tensor";
import { drop, handOver, hold, spare, sweep } from "./ledger.js";

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
    // What nobody holds comes from elsewhere, and is not the tape's to release.
    for (const { storage } of step.inputs) if (storage.holders <= 0) spare(storage);
    for (const output of step.outputs) {
      this.#reached.add(output);
      hold(output);
    }
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
    for (const storage of kept) spare(storage);
    let swept = blocksMade().length;
    const received = new Map<Tensor, Tensor>([[output, cotangent]]);
    hold(cotangent);
    for (const step of this.#steps.toReversed()) {
      const gradients = step.outputs.map((made) => received.get(made));
      if (gradients.some(isPresent)) {
        if (writes() > step.at) checkUnchanged(step);
        for (const made of step.outputs) received.delete(made);
        const needed = step.inputs.map((input) => this.#reached.has(input));
        const shares = step.pullBack(whole(step, gradients), gradients.map(isPresent), needed);
        for (let position = 0; position < shares.length; position++) {
          const share = shares[position];
          if (!share || !needed[position]) continue;
          const input = step.inputs[position];
          const before = received.get(input);
          const ofInput = sumTo(share, input.shape);
          const total = before ? add(before, ofInput) : ofInput;
          received.set(input, total);
          hold(total);
          if (before) drop(before);
        }
        for (const gradient of gradients) if (gradient) drop(gradient);
        swept = sweep(swept);
      }
      for (const made of step.outputs) drop(made);
    }
    for (const gradient of received.values()) handOver(gradient);
    return sources.map((source) => received.get(source));
  }
}

const isPresent = (gradient: Tensor | undefined): boolean => gradient !== undefined;

/** What each output of a step received: zeros where it is nothing. */
const whole = ({ outputs }: Step, gradients: readonly (Tensor | undefined)[]): readonly Tensor[] =>
  gradients.map((gradient, at) => gradient ?? expand(scalar(0), outputs[at].shape));

/** A rule reads what its operation read and made: it must still be there. */
function checkUnchanged({ op, inputs, outputs, at }: Step): void {
  for (const tensors of [inputs, outputs])
    for (const tensor of tensors)
      if (tensor.storage.writtenAt > at)
        throw new Error(
          `${op.name}: a tensor ${formatShape(tensor.shape)} was overwritten after the operation ran; take gradients before the optimizer's step`,
        );
}
