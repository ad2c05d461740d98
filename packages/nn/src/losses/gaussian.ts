import {
  type Dim,
  type Expression,
  elementwise,
  formatShape,
  type Mat,
  type Scalar,
  type Shape,
  ShapeError,
  sum,
  type Tensor,
  type Vec,
} from "@factorvae/tensor";
import { checkEach } from "../elements.js";
import { described } from "../operand.js";
import { checkAlike, checkReduction, type Reduction, reduced } from "./reduction.js";

type E = Expression;

/** Independent normal distributions: means and standard deviations, never variances. */
export interface Gaussians<S extends Shape = Shape> {
  readonly mean: Tensor<S>;
  readonly std: Tensor<S>;
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

const negativeLogDensity = elementwise("gaussianNegativeLogLikelihood", (target: E, mean: E, std: E) => {
  const z = target.sub(mean).div(std);
  return std.log().add(halfLogTwoPi).add(z.mul(z).mul(0.5));
});

/**
 * `x - ln(1 + x)` for x within 0.1, about `x^2 / 2`, of which the difference itself would keep few digits. With
 * `s = x / (2 + x)`, `x - 2 s` is `x s`, and `ln(1 + x) = 2 atanh(s) = 2 s (1 + s^2 / 3 + s^4 / 5 + ...)`, to the digits of
 * float64.
 */
function beyondLogarithm(x: E): E {
  const s = x.div(x.add(2));
  const square = s.mul(s);
  const series = [3, 5, 7, 9, 11].reduceRight((tail, k) => tail.add(1 / k).mul(square), square.mul(1 / 13));
  return s.mul(x.sub(series.mul(2)));
}

/** `(q / p)^2 - 1`, as the product that does not cancel. */
const excessSquare = (stdQ: E, stdP: E): E => stdQ.sub(stdP).div(stdP).mul(stdQ.div(stdP).add(1));

const divergence = elementwise(
  "gaussianDivergence",
  (meanQ: E, stdQ: E, meanP: E, stdP: E) => {
    const ratio = stdQ.div(stdP);
    const excess = stdQ.sub(stdP).div(stdP);
    const shift = meanQ.sub(meanP).div(stdP);
    const near = beyondLogarithm(excess).add(excess.mul(excess).mul(0.5));
    const far = ratio.mul(ratio).sub(1).mul(0.5).sub(ratio.log());
    return excess.abs().lt(0.1).select(near, far).add(shift.mul(shift).mul(0.5));
  },
  {
    // Derived from the formula, those of far standard deviations would cancel where they are near.
    d: [
      (meanQ, _, meanP, stdP) => meanQ.sub(meanP).div(stdP).div(stdP),
      (_, stdQ, __, stdP) => excessSquare(stdQ, stdP).div(stdQ),
      (meanQ, _, meanP, stdP) => meanP.sub(meanQ).div(stdP).div(stdP),
      (meanQ, stdQ, meanP, stdP) => {
        const shift = meanQ.sub(meanP).div(stdP);
        return excessSquare(stdQ, stdP).add(shift.mul(shift)).div(stdP).neg();
      },
    ],
  },
);

function checkGaussians(loss: string, name: string, given: Gaussians): void {
  if (typeof given !== "object" || given === null)
    throw new TypeError(`${loss}: the ${name} distributions must be { mean, std }, not ${described(given)}`);
  const { mean, std } = given;
  checkAlike(loss, [`${name} mean`, mean], [`${name} std`, std]);
  checkEach(loss, `${name} std`, std, "positive", (value) => value > 0);
}

/**
 * The negative log likelihood of targets under normal distributions, by default its mean over all elements:
 * `ln std + ln(2 pi) / 2 + ((target - mean) / std)^2 / 2`.
 *
 * @throws ShapeError if the shapes differ: nothing is broadcast.
 * @throws RangeError that names the element, if a target is NaN or a standard deviation is not positive; keep one away from
 * 0 by a floor, `maximum(softplus(x), 1e-3)`.
 * @throws TypeError if one is no tensor, or there is no such reduction.
 */
export function gaussianNegativeLogLikelihood<S extends Shape>(
  prediction: Gaussians<S>,
  target: Tensor<NoInfer<S>>,
  reduction: "none",
): Tensor<S>;
export function gaussianNegativeLogLikelihood<S extends Shape>(
  prediction: Gaussians<S>,
  target: Tensor<NoInfer<S>>,
  reduction?: "mean" | "sum",
): Scalar;
export function gaussianNegativeLogLikelihood<S extends Shape>(
  prediction: Gaussians<S>,
  target: Tensor<NoInfer<S>>,
  reduction: Reduction,
): Tensor<S> | Scalar;
export function gaussianNegativeLogLikelihood(
  prediction: Gaussians,
  target: Tensor,
  reduction: Reduction = "mean",
): Tensor {
  const operation = "gaussianNegativeLogLikelihood";
  checkReduction(operation, reduction);
  checkGaussians(operation, "predicted", prediction);
  checkAlike(operation, ["predicted mean", prediction.mean], ["target", target]);
  checkEach(operation, "target", target, "a number", (value) => !Number.isNaN(value));
  return reduced(negativeLogDensity(target, prediction.mean, prediction.std), reduction);
}

/**
 * The Kullback-Leibler divergence KL(q || p) of diagonal normal distributions, one a row, by default its mean over the rows:
 * `sum_k ln(p_k / q_k) + (q_k^2 + (m_k - n_k)^2) / (2 p_k^2) - 1/2`, where q and p are the standard deviations and m and n the
 * means. All are `[R, K]`.
 *
 * @throws ShapeError if the shapes differ, or are those of no matrices.
 * @throws RangeError that names the element, if a standard deviation is not positive.
 * @throws TypeError if one is no tensor, or there is no such reduction.
 */
export function gaussianDivergence<R extends Dim, K extends Dim>(
  q: Gaussians<readonly [R, K]>,
  p: Gaussians<readonly [NoInfer<R>, NoInfer<K>]>,
  reduction: "none",
): Vec<R>;
export function gaussianDivergence<R extends Dim, K extends Dim>(
  q: Gaussians<readonly [R, K]>,
  p: Gaussians<readonly [NoInfer<R>, NoInfer<K>]>,
  reduction?: "mean" | "sum",
): Scalar;
export function gaussianDivergence<R extends Dim, K extends Dim>(
  q: Gaussians<readonly [R, K]>,
  p: Gaussians<readonly [NoInfer<R>, NoInfer<K>]>,
  reduction: Reduction,
): Vec<R> | Scalar;
export function gaussianDivergence(
  q: Gaussians<Mat["shape"]>,
  p: Gaussians<Mat["shape"]>,
  reduction: Reduction = "mean",
): Tensor {
  const operation = "gaussianDivergence";
  checkReduction(operation, reduction);
  checkGaussians(operation, "first", q);
  checkGaussians(operation, "second", p);
  const { shape }: Tensor = q.mean;
  if (shape.length !== 2)
    throw new ShapeError(operation, `means and standard deviations must be [rows, width], not ${formatShape(shape)}`, [
      shape,
    ]);
  checkAlike(operation, ["first mean", q.mean], ["second mean", p.mean]);
  return reduced(sum(divergence(q.mean, q.std, p.mean, p.std), 1), reduction);
}
