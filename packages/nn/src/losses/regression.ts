import { type Expression, elementwise, type Scalar, type Shape, type Tensor } from "@factorvae/tensor";
import { checkEach } from "../elements.js";
import { checkAlike, checkReduction, type Reduction, reduced } from "./reduction.js";

type E = Expression;

const squared = elementwise("squaredError", (prediction: E, target: E) => {
  const error = prediction.sub(target);
  return error.mul(error);
});

const bent = elementwise("huber", (prediction: E, target: E, delta: E) => {
  const error = prediction.sub(target);
  const size = error.abs();
  return size.le(delta).select(error.mul(error).mul(0.5), delta.mul(size.sub(delta.mul(0.5))));
});

function checkRegression(loss: string, prediction: Tensor, target: Tensor): void {
  checkAlike(loss, ["prediction", prediction], ["target", target]);
  checkEach(loss, "target", target, "a number", (value) => !Number.isNaN(value));
}

/**
 * The squared error `(prediction - target)^2`, by default its mean over all elements.
 *
 * @throws ShapeError if the shapes differ: nothing is broadcast.
 * @throws RangeError that names the element, if a target is NaN.
 * @throws TypeError if one is no tensor, or there is no such reduction.
 */
export function squaredError<S extends Shape>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  reduction: "none",
): Tensor<S>;
export function squaredError<S extends Shape>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  reduction?: "mean" | "sum",
): Scalar;
export function squaredError<S extends Shape>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  reduction: Reduction,
): Tensor<S> | Scalar;
export function squaredError(prediction: Tensor, target: Tensor, reduction: Reduction = "mean"): Tensor {
  checkReduction("squaredError", reduction);
  checkRegression("squaredError", prediction, target);
  return reduced(squared(prediction, target), reduction);
}

/**
 * Huber's loss, by default its mean over all elements: `e^2 / 2` of an error e of at most `delta`, and from there on
 * straight, `delta (|e| - delta / 2)`. Source: Huber (1964).
 *
 * @throws ShapeError if the shapes differ: nothing is broadcast.
 * @throws RangeError if delta is not positive and finite, or, naming the element, if a target is NaN.
 * @throws TypeError if one is no tensor, or there is no such reduction.
 */
export function huber<S extends Shape>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  delta: number,
  reduction: "none",
): Tensor<S>;
export function huber<S extends Shape>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  delta?: number,
  reduction?: "mean" | "sum",
): Scalar;
export function huber<S extends Shape>(
  prediction: Tensor<S>,
  target: Tensor<NoInfer<S>>,
  delta: number,
  reduction: Reduction,
): Tensor<S> | Scalar;
export function huber(prediction: Tensor, target: Tensor, delta = 1, reduction: Reduction = "mean"): Tensor {
  if (!(delta > 0 && delta < Number.POSITIVE_INFINITY))
    throw new RangeError(`huber: delta must be positive and finite, not ${delta}`);
  checkReduction("huber", reduction);
  checkRegression("huber", prediction, target);
  return reduced(bent(prediction, target, delta), reduction);
}
