import {
  alias,
  announce,
  Call,
  formatShape,
  type Op,
  recorders,
  scope,
  type Tensor,
  type Tracer,
  traced,
  unrecorded,
  untraced,
} from "@factorvae/tensor";
import { overwritingNothing, readingUnchanged } from "./overwritten.js";
import { Tape } from "./tape.js";
import { checkFunction, leaves, leavesLike, type Tree, valueLeaves, withLeaves } from "./tree.js";

/**
 * The same numbers as a constant: no gradient passes. Of a tensor or a tree.
 *
 * @example grad((x: Scalar) => x.mul(stopGradient(x)))(scalar(3)).item(); // 3
 */
export const stopGradient = <X extends Tree<X>>(x: X): X =>
  untraced(() =>
    withLeaves(
      x,
      leaves("stopGradient", x).map((leaf) => alias(leaf)),
    ),
  );

/** The value of `fn`; what it read or gave that no traced operation within it made is added to `read`. */
function watched<Y extends Tree<Y>>(
  operation: string,
  fn: () => Y,
  read: Set<Tensor>,
  overwrite: Tracer["overwrite"] = () => {},
): Y {
  const made = new Set<Tensor>();
  const observer = {
    isObserver: true,
    follows: () => true,
    note: ({ inputs, outputs }: Pick<Call<unknown>, "inputs" | "outputs">) => {
      for (const input of inputs) if (!made.has(input)) read.add(input);
      for (const output of outputs) made.add(output);
    },
    overwrite,
  };
  const value = traced(observer, fn);
  for (const leaf of valueLeaves(operation, value)) if (!made.has(leaf)) read.add(leaf);
  return value;
}

/** A value computed out of sight of all tapes, the tensors it was computed from, and which of them a tape follows. */
function unseen<Y extends Tree<Y>>(operation: string, fn: () => Y) {
  const tapes = recorders();
  const overwrite: Tracer["overwrite"] = (by, target) => {
    for (const tape of tapes) tape.overwrite?.(by, target, [target]);
  };
  const read = new Set<Tensor>();
  // The scope is left with the value alone: what was made untraced, by stopGradient for one, dies with it.
  const value = unrecorded(() => scope(() => watched(operation, fn, read, overwrite)));
  const isFollowed = (tensor: Tensor): boolean => tapes.some((tape) => tape.follows([tensor]));
  return { value, read: [...read].filter(({ storage }) => !storage.isDead), isFollowed };
}

/**
 * A function with a derivative of your own. `rule` takes the argument, the value and a cotangent of its form to the gradient, of
 * the form of the argument; it is written in operations, and differentiated in its turn for second derivatives. What the function
 * has computed and the rule needs again is a part of the value. `jvp`, which pulls back twice, asks for a rule that is linear in its
 * cotangent: by one that cuts it, or divides by its norm, what it gives is no derivative.
 *
 * @throws TypeError if one of the two is no function.
 * @throws Error if the function reads a tensor that is being differentiated and is no part of its argument.
 * @throws Error on the way back, if the rule reads a tensor that was overwritten since.
 *
 * @example
 * // The identity, whose gradient is cut at 1.
 * const gentle = customVjp((x: Vec) => x.mul(1), (_, __, cotangent) => clip(cotangent, -1, 1));
 * grad((x: Vec) => gentle(x).mul(5).sum())(ones([2])); // [1, 1]
 */
export function customVjp<X extends Tree<X>, Y extends Tree<Y>>(
  fn: (x: X) => Y,
  rule: (x: X, value: Y, cotangent: Y) => X,
): (x: X) => Y {
  checkFunction("customVjp", fn);
  checkFunction("customVjp", rule);
  return (x) => {
    const inputs = leaves("customVjp", x);
    const { value, read, isFollowed } = unseen("customVjp", () => fn(x));
    const stranger = read.find((tensor) => isFollowed(tensor) && !inputs.includes(tensor));
    if (stranger !== undefined)
      throw new Error(
        `customVjp: the function reads a tensor of shape [${stranger.shape.join(", ")}] that is being differentiated and is no part of its argument; put it there`,
      );
    return announced("customVjp", inputs, value, ({ at, outputs, cotangents }) =>
      readingUnchanged("customVjp", at, () => {
        const gradient = rule(x, withLeaves(value, outputs), withLeaves(value, cotangents));
        return leavesLike("customVjp", "gradient", gradient, x);
      }),
    );
  };
}

/**
 * A function whose intermediate results are not kept for the way back, but computed again there: memory for time. Its gradients, of
 * any order, are those of the function, also by tensors that it reads without being given them (a layer's parameters). The function
 * must compute the same again: numbers and constants that it takes from variables must be what they were.
 *
 * @throws TypeError if it is no function.
 * @throws Error on the way back, if the function reads other tensors by which is differentiated than before, gives others shapes, or
 * overwrites what it did not make, or if what it reads was overwritten since.
 *
 * @example
 * const block = checkpoint((x: Vec) => tanh(x.mul(2)));
 * grad((x: Vec) => block(x).sum())(zeros([2])); // [2, 2]
 */
export function checkpoint<Arguments extends readonly unknown[], Y extends Tree<Y>>(
  fn: (...args: Arguments) => Y,
): (...args: Arguments) => Y {
  checkFunction("checkpoint", fn);
  return (...args) => {
    const { value, read, isFollowed } = unseen("checkpoint", () => fn(...args));
    return announced("checkpoint", read, value, ({ outputs, cotangents, reached, needed }) =>
      scope(() => {
        const tape = new Tape(read.filter((_, at) => needed[at]));
        const readAgain = new Set<Tensor>();
        const again = overwritingNothing("checkpoint", () =>
          leaves(
            "checkpoint",
            tape.record(() => watched("checkpoint", () => fn(...args), readAgain)),
          ),
        );
        const other =
          [...readAgain].find((tensor) => isFollowed(tensor) && !read.includes(tensor)) ??
          read.find((tensor, at) => needed[at] && !readAgain.has(tensor));
        if (other)
          throw new Error(
            `checkpoint: the function reads a tensor ${formatShape(other.shape)} ${readAgain.has(other) ? "on the way back that it did not read before" : "that it does not read again on the way back"}; it must do the same each time, and read no variable that changes meanwhile`,
          );
        const [before, now] = [outputs, again].map((made) => made.map(({ shape }) => formatShape(shape)).join(", "));
        if (before !== now)
          throw new Error(
            `checkpoint: the function gave ${before || "nothing"}, and ${now || "nothing"} on the way back; it must do the same each time`,
          );
        const those = (tensors: readonly Tensor[]): readonly Tensor[] => tensors.filter((_, at) => reached[at]);
        return tape.pullBack(those(again), those(cotangents), read);
      }),
    );
  };
}

/** What a rule is given: see `Pullback`. */
interface Received {
  readonly at: number;
  readonly outputs: readonly Tensor[];
  readonly cotangents: readonly Tensor[];
  readonly reached: readonly boolean[];
  readonly needed: readonly boolean[];
}

/** A value as if one operation had made it from these inputs, with this rule. */
function announced<Y extends Tree<Y>>(
  name: string,
  inputs: readonly Tensor[],
  value: Y,
  rule: (received: Received) => readonly (Tensor | undefined)[],
): Y {
  // Fresh names: what is an input, or something older, would receive its gradient under both.
  const outputs = unrecorded(() => leaves(name, value).map((leaf) => alias(leaf)));
  const op: Op<undefined> = {
    name,
    shape: () => outputs.map(({ shape }) => shape),
    vjp: ({ gradients: cotangents, reached, needed }) => rule({ at: call.at, outputs, cotangents, reached, needed }),
  };
  const call = new Call(op, inputs, outputs, undefined);
  announce(call);
  return withLeaves(value, outputs);
}
