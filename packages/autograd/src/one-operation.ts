import {
  alias,
  announce,
  Call,
  type Op,
  type Pullback,
  recorders,
  scope,
  type Tensor,
  type Tracer,
  traced,
  unrecorded,
} from "@factorvae/tensor";
import { leaves, type Tree, valueLeaves, withLeaves } from "./tree.js";

/** The value of `fn`; what it read or gave that no traced operation within it made is added to `read`. */
export function watched<Y extends Tree<Y>>(
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
export function unseen<Y extends Tree<Y>>(operation: string, fn: () => Y) {
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

/** A value as if one operation had made it from these inputs, with this rule, which is told when that was on the clock of writes. */
export function announced<Y extends Tree<Y>>(
  name: string,
  inputs: readonly Tensor[],
  value: Y,
  rule: (pullback: Pullback<undefined>, at: number) => readonly (Tensor | undefined)[],
): Y {
  // Fresh names: what is an input, or something older, would receive its gradient under both.
  const outputs = unrecorded(() => leaves(name, value).map((leaf) => alias(leaf)));
  const op: Op<undefined> = {
    name,
    shape: () => outputs.map(({ shape }) => shape),
    vjp: (pullback) => rule(pullback, call.at),
  };
  const call = new Call(op, inputs, outputs, undefined);
  announce(call);
  return withLeaves(value, outputs);
}
