import { alias, formatShape, ShapeError, Tensor } from "@factorvae/tensor";

/** What a tree `X` has to be: a tensor, or arrays and plain objects of such. A bound on `X` itself, so that interfaces pass. */
export type Tree<X> = Tensor | (object & { readonly [K in keyof X]: Part<X[K]> });

type Part<P> = P extends Tensor ? Tensor : P extends (...args: never[]) => unknown ? never : Tree<P>;

/**
 * Refuses what stands in the place of a function and is none.
 *
 * @throws TypeError that names the operation and what was given instead.
 */
export function checkFunction(operation: string, fn: unknown): void {
  if (typeof fn === "function") return;
  const given = fn instanceof Tensor ? "a tensor" : fn === null || fn === undefined ? fn : `of type ${typeof fn}`;
  throw new TypeError(
    `${operation}: a function is needed, and it is ${given}; hand over the computation, as x => x.mul(x), not its value`,
  );
}

/** A tensor of a tree, and its place as a program would write it: `hidden[0].weight`. */
export interface Leaf {
  readonly place: string;
  readonly tensor: Tensor;
}

/** Arrays and plain objects have parts; anything else that is no tensor has no place in a tree. */
function partsOf(operation: string, tree: unknown, place: string, repair: string, root = "it"): [string, unknown][] {
  const it = place || root;
  if (tree instanceof Promise) throw new TypeError(`${operation}: the function must not be asynchronous`);
  if (typeof tree !== "object" || tree === null)
    throw new TypeError(
      `${operation}: a tree holds tensors alone, and ${it} is ${tree === null || tree === undefined ? tree : `a ${typeof tree}`}${repair}`,
    );
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (!Array.isArray(tree) && prototype !== Object.prototype && prototype !== null)
    throw new TypeError(
      `${operation}: a tree is made of arrays and plain objects, and ${it} is ${tree.constructor.name ? `a ${tree.constructor.name}` : "neither"}; hand over its fields, as { ...it }, or, for a model, use valueAndGrad(() => loss, parameters(model))`,
    );
  return Object.entries(tree);
}

const within = (whole: unknown, place: string, name: string): string =>
  Array.isArray(whole) ? `${place}[${name}]` : place === "" ? name : `${place}.${name}`;

/** The tensors of a tree with their places. Throws as `leaves`. */
function leavesIn(operation: string, tree: unknown, repair = "", root = "it"): Leaf[] {
  const visit = (branch: unknown, place: string, around: readonly unknown[]): Leaf[] => {
    if (branch instanceof Tensor) return [{ place, tensor: branch }];
    if (around.includes(branch))
      throw new TypeError(`${operation}: a tree has an end, and ${place} is an object that it lies in itself`);
    const further = [...around, branch];
    return partsOf(operation, branch, place, repair, root).flatMap(([name, part]) =>
      visit(part, within(branch, place, name), further),
    );
  };
  return visit(tree, "", []);
}

/** The tensors of a tree, in the order of its fields. Throws TypeError that names what is neither tensor nor tree. */
export const leaves = (operation: string, tree: unknown): Tensor[] =>
  leavesIn(operation, tree).map(({ tensor }) => tensor);

/** The tensors of what a function returned. Throws as `leaves`, and says that it is about the value. */
export const valueLeaves = (operation: string, value: unknown): Tensor[] =>
  leavesIn(operation, value, value === undefined ? "; did you forget to return it?" : "", "the function's value").map(
    ({ tensor }) => tensor,
  );

/**
 * The leaves of a tree that is to be differentiated by; `repair` is where something else belongs.
 *
 * @throws TypeError as `leaves`, and for one of whole numbers.
 */
export function sourcesOf(operation: string, tree: unknown, repair = "hand it over as a further argument"): Leaf[] {
  const found = leavesIn(operation, tree, `; ${repair}`);
  for (const { place, tensor } of found)
    if (tensor.dtype === "int32")
      throw new TypeError(
        `${operation}: ${place || "it"} is of int32, and nothing has a derivative by whole numbers; ${repair}, or make it float32`,
      );
  return found;
}

/** Fresh names for the leaves of an argument: the same tensor, reached by another way, is not differentiated. */
export const aliasesOf = (operation: string, tree: unknown): Tensor[] =>
  sourcesOf(operation, tree).map(({ tensor }) => alias(tensor));

/** A tree of the same form with others in the leaves' places, in the order of `leaves`: tensors, or whole trees. */
export function withLeaves<T, Result = T>(tree: T, next: Iterable<unknown>): Result {
  const others = next[Symbol.iterator]();
  const visit = (branch: unknown): unknown => {
    if (branch instanceof Tensor) return others.next().value;
    if (Array.isArray(branch)) return branch.map(visit);
    return Object.fromEntries(Object.entries(branch as object).map(([name, part]) => [name, visit(part)]));
  };
  return visit(tree) as Result;
}

/**
 * The leaves of a tree that has to be of the form of another one, shapes included: a cotangent, a tangent.
 *
 * @throws TypeError that names the first place where the forms differ, ShapeError where only the shapes do.
 */
export function leavesLike(operation: string, what: string, tree: unknown, model: unknown, path = ""): Tensor[] {
  const place = path === "" ? "" : ` at ${path}`;
  if (model instanceof Tensor) {
    if (!(tree instanceof Tensor)) throw new TypeError(`${operation}: the ${what}${place} must be a tensor`);
    if (formatShape(tree.shape) !== formatShape(model.shape))
      throw new ShapeError(
        operation,
        `the ${what}${place} is ${formatShape(tree.shape)}, and must be ${formatShape(model.shape)}`,
        [tree.shape, model.shape],
      );
    if (tree.dtype === "int32" && model.dtype !== "int32")
      throw new TypeError(`${operation}: the ${what}${place} is of int32, and must be ${model.dtype}`);
    return [tree];
  }
  if (tree instanceof Tensor)
    throw new TypeError(
      `${operation}: the ${what}${place} is a tensor, and must have ${told(partsOf(operation, model, path, ""))}`,
    );
  const [parts, wanted] = [partsOf(operation, tree, path, ""), partsOf(operation, model, path, "")];
  const names = wanted.map(([name]) => name);
  if (parts.length !== names.length || !parts.every(([name]) => names.includes(name)))
    throw new TypeError(`${operation}: the ${what}${place} has ${told(parts)}, and must have ${told(wanted)}`);
  const found = Object.fromEntries(parts);
  return wanted.flatMap(([name, part]) => leavesLike(operation, what, found[name], part, within(model, path, name)));
}

const told = (parts: readonly [string, unknown][]): string => parts.map(([name]) => name).join(", ") || "nothing";
