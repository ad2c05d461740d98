import {
  type Dim,
  type Expression,
  elementwise,
  formatShape,
  type Indices,
  logSumExp,
  type Mat,
  type Scalar,
  type Shape,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  type Vec,
  where,
} from "@factorvae/tensor";
import { checkEach } from "../elements.js";
import { classLogits } from "./class-logits.js";
import { type CrossEntropyOptions, classTargets } from "./class-targets.js";
import { checkAlike, checkReduction, type Reduction, reduced } from "./reduction.js";

type E = Expression;

/** How far a row's probabilities may add up to another number than 1. */
const slack = 1e-4;

/** A class that has no share costs nothing, also where its logit is -infinity. */
const surprise = elementwise("crossEntropy", (logit: E, total: E, share: E) => {
  const surprisal = total.sub(logit);
  return share.eq(0).and(surprisal.eq(Number.POSITIVE_INFINITY)).select(0, share.mul(surprisal));
});

function checkLogits(operation: string, { shape }: Tensor): void {
  if (shape.length !== 2 || shape[1] === 0)
    throw new ShapeError(operation, `logits must be [rows, classes >= 1], not ${formatShape(shape)}`, [shape]);
}

/**
 * Checks `ln sum exp` of rows of logits.
 *
 * @throws RangeError that names the row, if all of one are -infinity or one is infinite: it has no softmax.
 */
function checkTotals(operation: string, { data }: Tensor): void {
  const row = data.findIndex((total: number) => Math.abs(total) === Number.POSITIVE_INFINITY);
  if (row >= 0)
    throw new RangeError(
      `${operation}: the logits of row ${row} have no softmax: ${data[row] > 0 ? "one is Infinity" : "all are -Infinity"}`,
    );
}

/**
 * The negative log probability of each row's class under `softmax(logits)`, by default its mean over the rows:
 * `logits: [R, K]`, `classes: [R]` whole numbers below K. With weights w and a smoothing of e, that of class c is
 * `-(1 - e) w_c ln p_c - e / K sum_k w_k ln p_k`, and the mean is over the sum of `w_c`, as PyTorch's. Source of smoothing:
 * Szegedy et al. (2016).
 *
 * @throws ShapeError if there is not one class for each row, or not one weight for each class.
 * @throws RangeError that names the row, if a class is no whole number below K, or all logits of a row are -infinity or one
 * is infinity; if an option is out of range, or a mean is over rows that all count 0.
 * @throws TypeError if there is no such reduction, or an option is unknown.
 * @throws Error if the weights are being differentiated: they have no derivative, as in PyTorch.
 */
export function crossEntropy<R extends Dim>(
  logits: Mat<R>,
  classes: Indices,
  reduction: "none",
  options?: CrossEntropyOptions,
): Vec<R>;
export function crossEntropy<R extends Dim>(
  logits: Mat<R>,
  classes: Indices,
  reduction?: "mean" | "sum",
  options?: CrossEntropyOptions,
): Scalar;
export function crossEntropy<R extends Dim>(
  logits: Mat<R>,
  classes: Indices,
  reduction: Reduction,
  options?: CrossEntropyOptions,
): Vec<R> | Scalar;
export function crossEntropy(
  logits: Mat,
  classes: Indices,
  reduction: Reduction = "mean",
  options: CrossEntropyOptions = {},
): Tensor {
  checkReduction("crossEntropy", reduction);
  checkLogits("crossEntropy", logits);
  const [rows, count] = logits.shape;
  const { smoothing = 0 } = options;
  const { classes: chosen, counts, kept, spread } = classTargets(classes, [rows, count], options);
  // Before anything is computed of them: a loss that is discarded later would still take NaN for its slope.
  const counted: Mat = kept ? where<Shape>(kept, logits, 0).as([rows, count]) : logits;
  const [ofClass, totals] = classLogits(counted, chosen);
  checkTotals("crossEntropy", totals);
  const share = counts ? tensor(counts, [rows]).mul(1 - smoothing) : 1 - smoothing;
  const sure = surprise(ofClass, totals, share);
  const losses = spread ? sure.add(sum(surprise(counted, totals.reshape([rows, 1]), spread), 1)) : sure;
  if (reduction !== "mean") return reduced(losses, reduction);
  const whole = counts ? counts.reduce((total, weight) => total + weight, 0) : rows;
  if (!(whole > 0))
    throw new RangeError(
      "crossEntropy: a mean needs a row that counts; all are ignored or of weight 0, or there is none",
    );
  return sum(losses).div(whole);
}

/**
 * The cross entropy of each row's probabilities and `softmax(logits)`, by default its mean over the rows:
 * `-sum_k p_k ln softmax(logits)_k`, where a class of probability 0 counts 0. `logits` and `probabilities`: `[R, K]`.
 *
 * @throws ShapeError if the shapes differ.
 * @throws RangeError that names the element or row, if a probability is no number of at least 0, a row does not add up to 1
 * within 1e-4, or all logits of a row are -infinity or one is infinity.
 * @throws TypeError if there is no such reduction.
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
export function crossEntropyOfProbabilities<R extends Dim, K extends Dim>(
  logits: Mat<R, K>,
  probabilities: Mat<NoInfer<R>, NoInfer<K>>,
  reduction: Reduction,
): Vec<R> | Scalar;
export function crossEntropyOfProbabilities(logits: Mat, probabilities: Mat, reduction: Reduction = "mean"): Tensor {
  const operation = "crossEntropyOfProbabilities";
  checkReduction(operation, reduction);
  checkLogits(operation, logits);
  checkAlike(operation, ["logits", logits], ["probabilities", probabilities]);
  checkEach(operation, "a probability", probabilities, "a number of at least 0", (share) => share >= 0);
  sum(probabilities, 1).data.forEach((total: number, row: number) => {
    if (Math.abs(total - 1) > slack)
      throw new RangeError(`${operation}: the probabilities of row ${row} add up to ${total}, not 1`);
  });
  const totals = logSumExp(logits, 1);
  checkTotals(operation, totals);
  return reduced(sum(surprise(logits, totals.reshape([logits.shape[0], 1]), probabilities), 1), reduction);
}
