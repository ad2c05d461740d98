import type { Tensor } from "@factorvae/tensor";
import type { StateDict } from "./state-dict.js";

/** Fields of layers whose names in PyTorch are others. */
const theirNames: Readonly<Record<string, string>> = {
  weightIh: "weight_ih_l0",
  weightHh: "weight_hh_l0",
  biasIh: "bias_ih_l0",
  biasHh: "bias_hh_l0",
  inProjWeight: "in_proj_weight",
  inProjBias: "in_proj_bias",
  outProj: "out_proj",
  runningMean: "running_mean",
  runningVariance: "running_var",
};

const ourNames = Object.fromEntries(Object.entries(theirNames).map(([ours, theirs]) => [theirs, ours]));

/** Counts batches, which nothing here depends on. */
const batchCount = "num_batches_tracked";

/** Of layers beyond the first of a stack, of the direction back in time, and of projections of states. */
const unknownPart = /^(weight|bias)_((ih|hh)_l(?!0$)|hr_)/;

function renamed(operation: string, state: StateDict, names: Readonly<Record<string, string>>): Record<string, Tensor> {
  const result: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(state)) {
    const parts = name.split(".").map((part) => (Object.hasOwn(names, part) ? names[part] : part));
    const next = parts.join(".");
    if (Object.hasOwn(result, next)) throw new TypeError(`${operation}: two tensors would be named ${next}`);
    result[next] = tensor;
  }
  return result;
}

/**
 * A state dictionary of PyTorch under the names of our fields, for `loadStateDict`: `gru.weight_ih_l0` becomes `gru.weightIh`,
 * `running_var` `runningVariance`, `attention.in_proj_weight` `attention.inProjWeight`, and so on. Shapes and the order of
 * gates are the same. `num_batches_tracked` is left out: no layer counts batches. Other names stay as they are.
 *
 * @throws TypeError that names a part which our layers do not have: a second recurrent layer, or one back in time.
 */
export function fromPyTorch(state: StateDict): Record<string, Tensor> {
  const known = Object.entries(state).filter(([name]) => name.split(".").pop() !== batchCount);
  for (const [name] of known)
    if (unknownPart.test(name.split(".").pop() ?? ""))
      throw new TypeError(
        `fromPyTorch: ${name} belongs to a second layer, a direction or a projection, which our recurrent layers do not have; make a layer for each and name its weights ..._l0`,
      );
  return renamed("fromPyTorch", Object.fromEntries(known), ourNames);
}

/** A state dictionary under the names that PyTorch's `load_state_dict` looks for: what `fromPyTorch` reads. */
export const toPyTorch = (state: StateDict): Record<string, Tensor> => renamed("toPyTorch", state, theirNames);
