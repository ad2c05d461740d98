import {
  add,
  fold,
  type Key,
  mul,
  normal,
  reference64,
  type Scalar,
  sum,
  type Tensor,
  withBackend,
} from "@factorvae/tensor";
import { grad } from "./grad.js";

/** How a derivative is checked. */
export interface GradcheckOptions {
  /** For the random direction. */
  readonly key: Key;
  /** Step of the central differences (default 1e-5). */
  readonly step?: number;
  /** Largest difference that passes, over the larger of 1 and the derivative's size (default 1e-7). */
  readonly tolerance?: number;
  /** 1 checks the gradient; 2 its derivative also (default 2). */
  readonly order?: 1 | 2;
}

type Fn = (...inputs: Tensor[]) => Tensor;

const dot = (a: readonly Tensor[], b: readonly Tensor[]): Scalar =>
  a.map((left, at) => sum(mul(left, b[at]))).reduce((total, term) => add(total, term));

/**
 * Checks the derivative of `fn` at `inputs` along a random direction, in float64: the gradient of a random weighting of
 * the outputs against central differences of fourth order, and likewise the gradient's own derivative.
 *
 * @throws Error that tells both numbers, where they differ by more than the tolerance.
 * @throws RangeError if there is no input.
 */
export function gradcheck<const Inputs extends readonly Tensor[]>(
  fn: (...inputs: Inputs) => Tensor,
  inputs: Inputs,
  options: GradcheckOptions,
): void;
export function gradcheck(fn: Fn, inputs: readonly Tensor[], options: GradcheckOptions): void;
export function gradcheck(fn: Fn, inputs: readonly Tensor[], options: GradcheckOptions): void {
  if (inputs.length === 0) throw new RangeError("gradcheck: at least one input is needed to differentiate by, not 0");
  const { key, step = 1e-5, tolerance = 1e-7, order = 2 } = options;
  withBackend(reference64, () => {
    const at = inputs.map((input) => add(input, 0));
    const weights = normal(fold(key, "weights"), fn(...at).shape);
    const scalar = (x: readonly Tensor[]): Scalar => sum(mul(fn(...x), weights));
    check("gradient", scalar, at, fold(key, "first"), step, tolerance);
    if (order === 1) return;
    const fixed = at.map((input, position) => normal(fold(fold(key, "along"), position), input.shape));
    check("second derivative", (x) => dot(grad(scalar)(x), fixed), at, fold(key, "second"), step, tolerance);
  });
}

function check(
  what: string,
  scalar: (x: readonly Tensor[]) => Scalar,
  at: readonly Tensor[],
  key: Key,
  step: number,
  tolerance: number,
): void {
  const direction = at.map((input, position) => normal(fold(key, position), input.shape));
  const exact = dot(grad(scalar)(at), direction).item();
  const along = (distance: number): number =>
    scalar(at.map((input, position) => add(input, mul(direction[position], distance)))).item();
  // Of fourth order: a random direction over hundreds of inputs is long, and what a difference of two leaves would show.
  const numeric = (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
  const difference = Math.abs(exact - numeric) / Math.max(1, Math.abs(exact));
  if (!(difference <= tolerance))
    throw new Error(`gradcheck: the ${what} along a random direction is ${exact}, by differences ${numeric}`);
}
