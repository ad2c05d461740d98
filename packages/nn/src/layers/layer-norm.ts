import {
  type Dim,
  type Expression,
  elementwise,
  mean,
  ones,
  type Shape,
  square,
  sub,
  type Tensor,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { checkSizes } from "../initializers.js";
import { checkOptions } from "../options.js";
import { parameter } from "../parameter.js";
import { overRows } from "../rows.js";

type E = Expression;

const scaled = elementwise("layerNorm", (centred: E, variance: E, epsilon: E, weight: E, bias: E) =>
  centred.div(variance.add(epsilon).sqrt()).mul(weight).add(bias),
);

/** Settings of layer normalisation. */
export interface LayerNormOptions {
  /** Added to variances, positive (default 1e-5): keeps vectors of equal elements finite. */
  readonly epsilon?: number;
}

/**
 * Each vector along the last axis brought to mean 0 and variance 1, then scaled and shifted element by element:
 * `(x - mean) / sqrt(variance + epsilon) * weight + bias`, the variance divided by the vector's length, as PyTorch's.
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
   * `x: [..., Width] -> [..., Width]`.
   *
   * @throws ShapeError if the last axis of x is not of `Width` elements.
   */
  forward<Lead extends Shape>(x: Tensor<readonly [...Lead, Width]>): Tensor<readonly [...Lead, Width]> {
    const { weight, bias, epsilon } = this;
    return overRows("LayerNorm", x, weight.shape[0], (rows) => {
      const centred = sub(rows, mean(rows, 1, true));
      return scaled(centred, mean(square(centred), 1, true), epsilon, weight, bias);
    });
  }
}
