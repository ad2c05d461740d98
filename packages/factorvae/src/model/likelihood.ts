import {
  add,
  cholesky,
  div,
  eye,
  log,
  type Mat,
  mul,
  reshape,
  segmentProduct,
  segmentSum,
  square,
  sub,
  sum,
  tensor,
  triangularSolve,
  type Vec,
} from "@factorvae/autograd";
import { type Days, dim, type Factors, type Stocks } from "../dims.js";
import { type Decomposition, exposed, factorVariance, returnsOf } from "./decoder.js";
import { expectedNegativeLogDensity, type GaussianRows, negativeLogDensity } from "./gaussian.js";

/** How the returns are scored against the factors' distribution. */
export type Likelihood = "analytic" | "expected" | "sampled" | "joint";

/** What a likelihood is of: labelled stocks only, with the factors of their days. */
export interface Evidence {
  readonly returns: Vec<Stocks>;
  readonly decomposition: Decomposition;
  readonly factors: GaussianRows<Days, Factors>;
  /** Labelled rows per day. */
  readonly days: readonly number[];
  /** A draw of the factors, for `sampled`: `[days, K]`. */
  readonly draw: Mat<Days, Factors> | undefined;
}

/** The mean negative log-likelihood of each day's labelled returns, `[days]`. */
type Score = (evidence: Evidence) => Vec<Days>;

/** Something per day, over the day's labelled stocks. */
const perStock = (perDay: Vec, days: readonly number[]): Vec<Days> =>
  div(perDay, tensor(days, [days.length])).as([dim<Days>(days.length)]);

const meanOf = (values: Vec<Stocks>, days: readonly number[]): Vec<Days> => perStock(segmentSum(values, days), days);

/** Returns normal with the moments of equation 12. */
const analytic: Score = ({ returns, decomposition, factors, days }) => {
  const { mean, std } = returnsOf(decomposition, factors, days);
  return meanOf(negativeLogDensity(returns, mean, std), days);
};

/** The expectation over the factors of the likelihood given them, in closed form. */
const expected: Score = ({ returns, decomposition: { alpha, beta }, factors, days }) => {
  const mean = add(alpha.mean, exposed(beta, factors.mean, days));
  const variance = factorVariance(beta, factors.std, days);
  return meanOf(expectedNegativeLogDensity(returns, mean, variance, alpha.std), days);
};

/** The likelihood given one draw of the factors. */
const sampled: Score = ({ returns, decomposition: { alpha, beta }, days, draw }) => {
  if (!draw) throw new TypeError("likelihood sampled: a key is needed to draw the factors");
  return meanOf(negativeLogDensity(returns, add(alpha.mean, exposed(beta, draw, days)), alpha.std), days);
};

/**
 * All returns of a day as one normal vector of covariance `beta diag(s^2) beta' + diag(alpha.std^2)`, per stock. By
 * Woodbury, with `C = I + S beta' D^-1 beta S` of K rows; the factors' S stands inside, so that a certain factor is no
 * division by zero. Where the factors' variance is over some 10^7 times the residual, float32 loses the I of C: the
 * result is imprecise, or the factorisation throws a RangeError.
 */
const joint: Score = ({ returns, decomposition: { alpha, beta }, factors, days }) => {
  const stocks = returns.shape[0];
  const [, latent] = beta.shape;
  const scale = (x: Vec<Stocks>): Mat<Stocks, 1> => reshape(x, [stocks, 1]);
  const residual = div(sub(returns, add(alpha.mean, exposed(beta, factors.mean, days))), alpha.std);
  const loadings = div(beta, scale(alpha.std));
  const asColumn = reshape(factors.std, [days.length, latent, 1]);
  const asRow = reshape(factors.std, [days.length, 1, latent]);
  const inner = mul(mul(segmentProduct(loadings, loadings, days), asColumn), asRow);
  const identity = eye(latent).expand([days.length, latent, latent]);
  const factor = cholesky(add(inner, identity));
  const explained = triangularSolve(factor, mul(segmentProduct(loadings, scale(residual), days), asColumn));
  const diagonal = sum(mul(factor, identity), 2);
  const perDay = sub(sum(log(diagonal), 1), mul(sum(square(reshape(explained, [days.length, latent])), 1), 0.5));
  return add(meanOf(add(negativeLogDensity(residual, 0, 1), log(alpha.std)), days), perStock(perDay, days));
};

/** The likelihoods by name. */
export const likelihoods: { readonly [name in Likelihood]: Score } = { analytic, expected, sampled, joint };
