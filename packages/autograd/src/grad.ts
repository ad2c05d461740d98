import {
  add,
  alias,
  formatShape,
  ones,
  type Scalar,
  type Shape,
  scope,
  storagesIn,
  Tensor,
  zeros,
} from "@factorvae/tensor";
import { Tape } from "./tape.js";

/** What `valueAndGrad` differentiates: a scalar, or an object with a scalar `loss` and anything else beside it. */
export type Loss = Scalar | { readonly loss: Scalar };

/** A value, its gradients in the order of the parameters, and all that the function returned. */
export interface ValueAndGrads<Result, Parameters extends readonly Tensor[]> {
  readonly value: Scalar;
  readonly grads: { readonly [I in keyof Parameters]: Parameters[I] };
  readonly aux: Result;
}

function checkScalar(operation: string, value: unknown): asserts value is Scalar {
  if (!(value instanceof Tensor)) throw new TypeError(`${operation}: the function must return a scalar tensor`);
  if (value.rank !== 0)
    throw new TypeError(
      `${operation}: the function must return a scalar, not ${formatShape(value.shape)}; take its sum or mean`,
    );
}

/** The gradients, each in memory of its own, so that one may be overwritten: not a view that others share. */
function separated(gradients: readonly Tensor[]): Tensor[] {
  const taken = new Set<Tensor["storage"]>();
  return gradients.map((gradient) => {
    const { storage, size } = gradient;
    const isOwn = !taken.has(storage) && storage.length === size;
    taken.add(storage);
    return isOwn ? gradient : add(gradient, 0);
  });
}

/**
 * Computes `fn()` and the gradient of its loss by each of `parameters`: fresh tensors of their shapes, zeros for one
 * that the loss does not depend on. A scope (see `scope`): of what `fn` makes, the loss and what it returns beside it
 * live on, in `aux`.
 *
 * @throws TypeError if the loss is no scalar.
 * @throws Error if it depends on none of the parameters.
 */
export function valueAndGrad<Result extends Loss, const Parameters extends readonly Tensor[]>(
  fn: () => Result,
  parameters: Parameters,
): ValueAndGrads<Result, Parameters>;
export function valueAndGrad(fn: () => Loss, parameters: readonly Tensor[]): ValueAndGrads<Loss, readonly Tensor[]> {
  return scope(() => {
    const tape = new Tape(parameters);
    const aux = tape.record(fn);
    const value: Tensor = aux instanceof Tensor ? aux : aux.loss;
    checkScalar("valueAndGrad", value);
    if (parameters.length > 0 && !tape.reaches(value))
      throw new Error("valueAndGrad: the loss depends on none of the parameters");
    const found = tape.pullBack(value, ones([]), parameters, storagesIn(aux));
    const grads = separated(parameters.map((parameter, position) => found[position] ?? zeros(parameter.shape)));
    return { value, grads, aux };
  });
}

/** Anything that tensors stand in: a tensor, or arrays and plain objects of such. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

function leaves(tree: Tree): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  return Object.values(tree).flatMap(leaves);
}

function replaced<T extends Tree>(tree: T, next: (leaf: Tensor) => Tensor): T {
  const visit = (branch: Tree): Tree => {
    if (branch instanceof Tensor) return next(branch);
    if (Array.isArray(branch)) return branch.map(visit);
    return Object.fromEntries(Object.entries(branch).map(([name, child]) => [name, visit(child)]));
  };
  return visit(tree) as T;
}

/**
 * The gradient of a scalar function by its first argument, a tensor or a tree of them; further arguments pass through.
 * May be nested: `grad(x => grad(f)(x))`.
 *
 * @throws TypeError if the function returns no scalar.
 *
 * @example grad((x: Scalar) => x.mul(x))(tensor(3)).item(); // 6
 */
export function grad<X extends Tree, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Scalar,
): (x: X, ...rest: Rest) => X {
  return (x, ...rest) => scope(() => gradient(fn, x, rest));
}

function gradient<X extends Tree, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Scalar,
  x: X,
  rest: Rest,
): X {
  // Fresh names for the inputs: the same tensor, reached by another way, is not differentiated.
  const inputs = replaced(x, (leaf) => alias(leaf));
  const sources = leaves(inputs);
  const tape = new Tape(sources);
  const value = tape.record(() => fn(inputs, ...rest));
  checkScalar("grad", value);
  const found = tape.pullBack(value, ones([]), sources, storagesIn(inputs));
  const gradients = new Map(
    sources.map((source, position) => [source, found[position] ?? zeros(source.shape as Shape)]),
  );
  return replaced(inputs, (leaf) => gradients.get(leaf) ?? leaf);
}
