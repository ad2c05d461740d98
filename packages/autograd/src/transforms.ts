import {
  add,
  mul,
  oneHot,
  type Scalar,
  type Shape,
  scalar,
  scope,
  stack,
  sum,
  type Tensor,
  zeros,
} from "@factorvae/tensor";
import { apartFrom, gradientOf, separated } from "./grad.js";
import { Tape } from "./tape.js";
import { aliasesOf, checkFunction, leaves, leavesLike, sourcesOf, type Tree, valueLeaves, withLeaves } from "./tree.js";

/**
 * The value of a function at `x`, and its vector-Jacobian product: a function that takes a cotangent, of the form of the value,
 * to the gradient of `sum(cotangent * value)` by `x`. It may be called any number of times, in the scope that it was made in.
 * `x` and the value are tensors or trees of them; further arguments pass through. Each gradient has memory of its own.
 *
 * @throws TypeError if `fn` is no function, or the cotangent has not the form and the shapes of the value.
 * @throws Error from the pull-back if a tensor that it needs was overwritten since.
 *
 * @example
 * const [y, pullBack] = vjp((x: Vec<2>) => x.mul(x), tensor([1, 2], [2]));
 * pullBack(y); // [2, 16]
 */
export function vjp<X extends Tree<X>, Y extends Tree<Y>, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Y,
  x: X,
  ...rest: Rest
): readonly [value: Y, pullBack: (cotangent: Y) => X] {
  return pullable("vjp", fn, x, rest);
}

/** `vjp`, by the name of the operation that asks for it. */
function pullable<X extends Tree<X>, Y extends Tree<Y>, Rest extends readonly unknown[]>(
  operation: string,
  fn: (x: X, ...rest: Rest) => Y,
  x: X,
  rest: Rest,
): readonly [value: Y, pullBack: (cotangent: Y) => X] {
  checkFunction(operation, fn);
  const sources = aliasesOf(operation, x);
  const tape = new Tape(sources, true);
  const value = tape.record(() => fn(withLeaves(x, sources), ...rest));
  const outputs = valueLeaves(operation, value);
  // Whole numbers, such as the places that `topK` tells, pass nothing on.
  const isPassing = outputs.map(({ dtype }) => dtype !== "int32");
  const passing = (tensors: readonly Tensor[]): readonly Tensor[] => tensors.filter((_, at) => isPassing[at]);
  const pullBack = (cotangent: Y): X =>
    // A scope of its own: what the tape holds was made outside of it, and stays for the next time.
    scope(() => {
      const given = passing(leavesLike(operation, "cotangent", cotangent, value));
      const found = tape.pullBack(passing(outputs), given, sources);
      const gradients = sources.map((source, at) => found[at] ?? zeros(source.shape));
      return withLeaves(x, separated(gradients, given));
    });
  return [
    withLeaves(
      value,
      outputs.map((output) => apartFrom(sources, output)),
    ),
    pullBack,
  ];
}

/**
 * The value of a function at `x`, and its Jacobian-vector product: how the value moves as `x` moves along `tangent`, which has the
 * form of `x`. Pulled back twice, as the pull-back is linear in its cotangent: about the cost of three gradients. With the rule of a
 * `customVjp` that is not linear (one that cuts its cotangent), what comes out is no derivative.
 *
 * @throws TypeError if `fn` is no function, or the tangent has not the form and the shapes of `x`.
 *
 * @example jvp((x: Scalar) => x.mul(x), scalar(3), scalar(1))[1].item(); // 6
 */
export function jvp<X extends Tree<X>, Y extends Tree<Y>, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Y,
  x: X,
  tangent: X,
  ...rest: Rest
): readonly [value: Y, tangent: Y] {
  checkFunction("jvp", fn);
  return scope(() => {
    sourcesOf("jvp", x);
    leavesLike("jvp", "tangent", tangent, x);
    const [value, pullBack] = pullable("jvp", fn, x, rest);
    const nothing = withLeaves(
      value,
      leaves("jvp", value).map(({ shape }) => zeros(shape)),
    );
    const [, along] = vjp(pullBack, nothing);
    return [value, along(tangent)];
  });
}

/**
 * The product of the Hessian of a scalar function at `x` with a vector of the form of `x`: the gradient of `sum(grad(f)(x) * v)`.
 *
 * @throws TypeError if `fn` is no function or returns no scalar, or the vector has not the form and the shapes of `x`.
 *
 * @example hvp((x: Vec<2>) => x.mul(x).mul(x).sum(), tensor([1, 2], [2]), tensor([1, 1], [2])); // [6, 12]
 */
export function hvp<X extends Tree<X>, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Scalar,
  x: X,
  vector: X,
  ...rest: Rest
): X {
  checkFunction("hvp", fn);
  sourcesOf("hvp", x);
  const along = leavesLike("hvp", "vector", vector, x);
  const slope = (at: X): Scalar =>
    leaves("hvp", gradientOf("hvp", fn)(at, ...rest))
      .map((gradient, position): Scalar => sum(mul(gradient, along[position])))
      .reduce((total, term) => add(total, term), scalar(0));
  return gradientOf("hvp", slope)(x);
}

/** The derivatives of each element of a value by each element of an input: `[...value, ...input]`, in a tree where that is one. */
export type Jacobian<Y, X> =
  Y extends Tensor<infer SY> ? JacobianOf<SY, X> : { readonly [K in keyof Y]: Jacobian<Y[K], X> };

type JacobianOf<SY extends Shape, X> =
  X extends Tensor<infer SX> ? Tensor<readonly [...SY, ...SX]> : { readonly [K in keyof X]: JacobianOf<SY, X[K]> };

/**
 * The Jacobian of a function by its first argument: for an input `x` and a value `y` a tensor `[...y.shape, ...x.shape]`; for trees, a
 * tree like the value whose leaves are trees like the input. Row by row: a pull-back for each element of the value.
 *
 * @throws TypeError if it is no function.
 *
 * @example jacobian((x: Vec<2>) => x.mul(x))(tensor([1, 2], [2])).toArray(); // [[2, 0], [0, 4]]
 */
export const jacobian = <X extends Tree<X>, Y extends Tree<Y>, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Y,
): ((x: X, ...rest: Rest) => Jacobian<Y, X>) => jacobianOf("jacobian", fn);

function jacobianOf<X extends Tree<X>, Y extends Tree<Y>, Rest extends readonly unknown[]>(
  operation: string,
  fn: (x: X, ...rest: Rest) => Y,
): (x: X, ...rest: Rest) => Jacobian<Y, X> {
  checkFunction(operation, fn);
  return (x, ...rest) =>
    scope(() => {
      const [value, pullBack] = pullable(operation, fn, x, rest);
      const outputs = leaves(operation, value);
      const inputs = leaves(operation, x);
      const blocks = outputs.map((output, at) => {
        const rows = Array.from({ length: output.size }, (_, element) => {
          const cotangents = outputs.map(({ shape }) => zeros(shape));
          cotangents[at] = oneHot([element], output.size).reshape(output.shape);
          return leaves(operation, pullBack(withLeaves(value, cotangents)));
        });
        const ofInput = inputs.map(({ shape }, position) => {
          const whole = [...output.shape, ...shape];
          return rows.length === 0 ? zeros(whole) : stack(rows.map((row) => row[position])).reshape(whole);
        });
        return withLeaves(x, ofInput);
      });
      return withLeaves(value, blocks);
    });
}

/**
 * The Hessian of a scalar function by its first argument: `[...x, ...x]`.
 *
 * @throws TypeError if it is no function, at once; if it returns no scalar, when it is called.
 *
 * @example hessian((x: Vec<2>) => x.mul(x).mul(x).sum())(tensor([1, 2], [2])).toArray(); // [[6, 0], [0, 12]]
 */
export const hessian = <X extends Tree<X>, Rest extends readonly unknown[]>(
  fn: (x: X, ...rest: Rest) => Scalar,
): ((x: X, ...rest: Rest) => Jacobian<X, X>) => jacobianOf("hessian", gradientOf("hessian", fn));
