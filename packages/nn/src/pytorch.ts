import type { Tensor } from "@factorvae/tensor";
import { unitsFromPyTorch, unitToPyTorch } from "./pytorch-units.js";
import type { StateDict } from "./state-dict.js";

/** Fields of layers whose names in PyTorch are others. */
const theirNames: Readonly<Record<string, string>> = {
  inProjWeight: "in_proj_weight",
  inProjBias: "in_proj_bias",
  outProj: "out_proj",
  runningMean: "running_mean",
  runningVariance: "running_var",
};

const ourNames = Object.fromEntries(Object.entries(theirNames).map(([ours, theirs]) => [theirs, ours]));

/** Counts batches, which nothing here depends on. */
const batchCount = "num_batches_tracked";

/** Of a projection of states (`proj_size`). */
const unknownPart = /^weight_hr_l\d/;

/** Each part of a name between dots, or what stands for it. */
const byParts =
  (names: Readonly<Record<string, string>>) =>
  (name: string): string =>
    name
      .split(".")
      .map((part) => (Object.hasOwn(names, part) ? names[part] : part))
      .join(".");

function renamed(operation: string, state: StateDict, rename: (name: string) => string): Record<string, Tensor> {
  const result: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(state)) {
    const next = rename(name);
    if (Object.hasOwn(result, next)) throw new TypeError(`${operation}: two tensors would be named ${next}`);
    result[next] = tensor;
  }
  return result;
}

/**
 * A state dictionary of PyTorch under the names of our fields, for `loadStateDict`: `gru.weight_ih_l0` becomes `gru.weightIh`,
 * `running_var` `runningVariance`, `attention.in_proj_weight` `attention.inProjWeight`, and so on. Of a recurrent layer with
 * several layers, `gru.weight_ih_l1` becomes `gru.stack.1.weightIh`, of one both ways `gru.weight_ih_l0` becomes
 * `gru.onward.weightIh` and `gru.weight_ih_l0_reverse` `gru.reverse.weightIh`: those of `stacked` and `Bidirectional`. Shapes
 * and the order of gates are the same. `num_batches_tracked` is left out: no layer counts batches. Other names stay as they
 * are.
 *
 * @throws TypeError that names a part which our layers do not have: a projection of states.
 */
export function fromPyTorch(state: StateDict): Record<string, Tensor> {
  const known = Object.entries(state).filter(([name]) => name.split(".").pop() !== batchCount);
  for (const [name] of known)
    if (unknownPart.test(name.split(".").pop() ?? ""))
      throw new TypeError(
        `fromPyTorch: ${name} belongs to a projection of states, which our recurrent layers do not have; train without proj_size`,
      );
  const [unit, part] = [unitsFromPyTorch(Object.keys(state)), byParts(ourNames)];
  return renamed("fromPyTorch", Object.fromEntries(known), (name) => part(unit(name)));
}

/** A state dictionary under the names that PyTorch's `load_state_dict` looks for: what `fromPyTorch` reads. */
export const toPyTorch = (state: StateDict): Record<string, Tensor> =>
  renamed("toPyTorch", state, (name) => unitToPyTorch(byParts(theirNames)(name)));
