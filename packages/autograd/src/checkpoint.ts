import { formatShape, scope, type Tensor } from "@factorvae/tensor";
import { announced, unseen, watched } from "./one-operation.js";
import { overwritingNothing } from "./overwritten.js";
import { Tape } from "./tape.js";
import { checkFunction, leaves, type Tree } from "./tree.js";

/**
 * A function whose intermediate results are not kept for the way back, but computed again there: memory for time. Its gradients, of
 * any order, are those of the function, also by tensors that it reads without being given them (a layer's parameters). What it
 * hands on without computing it comes out as a view.
 *
 * The function must compute the same again, and what is checked of that is little: that it reads the same of the tensors by which is
 * differentiated, gives the same shapes, and that nothing it reads was overwritten. It goes unnoticed, and the gradient is that of the
 * second run, where a variable meanwhile holds another number or constant, or weights change places.
 *
 * @throws TypeError if it is no function.
 * @throws Error on the way back, if the function reads other tensors by which is differentiated than before, gives others shapes, or
 * overwrites what it did not make, or if what it reads was overwritten since.
 *
 * @example
 * const block = checkpoint((x: Vec) => tanh(x.mul(2)));
 * grad((x: Vec) => block(x).sum())(zeros([2])); // [2, 2]
 */
export function checkpoint<Arguments extends readonly unknown[], Y extends Tree<Y>>(
  fn: (...args: Arguments) => Y,
): (...args: Arguments) => Y {
  checkFunction("checkpoint", fn);
  return (...args) => {
    const { value, read, isFollowed } = unseen("checkpoint", () => fn(...args));
    return announced("checkpoint", read, value, ({ outputs, gradients, reached, needed }) =>
      scope(() => {
        const tape = new Tape(read.filter((_, at) => needed[at]));
        const readAgain = new Set<Tensor>();
        const again = overwritingNothing("checkpoint", () =>
          leaves(
            "checkpoint",
            tape.record(() => watched("checkpoint", () => fn(...args), readAgain)),
          ),
        );
        checkReads(
          [...readAgain].find((tensor) => isFollowed(tensor) && !read.includes(tensor)),
          read.find((tensor, at) => needed[at] && !readAgain.has(tensor)),
        );
        checkShapes(outputs, again);
        const those = (tensors: readonly Tensor[]): readonly Tensor[] => tensors.filter((_, at) => reached[at]);
        return tape.pullBack(those(again), those(gradients), read);
      }),
    );
  };
}

/** Refuses a tensor by which is differentiated, and that was read only the second time, or only the first. */
function checkReads(added: Tensor | undefined, missing: Tensor | undefined): void {
  const other = added ?? missing;
  if (other)
    throw new Error(
      `checkpoint: the function reads a tensor ${formatShape(other.shape)} ${added ? "on the way back that it did not read before" : "that it does not read again on the way back"}; it must do the same each time, and read no variable that changes meanwhile`,
    );
}

/** Refuses results of other shapes than the first time. */
function checkShapes(outputs: readonly Tensor[], again: readonly Tensor[]): void {
  const [before, now] = [outputs, again].map((made) => made.map(({ shape }) => formatShape(shape)).join(", "));
  if (before !== now)
    throw new Error(
      `checkpoint: the function gave ${before || "nothing"}, and ${now || "nothing"} on the way back; it must do the same each time`,
    );
}
