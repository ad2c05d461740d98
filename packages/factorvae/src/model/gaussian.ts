import {
  assign,
  type Dim,
  type Expression,
  elementwise,
  full,
  type Key,
  type Mat,
  maximum,
  softplus,
  type Vec,
} from "@factorvae/autograd";
import { Linear } from "@factorvae/nn";

type E = Expression;

/** Independent normal distributions: means and standard deviations. */
export interface Gaussian<N extends Dim = number> {
  readonly mean: Vec<N>;
  readonly std: Vec<N>;
}

/** The same for several days at once, one row a day. */
export interface GaussianRows<S extends Dim = number, N extends Dim = number> {
  readonly mean: Mat<S, N>;
  readonly std: Mat<S, N>;
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** The negative log density of a normal distribution: `ln s + ln(2 pi) / 2 + ((y - m) / s)^2 / 2`, element by element. */
export const negativeLogDensity = elementwise("negativeLogDensity", (y: E, mean: E, std: E) => {
  const z = y.sub(mean).div(std);
  return std.log().add(halfLogTwoPi).add(z.mul(z).mul(0.5));
});

/**
 * The mean of the negative log density over a latent mean of its own variance: `ln s + ln(2 pi) / 2 + ((y - m)^2 + v) / (2 s^2)`,
 * where the mean is normal with mean m and variance v.
 */
export const expectedNegativeLogDensity = elementwise(
  "expectedNegativeLogDensity",
  (y: E, mean: E, variance: E, std: E) => {
    const error = y.sub(mean);
    return std
      .log()
      .add(halfLogTwoPi)
      .add(error.mul(error).add(variance).div(std.mul(std)).mul(0.5));
  },
);

/** The Kullback-Leibler divergence of normal distributions, KL(q || p), element by element: equation 17's second term. */
export const divergence = elementwise("divergence", (meanQ: E, stdQ: E, meanP: E, stdP: E) => {
  const ratio = stdQ.div(stdP);
  const shift = meanQ.sub(meanP).div(stdP);
  return ratio.mul(ratio).add(shift.mul(shift)).sub(1).mul(0.5).sub(ratio.log());
});

/** The bias at which a softplus gives 1: what every standard deviation starts from. */
const unitSoftplusBias = Math.log(Math.E - 1);

/** A linear layer for standard deviations: its bias starts where softplus gives 1. */
export function stdLayer<In extends Dim, Out extends Dim>(inputs: In, outputs: Out, key: Key): Linear<In, Out> {
  const layer = new Linear(inputs, outputs, key);
  assign(layer.bias, full([outputs], unitSoftplusBias));
  return layer;
}

/** The distributions that two linear layers read off their input: a mean, and a softplus standard deviation of at least `floor`. */
export function distribution<R extends Dim, In extends Dim, Out extends Dim>(
  { mean, std }: { readonly mean: Linear<In, Out>; readonly std: Linear<In, Out> },
  x: Mat<R, In>,
  floor: number,
): GaussianRows<R, Out> {
  return { mean: mean.forward(x), std: maximum(softplus(std.forward(x)), floor) };
}
