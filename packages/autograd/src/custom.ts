import { alias, announce, Call, recorders, scope, type Tensor, traced, unrecorded, zeros } from "@factorvae/tensor";
import { Tape } from "./tape.js";
import { leaves, leavesLike, type Tree, withLeaves } from "./tree.js";

/**
 * The same numbers as a constant: no gradient passes. Of a tensor or a tree.
 *
 * @example grad((x: Scalar) => x.mul(stopGradient(x)))(scalar(3)).item(); // 3
 */
export const stopGradient = <X extends Tree>(x: X): X =>
  unrecorded(() =>
    withLeaves(
      x,
      leaves("stopGradient", x).map((leaf) => alias(leaf)),
    ),
  );

/** A value computed out of sight of all tapes, and the tensors it was computed from that one of them follows. */
function unseen<Y extends Tree>(
  operation: string,
  fn: () => Y,
): { readonly value: Y; readonly read: readonly Tensor[] } {
  const outer = recorders();
  const read = new Set<Tensor>();
  const look = (tensors: readonly Tensor[]): void => {
    for (const tensor of tensors) if (outer.some((tape) => tape.follows([tensor]))) read.add(tensor);
  };
  const observer = {
    isObserver: true,
    follows: (inputs: readonly Tensor[]) => {
      look(inputs);
      return false;
    },
    note: () => {},
  };
  const value = unrecorded(() => scope(() => traced(observer, fn)));
  look(leaves(operation, value));
  return { value, read: [...read] };
}

/**
 * A function with a derivative of your own. `rule` takes the argument, the value and a cotangent of its form to the gradient, of
 * the form of the argument; it is written in operations, and differentiated in its turn for second derivatives.
 *
 * @throws Error if the function reads a tensor that is being differentiated and is no part of its argument.
 *
 * @example
 * // The identity, whose gradient is cut at 1.
 * const gentle = customVjp((x: Vec) => x.mul(1), (x, y, cotangent) => cotangent.maximum(-1).minimum(1));
 */
export function customVjp<X extends Tree, Y extends Tree>(
  fn: (x: X) => Y,
  rule: (x: X, value: Y, cotangent: Y) => X,
): (x: X) => Y {
  return (x) => {
    const inputs = leaves("customVjp", x);
    const { value, read } = unseen("customVjp", () => fn(x));
    const stranger = read.find((tensor) => !inputs.includes(tensor));
    if (stranger !== undefined)
      throw new Error(
        `customVjp: the function reads a tensor of shape [${stranger.shape.join(", ")}] that is being differentiated and is no part of its argument; put it there`,
      );
    return announced("customVjp", inputs, value, (outputs, cotangents) => {
      const gradient = rule(x, withLeaves(value, outputs), withLeaves(value, cotangents));
      return leavesLike("customVjp", "gradient", gradient, x);
    });
  };
}

/**
 * A function whose intermediate results are not kept for the way back, but computed again there: memory for time. Its gradients, of
 * any order, are those of the function, also by tensors that it reads without being given them (a layer's parameters).
 *
 * @example const loss = grad((x: Mat<64, 64>) => sum(checkpoint(block)(x)))
 */
export function checkpoint<Arguments extends readonly unknown[], Y extends Tree>(
  fn: (...args: Arguments) => Y,
): (...args: Arguments) => Y {
  return (...args) => {
    const { value, read } = unseen("checkpoint", () => fn(...args));
    return announced("checkpoint", read, value, (_, cotangents) =>
      scope(() => {
        const tape = new Tape(read);
        const again = tape.record(() => fn(...args));
        const gradients = tape.pullBack(leaves("checkpoint", again), cotangents, read);
        return read.map(({ shape }, at) => gradients[at] ?? zeros(shape));
      }),
    );
  };
}

/** A value as if one operation had made it from these inputs, with this rule. */
function announced<Y extends Tree>(
  name: string,
  inputs: readonly Tensor[],
  value: Y,
  rule: (outputs: readonly Tensor[], cotangents: readonly Tensor[]) => readonly Tensor[],
): Y {
  // Fresh names: what is an input, or something older, would receive its gradient under both.
  const outputs = unrecorded(() => leaves(name, value).map((leaf) => alias(leaf)));
  const op = {
    name,
    shape: () => outputs.map(({ shape }) => shape),
    vjp: ({ gradients }: { readonly gradients: readonly Tensor[] }) => rule(outputs, gradients),
  };
  announce(new Call(op, inputs, outputs, undefined));
  return withLeaves(value, outputs);
}
