import {
  add,
  type Call,
  expand,
  formatShape,
  scalar,
  sumTo,
  type Tensor,
  type Tracer,
  traced,
  writes,
} from "@factorvae/tensor";

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
    const { op, inputs, outputs } = call;
    const { vjp } = op;
    const pull: Step["pull"] =
      typeof vjp === "function"
        ? (received, needed) => {
            const gradients = received.map((gradient, at) => gradient ?? expand(scalar(0), outputs[at].shape));
            return vjp({ ...call, gradients, reached: received.map((gradient) => gradient !== undefined), needed });
          }
        : () => {
            throw new Error(`${op.name} has no derivative: ${vjp.none}`);
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
   * inputs, the last step first. `undefined` for a source that has no influence.
   */
  pullBack(output: Tensor, cotangent: Tensor, sources: readonly Tensor[]): (Tensor | undefined)[] {
    const received = new Map<Tensor, Tensor>([[output, cotangent]]);
    for (const step of this.#steps.toReversed()) {
      if (!step.outputs.some((made) => received.has(made))) continue;
      checkUnchanged(step);
      const gradients = step.outputs.map((made) => received.get(made));
      const needed = step.inputs.map((input) => this.#reached.has(input));
      for (const made of step.outputs) received.delete(made);
      step.pull(gradients, needed).forEach((gradient, position) => {
        const input = step.inputs[position];
        if (!gradient || !needed[position]) return;
        const share = sumTo(gradient, input.shape);
        const before = received.get(input);
        received.set(input, before ? add(before, share) : share);
      });
    }
    return sources.map((source) => received.get(source));
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
