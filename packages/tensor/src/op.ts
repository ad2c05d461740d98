import { type Backend, backendFor, type Value } from "./backend/current.js";
import { OutOfMemoryError } from "./backend/errors.js";
import { currentScope, scoped } from "./backend/scopes.js";
import type { Storage } from "./backend/storage.js";
import { writes } from "./clock.js";
import { checkTensor } from "./operand.js";
import type { Shape } from "./shape.js";
import { Tensor } from "./tensor.js";
import { announce, countRecorders, followers, untraced } from "./tracer.js";

/** One run of an operation: what tracers are told. */
export class Call<Attributes> {
  /** When it ran, on the clock of writes. */
  readonly at = writes();

  constructor(
    readonly op: Op<Attributes>,
    readonly inputs: readonly Tensor[],
    readonly outputs: readonly Tensor[],
    readonly attributes: Attributes,
  ) {}

  /**
   * What the inputs receive, by the rule of the operation (see `Pullback` and `Rule`).
   *
   * @throws Error if it has none.
   */
  pullBack(
    gradients: readonly Tensor[],
    reached: readonly boolean[],
    needed: readonly boolean[],
  ): readonly (Tensor | undefined)[] {
    const { op, inputs, outputs, attributes } = this;
    const { name, vjp } = op;
    if (typeof vjp !== "function")
      throw new Error(
        `${name} has no derivative: ${vjp === "plain" ? "it has no plain form; give the operation one, or a rule" : vjp.none}`,
      );
    return vjp({ op, inputs, outputs, attributes, gradients, reached, needed });
  }
}

/**
 * What a rule is given: the call, what each output received (same shape as the output; zeros where nothing did, and then
 * `reached` says so), and which inputs ask for theirs.
 */
export interface Pullback<Attributes> {
  readonly op: Op<Attributes>;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly gradients: readonly Tensor[];
  readonly reached: readonly boolean[];
  readonly needed: readonly boolean[];
}

/**
 * The derivative rule of an operation, written in operations: the gradient of each input, of a shape that the input
 * broadcasts to; `undefined` where none is needed or it is zero. Or the reason why there is none. Or `"plain"`: where a
 * tracer follows, the operation runs in its plain form, which has rules of its own.
 */
export type Rule<Attributes> =
  | ((pullback: Pullback<Attributes>) => readonly (Tensor | undefined)[])
  | { readonly none: string }
  | "plain";

/**
 * An operation, all that there is to know of it: how its shapes go together, what it computes, and its derivative.
 * A pure value; nothing registers it.
 */
export interface Op<Attributes> {
  readonly name: string;
  /** The shapes of the outputs; the only place that rejects shapes. */
  readonly shape: (inputs: readonly Shape[], attributes: Attributes) => readonly Shape[];
  /** The outputs, in verbs of the backend; `undefined` where it lacks them. Without one, `plain` computes. */
  readonly forward?: (
    backend: Backend,
    inputs: readonly Value[],
    attributes: Attributes,
    shapes: readonly Shape[],
  ) => readonly Value[] | undefined;
  readonly vjp: Rule<Attributes>;
  /** The same in other operations: a fused operation's definition, its oracle, and its way to second derivatives. */
  readonly plain?: (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[];
}

/**
 * The one door through which every operation runs: checks shapes, computes, and tells the tracers that follow the
 * inputs. Where two follow (a derivative of a derivative) a fused operation runs as `plain`, whose rules can be
 * differentiated again.
 *
 * @throws ShapeError if the shapes do not go together.
 * @throws TypeError if an input is no tensor, or a float64 tensor meets a float32 backend.
 * @throws DeadTensorError if the scope of an input has ended.
 * @throws OutOfMemoryError if there is no room for the results.
 */
export function apply<Attributes>(
  op: Op<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  for (let at = 0; at < inputs.length; at++) checkTensor(op.name, inputs[at], at);
  const kernels = backendFor(op.name, inputs);
  const shapes = op.shape(
    inputs.map((input) => input.shape),
    attributes,
  );
  const following = followers(inputs);
  if (op.plain && following.length > 0 && countRecorders(following) > (op.vjp === "plain" ? 0 : 1))
    return op.plain(inputs, attributes);
  for (const tracer of following) tracer.begin?.();
  // Outside every scope results belong to the garbage collector: an operation is a scope of its own then.
  const compute = currentScope() ? computed : computedAlone;
  const outputs = compute(op, kernels, inputs, attributes, shapes);
  if (following.length > 0) announce(new Call(op, inputs, outputs, attributes), following);
  return outputs;
}

const computedAlone: typeof computed = (...call) => scoped(() => computed(...call), storagesOf);

const storagesOf = (tensors: readonly Tensor[]): readonly Storage[] => tensors.map(({ storage }) => storage);

function computed<Attributes>(
  op: Op<Attributes>,
  kernels: Backend,
  inputs: readonly Tensor[],
  attributes: Attributes,
  shapes: readonly Shape[],
): readonly Tensor[] {
  try {
    const values = op.forward?.(kernels, inputs, attributes, shapes);
    if (values) return values.map(({ storage, layout }) => new Tensor(storage, layout));
  } catch (error) {
    throw error instanceof OutOfMemoryError ? error.of(op.name) : error;
  }
  return inPlainForm(op, kernels, inputs, attributes);
}

function inPlainForm<Attributes>(
  { name, plain }: Op<Attributes>,
  kernels: Backend,
  inputs: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  if (!plain) throw new Error(`${name}: the ${kernels.name} backend has no kernel for it, and it has no plain form`);
  // An output that is an input, or something older, would receive its gradient under both names.
  const made = untraced(() => scoped(() => plain(inputs, attributes), storagesOf));
  return made.map(({ storage, layout }) => new Tensor(storage, layout));
}

/**
 * The public function of an operation: `call`, with the record as its property `op`.
 *
 * @typeParam Function - the type of `call`
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineOp<Attributes, Function extends (...args: never[]) => unknown>(
  op: Op<Attributes>,
  call: Function,
): Function & { readonly op: Op<Attributes> } {
  return Object.assign(call, { op });
}
