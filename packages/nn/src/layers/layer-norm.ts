import {
  type Dim,
  type Expression,
  elementwise,
  type Mat,
  mean,
  ones,
  square,
  sub,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { checkSizes } from "../initializers.js";
import { checkOptions } from "../options.js";
import { parameter } from "../parameter.js";
import { checkRows } from "../rows.js";

type E = Expression;

const scaled = elementwise("layerNorm", (centred: E, variance: E, epsilon: E, weight: E, bias: E) =>
  centred.div(variance.add(epsilon).sqrt()).mul(weight).add(bias),
);

/** Settings of layer normalisation. */
export interface LayerNormOptions {
  /** Added to variances, positive (default 1e-5): keeps rows of equal elements finite. */
  readonly epsilon?: number;
}

/**
 * Each row brought to mean 0 and variance 1, then scaled and shifted per column:
 * `(x - mean) / sqrt(variance + epsilon) * weight + bias`, the variance divided by the row's length, as PyTorch's.
 * Source: Ba, Kiros, Hinton (2016).
 */
export class LayerNorm<Width extends Dim = number> {
  readonly weight: Vec<Width>;
  readonly bias: Vec<Width>;
  readonly epsilon: number;

  /**
   * The weight starts at 1, the bias at 0.
   *
   * @throws RangeError if the width is no whole number of at least 1, or epsilon is not positive and finite.
   * @throws TypeError that names an option which is unknown.
   */
  constructor(width: Width, options: LayerNormOptions = {}) {
    checkOptions("LayerNorm", options, ["epsilon"]);
    const { epsilon = 1e-5 } = options;
    checkSizes("LayerNorm", { width });
    if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
      throw new RangeError(`LayerNorm: epsilon must be positive and finite, not ${epsilon}`);
    this.weight = parameter(ones([width]));
    this.bias = parameter(zeros([width]));
    this.epsilon = epsilon;
  }

  /**
   * `x: [R, Width] -> [R, Width]`.
   *
   * @throws ShapeError if x is no matrix of `Width` columns.
   */
  forward<R extends Dim>(x: Mat<R, Width>): Mat<R, Width> {
    checkRows("LayerNorm", x, this.weight.shape[0]);
    const centred = sub(x, mean(x, 1, true));
    return scaled(centred, mean(square(centred), 1, true), this.epsilon, this.weight, this.bias);
  }
}
