import {
  assign,
  type Dim,
  type Expression,
  elementwise,
  formatShape,
  mean,
  ones,
  type Shape,
  ShapeError,
  sameShape,
  scope,
  square,
  sub,
  type Tensor,
  unrecorded,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { checkSizes } from "../initializers.js";
import { checkOptions } from "../options.js";
import { buffer, parameter } from "../parameter.js";
import { overRows, rowsOf } from "../rows.js";
import { shareOf, toward } from "../running-mean.js";

type E = Expression;

const normalised = elementwise("batchNorm", (x: E, mean: E, variance: E, epsilon: E, weight: E, bias: E) =>
  x.sub(mean).div(variance.add(epsilon).sqrt()).mul(weight).add(bias),
);

const moved = elementwise("runningStatistics", (running: E, value: E, share: E, scale: E) =>
  toward(running, value.mul(scale), share),
);

/** What a batch was like, column by column. */
export interface BatchStatistics<Width extends Dim = number> {
  readonly mean: Vec<Width>;
  /** The mean squared distance from the mean, divided by the number of rows. */
  readonly variance: Vec<Width>;
  /** How many rows there were. */
  readonly rows: number;
}

/** Settings of batch normalisation. */
export interface BatchNormOptions {
  /** Added to variances, positive (default 1e-5). */
  readonly epsilon?: number;
  /** How far each batch moves the running statistics toward its own, in (0, 1] (default 0.1). */
  readonly momentum?: number;
}

/**
 * Each column brought to mean 0 and variance 1, then scaled and shifted:
 * `(x - mean) / sqrt(variance + epsilon) * weight + bias`. Rows are the vectors along the last axis, whatever axes come
 * before it; PyTorch has its channels on the second. Mean and variance are those of the batch in `forwardBatch`, and
 * in `forward` the running ones, which `track` alone moves. Nothing is remembered in passing: a function that calls them
 * may be run again, or differentiated twice. Source: Ioffe, Szegedy (2015), in PyTorch's form.
 */
export class BatchNorm<Width extends Dim = number> {
  readonly weight: Vec<Width>;
  readonly bias: Vec<Width>;
  /** Buffers: saved with the layer, not trained. */
  readonly runningMean: Vec<Width>;
  readonly runningVariance: Vec<Width>;
  readonly epsilon: number;
  readonly momentum: number;

  /**
   * Weight and running variance start at 1, bias and running mean at 0.
   *
   * @throws RangeError if the width is no whole number of at least 1, or an option is out of range.
   * @throws TypeError that names an option which is unknown.
   */
  constructor(width: Width, options: BatchNormOptions = {}) {
    checkOptions("BatchNorm", options, ["epsilon", "momentum"]);
    const { epsilon = 1e-5, momentum = 0.1 } = options;
    checkSizes("BatchNorm", { width });
    if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
      throw new RangeError(`BatchNorm: epsilon must be positive and finite, not ${epsilon}`);
    if (!(momentum > 0 && momentum <= 1))
      throw new RangeError(`BatchNorm: momentum must be in (0, 1], not ${momentum}`);
    this.weight = parameter(ones([width]));
    this.bias = parameter(zeros([width]));
    this.runningMean = buffer(zeros([width]));
    this.runningVariance = buffer(ones([width]));
    this.epsilon = epsilon;
    this.momentum = momentum;
  }

  /**
   * By the running statistics, each row by itself: `x: [..., Width] -> [..., Width]`. For prediction: before the first `track`
   * they are 0 and 1, and nothing is normalised. `sequential` calls this alone, so a layer that trains stands outside of it.
   *
   * @throws ShapeError if the last axis of x is not of `Width` elements.
   */
  forward<Lead extends Shape>(x: Tensor<readonly [...Lead, Width]>): Tensor<readonly [...Lead, Width]> {
    return this.#normalised(x, this.runningMean, this.runningVariance);
  }

  /**
   * By the statistics of these rows, through which the gradient goes too: `x: [..., Width] -> [..., Width]`; and
   * the statistics, for `track`. For training.
   *
   * @throws ShapeError if the last axis of x is not of `Width` elements.
   * @throws RangeError if there are fewer than two rows, which have no variance.
   */
  forwardBatch<Lead extends Shape>(
    x: Tensor<readonly [...Lead, Width]>,
  ): { readonly output: Tensor<readonly [...Lead, Width]>; readonly statistics: BatchStatistics<Width> } {
    const [width] = this.weight.shape;
    const matrix = rowsOf("BatchNorm", x, width);
    const [rows] = matrix.shape;
    if (rows < 2)
      throw new RangeError(
        `BatchNorm: a batch of ${rows === 1 ? "1 row" : "no rows"} has no variance; forward takes the running statistics`,
      );
    const middle = mean(matrix, 0).as([width]);
    const variance = mean(square(sub(matrix, middle)), 0).as([width]);
    return { output: this.#normalised(x, middle, variance), statistics: { mean: middle, variance, rows } };
  }

  /**
   * Moves the running statistics, in place, by `momentum` toward those of a batch, the variance as an estimate for more
   * than these rows: times `rows / (rows - 1)`. No gradient passes. Call it once for each batch.
   *
   * @throws ShapeError if the statistics are those of a layer of another width.
   * @throws RangeError if they are of fewer than two rows, from which no variance can be estimated.
   */
  track({ mean, variance, rows }: BatchStatistics<NoInfer<Width>>): void {
    const [width] = this.weight.shape;
    for (const [name, { shape }] of Object.entries<Tensor>({ mean, variance }))
      if (!sameShape(shape, [width]))
        throw new ShapeError("BatchNorm", `the ${name} must be [${width}], not ${formatShape(shape)}`, [shape]);
    if (!(Number.isInteger(rows) && rows > 1))
      throw new RangeError(
        `BatchNorm: statistics must be of at least 2 rows, not ${rows}: of fewer there is no variance`,
      );
    const move = (): void => {
      const share = shareOf(this.momentum);
      const nextMean = moved(this.runningMean, mean, share, 1);
      const nextVariance = moved(this.runningVariance, variance, share, rows / (rows - 1));
      assign(this.runningMean, nextMean);
      assign(this.runningVariance, nextVariance);
    };
    unrecorded(() => scope(move));
  }

  #normalised<Lead extends Shape>(
    x: Tensor<readonly [...Lead, Width]>,
    mean: Vec<Width>,
    variance: Vec<Width>,
  ): Tensor<readonly [...Lead, Width]> {
    const { weight, bias, epsilon } = this;
    return overRows("BatchNorm", x, weight.shape[0], (rows) => normalised(rows, mean, variance, epsilon, weight, bias));
  }
}
