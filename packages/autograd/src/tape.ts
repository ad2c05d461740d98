import {
  add,
  type Call,
  expand,
  formatShape,
  isTraced,
  type Storage,
  scalar,
  scope,
  sumTo,
  type Tensor,
  type Tracer,
  traced,
  writes,
} from "@factorvae/tensor";
import { Ledger } from "./ledger.js";

/** One operation that ran: what went in, what came out, and how gradients of the one become gradients of the other. */
interface Step {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly pull: (
    received: readonly (Tensor | undefined)[],
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
    return inputs.some((input) => this.#reached.has(input));
  }

  note<Attributes>(call: Call<Attributes>): void {
    const { op, inputs, outputs, attributes } = call;
    const { vjp } = op;
    const pull: Step["pull"] =
      typeof vjp === "function"
        ? (received, needed) => {
            const gradients = received.map((gradient, at) => gradient ?? expand(scalar(0), outputs[at].shape));
            const reached = received.map((gradient) => gradient !== undefined);
            return vjp({ op, inputs, outputs, attributes, gradients, reached, needed });
          }
        : () => {
            throw new Error(`${op.name} has no derivative: ${vjp === "plain" ? "it has no plain form" : vjp.none}`);
          };
    this.#steps.push({ name: op.name, inputs, outputs, pull, at: writes() });
    for (const output of outputs) this.#reached.add(output);
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
        const shares = this.#pulled(step, gradients);
        shares.forEach((share, position) => {
          if (!share) return;
          const input = step.inputs[position];
          const before = received.get(input);
          const total = before ? add(before, share) : share;
          received.set(input, total);
          ledger.hold(total);
          ledger.drop(before);
        });
        for (const gradient of gradients) ledger.drop(gradient);
      }
      ledger.pulledBack(step);
    }
    return sources.map((source) => received.get(source));
  }

  /** What the inputs of a step receive, in their shapes. */
  #pulled(step: Step, gradients: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[] {
    const needed = step.inputs.map((input) => this.#reached.has(input));
    return scope(() =>
      step
        .pull(gradients, needed)
        .map((gradient, position) =>
          gradient && needed[position] ? sumTo(gradient, step.inputs[position].shape) : undefined,
        ),
    );
  }
}

/** A rule reads what its operation read and made: it must still be there. */
function checkUnchanged({ name, inputs, outputs, at }: Step): void {
  const changed = [...inputs, ...outputs].find(({ storage }) => storage.writtenAt > at);
  if (changed)
    throw new Error(
      `${name}: a tensor ${formatShape(changed.shape)} was overwritten after the operation ran; take gradients before the optimizer's step`,
    );
}
