import type { Tensor } from "@factorvae/tensor";
import { theirNames } from "./pytorch-names.js";
import { checkStateDict, type StateDict, stateDict } from "./state-dict.js";

/** Counts batches, which nothing here depends on. */
const batchCount = "num_batches_tracked";

/** Of a projection of states (`proj_size`). */
const unknownPart = /^weight_hr_l\d/;

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

function renamed(
  operation: string,
  state: readonly (readonly [string, Tensor])[],
  names: ReadonlyMap<string, string>,
): Record<string, Tensor> {
  const result: Record<string, Tensor> = {};
  for (const [name, tensor] of state) {
    const next = names.get(name) ?? name;
    if (Object.hasOwn(result, next)) throw new TypeError(`${operation}: two tensors would be named ${next}`);
    result[next] = tensor;
  }
  return result;
}

/**
 * A state dictionary of PyTorch under the names that it has in our module, for `loadStateDict`: `gru.weight_ih_l0` becomes
 * `gru.weightIh`, `running_var` of a `BatchNorm` `runningVariance`, `attention.in_proj_weight` `attention.inProjWeight`, and so on.
 * Where the module has a stack, `gru.weight_ih_l1` becomes `gru.stack.1.weightIh`, where it goes both ways, `gru.weight_ih_l0`
 * becomes `gru.onward.weightIh` and `gru.weight_ih_l0_reverse` `gru.reverse.weightIh`. Shapes and the order of gates are the same.
 * `num_batches_tracked` is left out: no layer counts batches. Names that the module does not have stay as they are. The tensors are
 * those that were given.
 *
 * @throws TypeError that names a part which our layers do not have: a projection of states; or if there is no state.
 */
export function fromPyTorch(module: object, state: StateDict): Record<string, Tensor> {
  checkStateDict("fromPyTorch", state);
  const ours = new Map(Object.entries(theirNames(module)).map(([our, their]) => [their, our]));
  const known = Object.entries(state).filter(([name]) => ours.has(name) || lastPart(name) !== batchCount);
  for (const [name] of known)
    if (!ours.has(name) && unknownPart.test(lastPart(name)))
      throw new TypeError(
        `fromPyTorch: ${name} belongs to a projection of states, which our recurrent layers do not have; train without proj_size`,
      );
  return renamed("fromPyTorch", known, ours);
}

/**
 * The state dictionary of a module under the names that PyTorch's `load_state_dict` looks for: what `fromPyTorch` reads. A stack
 * that PyTorch does not have, of different units or ways, keeps the fields that lead to each of them.
 *
 * @throws TypeError as `stateDict` does, or if two tensors would have one name.
 */
export const toPyTorch = (module: object): Record<string, Tensor> =>
  renamed("toPyTorch", Object.entries(stateDict(module)), new Map(Object.entries(theirNames(module))));
