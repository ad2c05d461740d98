import { add, mul, type Scalar, scalar, scope, sum, type Tensor, zeros } from "@factorvae/tensor";
import { apartFrom, separated } from "./apart.js";
import { gradientOf } from "./grad.js";
import { Tape } from "./tape.js";
import { aliasesOf, checkFunction, leaves, leavesLike, sourcesOf, type Tree, valueLeaves, withLeaves } from "./tree.js";

/**
 * The value of a function at `x`, and its vector-Jacobian product: a function that takes a cotangent, of the form of the value,
 * to the gradient of `sum(cotangent * value)` by `x`. It may be called any number of times, in the scope that it was made in.
 * `x` and the value are tensors or trees of them; further arguments pass through. Each gradient has memory of its own.
 *
 * @throws TypeError if `fn` is no function, or the cotangent has not the form of the value; ShapeError if not its shapes.
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
export function pullable<X extends Tree<X>, Y extends Tree<Y>, Rest extends readonly unknown[]>(
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
  const passing = (tensors: readonly Tensor[]): readonly Tensor[] =>
    tensors.filter((_, at) => outputs[at].dtype !== "int32");
  const pullBack = (cotangent: Y): X =>
    // A scope of its own: what the tape holds was made outside of it, and stays for the next time.
    scope(() => {
      const given = passing(leavesLike(operation, "cotangent", cotangent, value));
      return withLeaves(x, separated(sources, tape.pullBack(passing(outputs), given, sources), given));
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
 * @throws TypeError if `fn` is no function, or the tangent has not the form of `x`; ShapeError if not its shapes.
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
    // Where it is pulled back from does not matter: it is linear.
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
 * @throws TypeError if `fn` is no function or returns no scalar, or the vector has not the form of `x`; ShapeError if not its
 * shapes.
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
