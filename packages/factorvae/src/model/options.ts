import type { Key } from "@factorvae/autograd";
import type { Labelled } from "./days.js";
import type { Likelihood } from "./likelihood.js";

/** The sizes and choices of a model. */
export interface FactorVAEOptions {
  /** Characteristics per stock and day, C. */
  readonly features: number;
  /** Width of the stock embedding, H. */
  readonly hidden: number;
  /** Learned portfolios, M. */
  readonly portfolios: number;
  /** Latent factors, K. */
  readonly factors: number;
  /** Slope of the LeakyReLU below 0 (default 0.01). */
  readonly leakySlope?: number;
  /** The smallest standard deviation, in units of the label (default 1e-3). */
  readonly sigmaFloor?: number;
  /** `prior`: trained to predict through the prior alone. `portfolio`: portfolios by regression, and M = H. */
  readonly ablation?: "prior" | "portfolio";
}

/** How a loss is taken. */
export interface LossOptions {
  /** Weight of the divergence, or `elbo` for one over the day's labelled stocks. */
  readonly gamma: number | "elbo";
  readonly likelihood: Likelihood;
  /** Multiplies gamma, while training warms up (default 1). */
  readonly gammaScale?: number;
  /** Draws the factors, for the `sampled` likelihood. */
  readonly key?: Key;
  /** Rows per day, in order (default: one day). */
  readonly days?: readonly number[];
  /** Which rows have a label (default: all). */
  readonly labelled?: Labelled;
}
