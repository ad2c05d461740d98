import {
  type Dim,
  type Expression,
  elementwise,
  formatShape,
  gather,
  type Indices,
  logSoftmax,
  type Mat,
  type Scalar,
  ShapeError,
  sub,
  sum,
  type Tensor,
  type Vec,
  where,
} from "@factorvae/tensor";
import { checkEach } from "../elements.js";
import { checkTensor } from "../operand.js";
import { classLogProbabilities } from "./class-log-probabilities.js";
import { type CrossEntropyOptions, classTargets } from "./class-targets.js";
import { checkAlike, checkReduction, type Reduction, reduced } from "./reduction.js";

type E = Expression;

/** How far a row's probabilities may add up to another number than 1. */
const slack = 1e-4;

/** A class that has no share costs nothing, also where it is impossible. */
const surprise = elementwise("crossEntropy", (logProbability: E, share: E) =>
  share
    .eq(0)
    .and(logProbability.eq(Number.NEGATIVE_INFINITY))
    // Subtracted, not negated: what is certain costs 0, not -0.
    .select(0, sub(0, share.mul(logProbability))),
);

function checkLogits(operation: string, logits: Tensor): void {
  checkTensor(operation, "logits", logits);
  const { shape } = logits;
  if (shape.length !== 2 || shape[1] === 0)
    throw new ShapeError(operation, `logits must be [rows, classes >= 1], not ${formatShape(shape)}`, [shape]);
}

/**
 * Checks rows of logits by what was made of each: that is not finite where there is no softmax, and maybe elsewhere. A row
 * that holds NaN passes.
 *
 * @throws RangeError that names the row, if all of one are -infinity or one is infinite: it has no softmax.
 */
function checkSoftmax(operation: string, logits: Mat, made: Tensor): void {
  const values = Array.from<number>(made.data);
  if (values.every(Number.isFinite)) return;
  const [, count] = logits.shape;
  const { data } = logits;
  values.forEach((value, row) => {
    if (Number.isFinite(value)) return;
    const elements = Array.from<number>(data.subarray(row * count, (row + 1) * count));
    const largest = elements.reduce((most, logit) => Math.max(most, logit));
    if (Math.abs(largest) === Number.POSITIVE_INFINITY)
      throw new RangeError(
        `${operation}: the logits of row ${row} have no softmax: ${largest > 0 ? "one is Infinity" : "all are -Infinity"}`,
      );
  });
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
 * @throws TypeError if the logits are no tensor or the classes no list of numbers, if there is no such reduction, or an option
 * is unknown.
 * @throws Error on the way back, if the weights are being differentiated: they have no derivative, as in PyTorch.
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
  checkLogits("crossEntropy", logits);
  checkReduction("crossEntropy", reduction);
  const [rows, count] = logits.shape;
  const { classes: chosen, weights, kept, smoothing } = classTargets(classes, [rows, count], options);
  // Before anything is computed of them: a loss that is discarded later would still take NaN for its slope.
  const counted = kept ? where<Mat["shape"]>(kept.reshape([rows, 1]), logits, 0) : logits;
  const [ofClass, ofEach] = classLogProbabilities(counted, chosen);
  checkSoftmax("crossEntropy", counted, ofClass);
  const ofRow = weights && gather(weights, chosen, 0);
  const counts = ofRow && kept ? ofRow.mul(kept) : (ofRow ?? kept);
  const sure = surprise(ofClass, counts ? counts.mul(1 - smoothing) : 1 - smoothing);
  const share = weights ? weights.mul(smoothing / count) : smoothing / count;
  const spread = () => sum(surprise(ofEach, share), 1);
  const losses = smoothing > 0 ? sure.add(kept ? spread().mul(kept) : spread()) : sure;
  if (reduction !== "mean") return reduced(losses, reduction);
  const whole = counts ? Array.from<number>(counts.data).reduce((total, each) => total + each, 0) : rows;
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
 * @throws TypeError if one is no tensor, or there is no such reduction.
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
  const losses = sum(surprise(logSoftmax(logits, 1), probabilities), 1);
  checkSoftmax(operation, logits, losses);
  return reduced(losses, reduction);
}
