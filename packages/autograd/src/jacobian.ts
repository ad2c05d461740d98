import { oneHot, type Scalar, type Shape, scope, stack, type Tensor, zeros } from "@factorvae/tensor";
import { gradientOf } from "./grad.js";
import { pullable } from "./transforms.js";
import { checkFunction, leaves, type Tree, withLeaves } from "./tree.js";

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
