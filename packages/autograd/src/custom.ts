import { alias, formatShape, untraced } from "@factorvae/tensor";
import { announced, unseen } from "./one-operation.js";
import { readingUnchanged } from "./overwritten.js";
import { checkFunction, leaves, leavesLike, type Tree, withLeaves } from "./tree.js";

/**
 * The same numbers as a constant: no gradient passes. Of a tensor or a tree. Views: what overwrites x later is seen in them;
 * `keep(x)` is a copy.
 *
 * @example grad((x: Scalar) => x.mul(stopGradient(x)))(scalar(3)).item(); // 3
 */
export const stopGradient = <X extends Tree<X>>(x: X): X =>
  untraced(() =>
    withLeaves(
      x,
      leaves("stopGradient", x).map((leaf) => alias(leaf)),
    ),
  );

/**
 * A function with a derivative of your own. `rule` takes the argument, the value and a cotangent of its form to the gradient, of
 * the form of the argument; it is written in operations, and differentiated in its turn for second derivatives. What the function
 * has computed and the rule needs again is a part of the value. `jvp`, which pulls back twice, asks for a rule that is linear in its
 * cotangent: by one that cuts it, or divides by its norm, what it gives is no derivative. What the function hands on of its argument
 * comes out as a view of it.
 *
 * @throws TypeError if one of the two is no function.
 * @throws Error if the function reads a tensor that is being differentiated and is no part of its argument.
 * @throws TypeError or ShapeError on the way back, if what the rule gives has not the form and the shapes of the argument.
 * @throws Error on the way back, if the rule reads a tensor that was overwritten since.
 *
 * @example
 * // The identity, whose gradient is cut at 1.
 * const gentle = customVjp((x: Vec) => x.mul(1), (_, __, cotangent) => clip(cotangent, -1, 1));
 * grad((x: Vec) => gentle(x).mul(5).sum())(ones([2])); // [1, 1]
 */
export function customVjp<X extends Tree<X>, Y extends Tree<Y>>(
  fn: (x: X) => Y,
  rule: (x: X, value: Y, cotangent: Y) => X,
): (x: X) => Y {
  checkFunction("customVjp", fn);
  checkFunction("customVjp", rule);
  return (x) => {
    const inputs = leaves("customVjp", x);
    const { value, read, isFollowed } = unseen("customVjp", () => fn(x));
    const stranger = read.find((tensor) => isFollowed(tensor) && !inputs.includes(tensor));
    if (stranger !== undefined)
      throw new Error(
        `customVjp: the function reads a tensor of shape ${formatShape(stranger.shape)} that is being differentiated and is no part of its argument; put it there`,
      );
    return announced("customVjp", inputs, value, ({ outputs, gradients }, at) =>
      readingUnchanged("customVjp", at, () => {
        const gradient = rule(x, withLeaves(value, outputs), withLeaves(value, gradients));
        return leavesLike("customVjp", "gradient", gradient, x);
      }),
    );
  };
}
