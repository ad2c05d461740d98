import {
  type Dim,
  type Expression,
  elementwise,
  formatShape,
  gather,
  type Indices,
  indices,
  logSumExp,
  type Mat,
  type Scalar,
  ShapeError,
  sub,
  sum,
  Tensor,
  type Vec,
} from "@factorvae/tensor";
import { checkAlike, checkEach, type Reduction, reduced } from "./reduction.js";

type E = Expression;

/** How far a row's probabilities may add up to another number than 1. */
const slack = 1e-4;

/** A class that has no share costs nothing, also where its logit is -infinity. */
const surprise = elementwise("crossEntropy", (logit: E, total: E, share: E) => {
  const surprisal = total.sub(logit);
  return share.eq(0).and(surprisal.eq(Number.POSITIVE_INFINITY)).select(0, share.mul(surprisal));
});

function checkLogits({ shape }: Tensor): void {
  if (shape.length !== 2 || shape[1] === 0)
    throw new ShapeError("crossEntropy", `logits must be [rows, classes >= 1], not ${formatShape(shape)}`, [shape]);
}

/**
 * The negative log probability of each row's class under `softmax(logits)`, by default its mean over the rows:
 * `logits: [R, K]`, `classes: [R]` whole numbers below K.
 *
 * @throws ShapeError if there is not one class for each row.
 * @throws RangeError that names the row, if a class is no whole number below K.
 */
export function crossEntropy<R extends Dim>(logits: Mat<R>, classes: Indices, reduction: "none"): Vec<R>;
export function crossEntropy<R extends Dim>(logits: Mat<R>, classes: Indices, reduction?: "mean" | "sum"): Scalar;
export function crossEntropy(logits: Mat, classes: Indices, reduction: Reduction = "mean"): Tensor {
  checkLogits(logits);
  const [rows, count] = logits.shape;
  const chosen: ArrayLike<number> = classes instanceof Tensor ? classes.data : classes;
  if (chosen.length !== rows)
    throw new ShapeError("crossEntropy", `${rows} rows need as many classes, not ${chosen.length}`, [logits.shape]);
  const places = Int32Array.from(chosen, (index, row) => {
    if (!(Number.isInteger(index) && index >= 0 && index < count))
      throw new RangeError(`crossEntropy: the class of row ${row} must be a whole number below ${count}, not ${index}`);
    return row * count + index;
  });
  const ofClass = gather(logits.reshape([rows * count]), indices(places), 0);
  return reduced(sub(logSumExp(logits, 1), ofClass.as([rows])), reduction);
}

/**
 * The cross entropy of each row's probabilities and `softmax(logits)`, by default its mean over the rows:
 * `-sum_k p_k ln softmax(logits)_k`, where a class of probability 0 counts 0. `logits` and `probabilities`: `[R, K]`.
 *
 * @throws ShapeError if the shapes differ.
 * @throws RangeError that names the element or row, if a probability is no number of at least 0, or a row does not add up
 * to 1 within 1e-4.
 */
export function crossEntropyOfProbabilities<R extends Dim, K extends Dim>(
  logits: Mat<R, K>,
  probabilities: Mat<NoInfer<R>, NoInfer<K>>,
  reduction: "none",
): Vec<R>;
export function crossEntropyOfProbabilities<R extends Dim, K extends Dim>(
  logits: Mat<R, K>,
  probabilities: Mat<NoInfer<R>, NoInfer<K>>,
  reduction?: "mean" | "sum",
): Scalar;
export function crossEntropyOfProbabilities(logits: Mat, probabilities: Mat, reduction: Reduction = "mean"): Tensor {
  const operation = "crossEntropyOfProbabilities";
  checkLogits(logits);
  checkAlike(operation, ["logits", logits], ["probabilities", probabilities]);
  checkEach(operation, "a probability", probabilities, "a number of at least 0", (share) => share >= 0);
  sum(probabilities, 1).data.forEach((total: number, row: number) => {
    if (Math.abs(total - 1) > slack)
      throw new RangeError(`${operation}: the probabilities of row ${row} add up to ${total}, not 1`);
  });
  const totals = logSumExp(logits, 1).reshape([logits.shape[0], 1]);
  return reduced(sum(surprise(logits, totals, probabilities), 1), reduction);
}
