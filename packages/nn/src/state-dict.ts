import { assign, formatShape, keep, Tensor } from "@factorvae/tensor";
import { checkTensor, described } from "./operand.js";
import { entries } from "./parameter.js";

/** Tensors by name. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** Why a state dictionary was refused: names it lacks, names it should not have, and names whose shape differs. */
export class StateDictError extends Error {
  override readonly name = "StateDictError";

  constructor(
    readonly operation: string,
    readonly missing: readonly string[],
    readonly unexpected: readonly string[],
    /** Each with both shapes: `weight [3, 4] instead of [4, 3]`. */
    readonly misshapen: readonly string[],
  ) {
    const parts = Object.entries({ missing, unexpected, misshapen }).flatMap(([rule, names]) =>
      names.length > 0 ? [`${rule}: ${names.join(", ")}`] : [],
    );
    super(`${operation}: the state does not fit; nothing was loaded; ${parts.join("; ")}`);
  }
}

/** Copies of tensors, by the same names. */
export const copied = (tensors: StateDict): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, keep(tensor)]));

const form = ({ dtype, shape }: Tensor): string => `${dtype === "int32" ? "indices " : ""}${formatShape(shape)}`;

/**
 * Checks that a state is an object of tensors by name.
 *
 * @throws TypeError if it is none.
 */
export function checkStateDict(operation: string, state: StateDict): void {
  if (typeof state === "object" && state !== null && !(state instanceof Tensor) && !(Symbol.iterator in state)) return;
  const repair = state instanceof Map || Array.isArray(state) ? "; did you mean Object.fromEntries(it)?" : "";
  throw new TypeError(
    `${operation}: the state must be tensors by name, { name: tensor }, not ${described(state)}${repair}`,
  );
}

/**
 * Overwrites each tensor of `targets` by the one of the same name in `state`, in place, all or none: `check` sees each
 * before any is written, and throws where one cannot be.
 *
 * @throws StateDictError if the names or shapes are not exactly those of `targets`, or one holds indices.
 * @throws TypeError that names what is no tensor; if one is float64 outside reference64.
 */
export function load(
  operation: string,
  targets: StateDict,
  state: StateDict,
  check: (name: string, value: Tensor) => void = () => {},
): void {
  checkStateDict(operation, state);
  const names = Object.keys(targets);
  for (const name of names) if (Object.hasOwn(state, name)) checkTensor(operation, name, state[name]);
  const missing = names.filter((name) => !Object.hasOwn(state, name));
  const unexpected = Object.keys(state).filter((name) => !Object.hasOwn(targets, name));
  const misshapen = names.flatMap((name) => {
    if (!Object.hasOwn(state, name)) return [];
    const [found, wanted] = [state[name], targets[name]].map(form);
    return found === wanted ? [] : [`${name} ${found} instead of ${wanted}`];
  });
  if (missing.length + unexpected.length + misshapen.length > 0)
    throw new StateDictError(operation, missing, unexpected, misshapen);
  // Copied first: what cannot be read, float64 outside reference64, is refused before anything is written.
  const values = names.map((name) => keep(state[name]));
  names.forEach((name, at) => {
    check(name, values[at]);
  });
  names.forEach((name, at) => {
    assign(targets[name], values[at]);
  });
}

const tensorsOf = (operation: string, module: object): StateDict =>
  Object.fromEntries(entries(operation, module).map(({ name, tensor }) => [name, tensor]));

/**
 * Copies of all parameters and buffers of a module by name: the fields that lead to each, joined by dots
 * (`extractor.gru.weightIh`), in the order of declaration, but whole numbers before other names.
 *
 * @throws TypeError if the module is no object, a field holds a tensor that is neither a parameter nor a buffer, or a Map or a Set, or if two
 * tensors share a name.
 */
export const stateDict = (module: object): Record<string, Tensor> => copied(tensorsOf("stateDict", module));

/**
 * Overwrites the parameters and buffers of a module, in place, with those of a state dictionary: all of them or, on an
 * error, none.
 *
 * @throws StateDictError that lists all missing, unexpected and misshapen names, if there are any.
 * @throws TypeError as `stateDict` does, if the state is no object of tensors by name, or that names what is no tensor.
 */
export const loadStateDict = (module: object, state: StateDict): void =>
  load("loadStateDict", tensorsOf("loadStateDict", module), state);
