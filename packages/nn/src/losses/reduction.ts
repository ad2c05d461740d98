import { formatShape, mean, ShapeError, sameShape, sum, type Tensor } from "@factorvae/tensor";
import { checkTensor } from "../operand.js";

/** What becomes of the losses of single elements or rows: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

const reductions: readonly unknown[] = ["mean", "sum", "none"] satisfies readonly Reduction[];

/**
 * Checks how a loss is to be reduced.
 *
 * @throws TypeError if it is none of the words that there are.
 */
export function checkReduction(loss: string, given: Reduction): void {
  if (reductions.includes(given)) return;
  const found: unknown = given;
  const what =
    typeof found === "object" && found !== null ? "an object; options come behind it" : JSON.stringify(found);
  throw new TypeError(`${loss}: the reduction must be "mean", "sum" or "none", not ${what}`);
}

/**
 * Losses reduced.
 *
 * @throws ShapeError if there is none to take the mean of.
 */
export function reduced(losses: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return losses;
  return reduction === "sum" ? sum(losses) : mean(losses);
}

/**
 * Checks that two operands are tensors of one shape: broadcasting would compare each element with many.
 *
 * @throws ShapeError that names the loss and both.
 * @throws TypeError that names the loss and the one that is no tensor.
 */
export function checkAlike(
  loss: string,
  [first, a]: readonly [string, Tensor],
  [second, b]: readonly [string, Tensor],
): void {
  checkTensor(loss, first, a);
  checkTensor(loss, second, b);
  if (sameShape(a.shape, b.shape)) return;
  const repair = a.size === b.size ? `; did you mean reshape(${second}, ${formatShape(a.shape)})?` : "";
  throw new ShapeError(
    loss,
    `${first} and ${second} must have one shape, not ${formatShape(a.shape)} and ${formatShape(b.shape)}${repair}`,
    [a.shape, b.shape],
  );
}
