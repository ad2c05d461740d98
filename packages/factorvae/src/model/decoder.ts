import {
  add,
  fold,
  type Key,
  type Mat,
  mul,
  reshape,
  segmentRepeat,
  sqrt,
  square,
  sum,
  type Vec,
} from "@factorvae/autograd";
import { Linear } from "@factorvae/nn";
import type { Days, Factors, Hidden, Stocks } from "../dims.js";
import { distribution, type Gaussian, type GaussianRows, stdLayer } from "./gaussian.js";

/** The part of a stock's return that no factor explains (equation 10). */
class Alpha {
  readonly hidden: Linear<Hidden, Hidden>;
  readonly mean: Linear<Hidden, 1>;
  readonly std: Linear<Hidden, 1>;

  constructor(
    hidden: Hidden,
    readonly sigmaFloor: number,
    readonly leakySlope: number,
    key: Key,
  ) {
    this.hidden = new Linear(hidden, hidden, fold(key, "hidden"));
    this.mean = new Linear(hidden, 1, fold(key, "mean"));
    this.std = stdLayer(hidden, 1, fold(key, "std"));
  }

  forward(embedding: Mat<Stocks, Hidden>): Gaussian<Stocks> {
    const hidden = this.hidden.forward(embedding, this.leakySlope);
    const { mean, std } = distribution(this, hidden, this.sigmaFloor);
    const stocks = embedding.shape[0];
    return { mean: reshape(mean, [stocks]), std: reshape(std, [stocks]) };
  }
}

/** What the decoder makes of each stock before it knows the factors: its own part, and its exposures. */
export interface Decomposition {
  /** Mean and standard deviation of the idiosyncratic return, `[N]`. */
  readonly alpha: Gaussian<Stocks>;
  /** Exposures to the factors, `[N, K]`. */
  readonly beta: Mat<Stocks, Factors>;
}

/** The factor decoder: returns from factors, by an alpha and a beta layer (equations 9 to 12). */
export class Decoder {
  readonly alpha: Alpha;
  readonly beta: Linear<Hidden, Factors>;

  constructor(hidden: Hidden, factors: Factors, sigmaFloor: number, leakySlope: number, key: Key) {
    this.alpha = new Alpha(hidden, sigmaFloor, leakySlope, fold(key, "alpha"));
    this.beta = new Linear(hidden, factors, fold(key, "beta"));
  }

  /** Alpha and exposures of each stock: `[N, H] -> [N], [N, K]`. */
  forward(embedding: Mat<Stocks, Hidden>): Decomposition {
    return { alpha: this.alpha.forward(embedding), beta: this.beta.forward(embedding) };
  }
}

/** `sum_k beta_k f_k` of each stock, with the factors of its day: `[N, K], [days, K] -> [N]`. */
export function exposed(beta: Mat<Stocks, Factors>, factors: Mat<Days, Factors>, days: readonly number[]): Vec<Stocks> {
  const perStock = days.length === 1 ? factors.expand(beta.shape) : segmentRepeat(factors, days);
  return sum(mul(beta, perStock.as(beta.shape)), 1);
}

/** The variance that uncertain factors lend each stock: `sum_k beta_k^2 sigma_k^2`, `[N]`. */
export const factorVariance = (
  beta: Mat<Stocks, Factors>,
  std: Mat<Days, Factors>,
  days: readonly number[],
): Vec<Stocks> => exposed(square(beta), square(std), days);

/** The returns that normally distributed factors give: mean and standard deviation of each stock (equation 12). */
export function returnsOf(
  { alpha, beta }: Decomposition,
  factors: GaussianRows<Days, Factors>,
  days: readonly number[],
): Gaussian<Stocks> {
  const variance = add(square(alpha.std), factorVariance(beta, factors.std, days));
  return { mean: add(alpha.mean, exposed(beta, factors.mean, days)), std: sqrt(variance) };
}
