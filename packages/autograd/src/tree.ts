import { formatShape, Tensor } from "@factorvae/tensor";

/** Anything that tensors stand in: a tensor, or arrays and plain objects of such. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

/** Arrays and plain objects have parts; anything else that is no tensor has no place in a tree. */
function partsOf(operation: string, tree: unknown, path: string, repair = ""): [string, unknown][] {
  const place = path === "" ? "it" : path;
  if (tree instanceof Promise) throw new TypeError(`${operation}: the function must not be asynchronous`);
  if (typeof tree !== "object" || tree === null)
    throw new TypeError(
      `${operation}: a tree holds tensors alone, and ${place} is ${tree === null ? "null" : `a ${typeof tree}`}${repair}`,
    );
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (!Array.isArray(tree) && prototype !== Object.prototype && prototype !== null)
    throw new TypeError(
      `${operation}: a tree is made of arrays and plain objects, and ${place} is a ${tree.constructor.name}; for a model, use valueAndGrad(() => loss, parameters(model))`,
    );
  return Object.entries(tree);
}

/** The tensors of a tree, in the order of its fields. Throws TypeError that names what is neither tensor nor tree. */
export function leaves(operation: string, tree: unknown, path = "", repair = ""): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  return partsOf(operation, tree, path, repair).flatMap(([name, part]) =>
    leaves(operation, part, `${path}.${name}`, repair),
  );
}

/**
 * The tensors of a tree that is to be differentiated by.
 *
 * @throws TypeError as `leaves`, and for one of whole numbers.
 */
export function sourcesOf(operation: string, tree: unknown): Tensor[] {
  const sources = leaves(operation, tree, "", "; hand it over as a further argument");
  if (sources.some(({ dtype }) => dtype === "int32"))
    throw new TypeError(
      `${operation}: a tensor of int32 has no derivative by it; hand it over as a further argument, or make it float32`,
    );
  return sources;
}

/** A tree of the same form with other tensors in the leaves' places, in the order of `leaves`. */
export function withLeaves<T>(tree: T, next: Iterable<Tensor>): T {
  const tensors = next[Symbol.iterator]();
  const visit = (branch: unknown): unknown => {
    if (branch instanceof Tensor) return tensors.next().value;
    if (Array.isArray(branch)) return branch.map(visit);
    return Object.fromEntries(Object.entries(branch as object).map(([name, part]) => [name, visit(part)]));
  };
  return visit(tree) as T;
}

/**
 * The leaves of a tree that has to be of the form of another one, shapes included: a cotangent, a tangent.
 *
 * @throws TypeError or Error that names the first place where they differ.
 */
export function leavesLike(operation: string, what: string, tree: unknown, model: unknown, path = ""): Tensor[] {
  const place = path === "" ? "" : ` at ${path}`;
  if (model instanceof Tensor) {
    if (!(tree instanceof Tensor)) throw new TypeError(`${operation}: the ${what}${place} must be a tensor`);
    if (formatShape(tree.shape) !== formatShape(model.shape))
      throw new TypeError(
        `${operation}: the ${what}${place} is ${formatShape(tree.shape)}, and must be ${formatShape(model.shape)}`,
      );
    return [tree];
  }
  const [parts, wanted] = [partsOf(operation, tree, path), partsOf(operation, model, path)];
  const names = wanted.map(([name]) => name);
  if (parts.length !== names.length || !parts.every(([name]) => names.includes(name)))
    throw new TypeError(`${operation}: the ${what}${place} has ${told(parts)}, and must have ${told(wanted)}`);
  const found = Object.fromEntries(parts);
  return wanted.flatMap(([name, part]) => leavesLike(operation, what, found[name], part, `${path}.${name}`));
}

const told = (parts: readonly [string, unknown][]): string => parts.map(([name]) => name).join(", ") || "nothing";
