import { keep, type Shape, Tensor } from "@factorvae/tensor";

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

/** A tensor found in a module, the path of fields that led to it, and its name: `encoder.portfolio.weight`. */
export interface Entry {
  readonly name: string;
  readonly path: readonly Step[];
  readonly tensor: Tensor;
  readonly role: Role;
}

/**
 * The parameters and buffers of a module in the order in which its fields were declared, arrays by index; but whole
 * numbers come first among the names, as JavaScript objects have them. Private (`#`) fields and functions are not
 * searched. What is reached twice counts once, under its first name.
 *
 * @throws TypeError if a field holds a tensor that is neither a parameter nor a buffer: it would not be trained.
 * @throws TypeError if a field holds a Map or a Set, whose tensors have no names, or if two tensors share a name.
 */
export function entries(module: object): Entry[] {
  const seen = new Set<object>();
  const found = new Map<string, Entry>();
  const visit = (value: unknown, path: readonly Step[]): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
    seen.add(value);
    const name = path.map(({ field }) => field).join(".");
    if (value instanceof Tensor) {
      const role = roles.get(value);
      if (!role)
        throw new TypeError(
          `stateDict: ${name || "the module"} is a tensor, but neither a parameter nor a buffer; make it with parameter(t) or buffer(t)`,
        );
      if (found.has(name))
        throw new TypeError(
          `stateDict: two tensors are named ${name}; a field name with a dot in it stands for a path`,
        );
      found.set(name, { name, path, tensor: value, role });
      return;
    }
    if (value instanceof Map || value instanceof Set)
      throw new TypeError(
        `stateDict: ${name || "the module"} is a ${value instanceof Map ? "Map" : "Set"}, which is not searched; hold layers in an object or an array`,
      );
    for (const [field, child] of Object.entries(value)) visit(child, [...path, { owner: value, field }]);
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
  entries(module).flatMap(({ tensor, role }) => (role === "parameter" ? [tensor] : []));
