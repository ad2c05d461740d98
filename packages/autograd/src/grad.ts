import { formatShape, ones, type Scalar, scope, storagesIn, Tensor } from "@factorvae/tensor";
import { apartFrom, separated } from "./apart.js";
import { Tape } from "./tape.js";
import { aliasesOf, checkFunction, sourcesOf, type Tree, withLeaves } from "./tree.js";

/** What `valueAndGrad` differentiates: a scalar, or an object with a scalar `loss` and anything else beside it. */
export type Loss = Scalar | { readonly loss: Scalar };

/** A value, its gradients in the places of the parameters, and all that the function returned. */
export interface ValueAndGrads<Result, Parameters> {
  readonly value: Scalar;
  readonly grads: { readonly [I in keyof Parameters]: Parameters[I] };
  readonly aux: Result;
}

function checkScalar(operation: string, value: unknown): asserts value is Scalar {
  if (value instanceof Promise) throw new TypeError(`${operation}: the function must not be asynchronous`);
  if (!(value instanceof Tensor)) throw new TypeError(`${operation}: the function must return a scalar tensor`);
  if (value.rank !== 0)
    throw new TypeError(
      `${operation}: the function must return a scalar, not ${formatShape(value.shape)}; take its sum or mean, or its jacobian`,
    );
}

/**
 * Computes `fn()` and the gradient of its loss by each of `parameters`, a list or a tree of tensors: fresh tensors of their
 * shapes, zeros for one that the loss does not depend on. A scope (see `scope`): of what `fn` makes, the loss and what it
 * returns beside it live on, in `aux`.
 *
 * @throws TypeError if `fn` is no function, or the loss no scalar.
 * @throws Error if it depends on none of the parameters.
 *
 * @example
 * const w = scalar(3);
 * valueAndGrad(() => w.mul(w), [w]).grads; // [6]
 */
export function valueAndGrad<Result extends Loss, const Parameters extends Tree<Parameters>>(
  fn: () => Result,
  parameters: Parameters,
): ValueAndGrads<Result, Parameters>;
export function valueAndGrad<Parameters>(fn: () => Loss, parameters: Parameters): ValueAndGrads<Loss, Parameters> {
  checkFunction("valueAndGrad", fn);
  return scope(() => {
    const found = sourcesOf("valueAndGrad", parameters, "leave it out of the parameters");
    const sources = found.map(({ tensor }) => tensor);
    const tape = new Tape(sources);
    const returned = tape.record(fn);
    const loss: unknown = returned instanceof Tensor || returned instanceof Promise ? returned : returned?.loss;
    checkScalar("valueAndGrad", loss);
    if (sources.length > 0 && !tape.follows([loss]))
      throw new Error("valueAndGrad: the loss depends on none of the parameters");
    const grads = separated(sources, tape.pullBack([loss], [ones([])], sources, storagesIn(returned)));
    const value = apartFrom(sources, loss);
    return { value, grads: withLeaves(parameters, grads), aux: returned === loss ? value : returned };
  });
}

/**
 * The gradient of a scalar function by its first argument, a tensor or a tree of them; further arguments pass through.
 * May be nested: `grad(x => grad(f)(x))`.
 *
 * @throws TypeError if it is no function, at once; if it returns no scalar, when it is called.
 *
 * @example grad((x: Scalar) => x.mul(x))(scalar(3)).item(); // 6
 */
export const grad = <X extends Tree<X>, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Scalar,
): ((x: X, ...rest: Rest) => X) => gradientOf("grad", fn);

/** `grad`, by the name of the operation that asks for it. */
export function gradientOf<X extends Tree<X>, Rest extends readonly unknown[]>(
  operation: string,
  fn: (x: X, ...rest: Rest) => Scalar,
): (x: X, ...rest: Rest) => X {
  checkFunction(operation, fn);
  return (x, ...rest) =>
    scope(() => {
      const sources = aliasesOf(operation, x);
      const inputs = withLeaves(x, sources);
      const tape = new Tape(sources);
      const value = tape.record(() => fn(inputs, ...rest));
      checkScalar(operation, value);
      return withLeaves(x, separated(sources, tape.pullBack([value], [ones([])], sources, storagesIn(inputs))));
    });
}
