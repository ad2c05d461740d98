import { keep, type Shape, Tensor } from "@factorvae/tensor";
import { described } from "./operand.js";

type Role = "parameter" | "buffer";

/** What a tensor is to the layer that holds it. Weak: a mark lives as long as its tensor. */
const roles = new WeakMap<Tensor, Role>();

function marked<S extends Shape>(t: Tensor<S>, role: Role): Tensor<S> {
  const copy = keep(t);
  roles.set(copy, role);
  return copy;
}

/** A copy of `t` as a trainable part of a layer: an ordinary tensor that `parameters` finds and optimizers write to. */
export const parameter = <S extends Shape>(t: Tensor<S>): Tensor<S> => marked(t, "parameter");

/** A copy of `t` as a part of a layer that is saved and loaded with it, but not trained. */
export const buffer = <S extends Shape>(t: Tensor<S>): Tensor<S> => marked(t, "buffer");

/** A field on the way to a tensor, and what it is a field of. */
export interface Step {
  readonly owner: object;
  readonly field: string;
}

const nameOf = (path: readonly Step[]): string => path.map(({ field }) => field).join(".");

/** A tensor found in a module, the fields on each way to it, and its name, by the first: `encoder.portfolio.weight`. */
export interface Entry {
  readonly name: string;
  readonly paths: readonly (readonly Step[])[];
  readonly tensor: Tensor;
  readonly role: Role;
}

/** Whether an object has tensors alone, as a state dictionary. */
const isFlat = (module: object): boolean => Object.values(module).every((value) => value instanceof Tensor);

/**
 * The parameters and buffers of a module in the order in which its fields were declared, arrays by index; but whole
 * numbers come first among the names, as JavaScript objects have them. Private (`#`) fields and functions are not
 * searched. What is reached twice counts once, under its first name; `ways` tells whether the other paths to it are
 * searched for.
 *
 * @throws TypeError if the module is no object, or if a field holds a tensor that is neither a parameter nor a buffer:
 *   it would not be trained.
 * @throws TypeError if a field holds a Map or a Set, whose tensors have no names, or if two tensors share a name.
 */
export function entries(operation: string, module: object, ways: "first" | "every" = "first"): Entry[] {
  if (typeof module !== "object" || module === null)
    throw new TypeError(`${operation}: a module is needed, an object that holds layers, not ${described(module)}`);
  const passed = new Set<object>();
  const found = new Map<string, Entry>();
  const pathsTo = new Map<Tensor, (readonly Step[])[]>();
  const add = (tensor: Tensor, path: readonly Step[]): void => {
    const known = pathsTo.get(tensor);
    if (known) {
      known.push(path);
      return;
    }
    const name = nameOf(path);
    const role = roles.get(tensor);
    if (!role)
      throw new TypeError(
        `${operation}: ${name || "the module"} is a tensor, but neither a parameter nor a buffer; make it with parameter(t) or buffer(t)${
          path.length === 1 && isFlat(module) ? "; if this is a state dictionary, hand over the module itself" : ""
        }`,
      );
    if (found.has(name))
      throw new TypeError(
        `${operation}: two tensors are named ${name}; a field name with a dot in it stands for a path`,
      );
    const paths = [path];
    pathsTo.set(tensor, paths);
    found.set(name, { name, paths, tensor, role });
  };
  const visit = (value: unknown, path: readonly Step[]): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || passed.has(value)) return;
    passed.add(value);
    if (value instanceof Tensor) add(value, path);
    else if (value instanceof Map || value instanceof Set)
      throw new TypeError(
        `${operation}: ${nameOf(path) || "the module"} is a ${value instanceof Map ? "Map" : "Set"}, which is not searched; hold layers in an object or an array`,
      );
    else for (const [field, child] of Object.entries(value)) visit(child, [...path, { owner: value, field }]);
    // Open again for a path beside this one, but not for one from it to itself.
    if (ways === "every") passed.delete(value);
  };
  visit(module, []);
  return Object.values(Object.fromEntries(found));
}

/**
 * The trainable tensors of a module (any object or array of layers), themselves, not copies: in the order of
 * `Object.keys(stateDict(module))`, where buffers are left out.
 *
 * @throws TypeError as `stateDict` does.
 */
export const parameters = (module: object): Tensor[] =>
  entries("parameters", module).flatMap(({ tensor, role }) => (role === "parameter" ? [tensor] : []));
