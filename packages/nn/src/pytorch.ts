import { sameShape, type Tensor } from "@factorvae/tensor";
import { namings } from "./pytorch-names.js";
import { checkStateDict, type StateDict, stateDict } from "./state-dict.js";

/** Counts batches, which nothing here depends on. */
const batchCount = "num_batches_tracked";

/** Of a projection of states (`proj_size`). */
const unknownPart = /^weight_hr_l\d/;

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

const isSame = (a: Tensor, b: Tensor): boolean =>
  sameShape(a.shape, b.shape) && a.data.every((value: number, at: number) => Object.is(value, b.data[at]));

/**
 * A state dictionary of PyTorch under the names that it has in our module, for `loadStateDict`: `gru.weight_ih_l0` becomes
 * `gru.weightIh`, `running_var` of a `BatchNorm` `runningVariance`, `attention.in_proj_weight` `attention.inProjWeight`, and so on.
 * Where the module has a stack, `gru.weight_ih_l1` becomes `gru.stack.1.weightIh`, where it goes both ways, `gru.weight_ih_l0`
 * becomes `gru.onward.weightIh` and `gru.weight_ih_l0_reverse` `gru.reverse.weightIh`. Shapes and the order of gates are the same.
 * `num_batches_tracked` is left out: no layer counts batches. Names that the module does not have stay as they are. The tensors are
 * those that were given.
 *
 * A tensor that the module reaches by several paths has a name for each there, and its first alone here.
 *
 * @throws TypeError that names a part which our layers do not have: a projection of states; if there is no state, or the module
 *   is none.
 * @throws RangeError that names two which are one tensor in the module, but differ.
 */
export function fromPyTorch(module: object, state: StateDict): Record<string, Tensor> {
  checkStateDict("fromPyTorch", state);
  const ours = new Map(namings("fromPyTorch", module).map(({ ours, theirs }) => [theirs, ours]));
  const result: Record<string, Tensor> = {};
  const origins = new Map<string, string>();
  for (const [name, tensor] of Object.entries(state)) {
    const own = ours.get(name);
    if (own === undefined && lastPart(name) === batchCount) continue;
    if (own === undefined && unknownPart.test(lastPart(name)))
      throw new TypeError(
        `fromPyTorch: ${name} belongs to a projection of states, which our recurrent layers do not have; train without proj_size`,
      );
    const next = own ?? name;
    const first = origins.get(next);
    if (first === undefined) {
      origins.set(next, name);
      result[next] = tensor;
    } else if (ours.get(first) !== own) throw new TypeError(`fromPyTorch: two tensors would be named ${next}`);
    else if (!isSame(result[next], tensor))
      throw new RangeError(
        `fromPyTorch: ${first} and ${name} differ, but are one tensor in the module; leave one of them out`,
      );
  }
  return result;
}

/**
 * The state dictionary of a module under the names that PyTorch's `load_state_dict` looks for: what `fromPyTorch` reads. A stack
 * that PyTorch does not have, of different units or ways, keeps the fields that lead to each of them. A tensor that the module
 * reaches by several paths has a name for each, as there.
 *
 * @throws TypeError as `stateDict` does, or if two tensors would have one name.
 */
export function toPyTorch(module: object): Record<string, Tensor> {
  const names = namings("toPyTorch", module);
  const state = stateDict(module);
  const result: Record<string, Tensor> = {};
  for (const { ours, theirs } of names) {
    if (Object.hasOwn(result, theirs) && result[theirs] !== state[ours])
      throw new TypeError(`toPyTorch: two tensors would be named ${theirs}`);
    result[theirs] = state[ours];
  }
  return result;
}
