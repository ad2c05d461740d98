import {
  add,
  cholesky,
  eye,
  fold,
  type Key,
  type Mat,
  mul,
  reshape,
  segmentProduct,
  segmentSoftmax,
  segmentSum,
  square,
  sum,
  triangularSolve,
  type Vec,
} from "@factorvae/autograd";
import { Linear } from "@factorvae/nn";
import { type Days, dim, type Factors, type Hidden, type Portfolios, type Stocks } from "../dims.js";
import { distribution, type GaussianRows, stdLayer } from "./gaussian.js";

/** Share of the mean squared embedding that keeps the regression of the `portfolio` ablation solvable. */
const ridge = 1e-6;

/**
 * The factor encoder, which sees the returns and therefore serves in training alone: returns of portfolios of the day's
 * stocks, and from them the posterior of the factors (equations 5 to 8).
 */
export class Encoder {
  /** The layer that weighs the portfolios; none where they are regressed instead (the `portfolio` ablation). */
  readonly portfolio: Linear<Hidden, Portfolios> | undefined;
  readonly mean: Linear<Portfolios, Factors>;
  readonly std: Linear<Portfolios, Factors>;

  constructor(
    hidden: Hidden,
    portfolios: Portfolios,
    factors: Factors,
    readonly sigmaFloor: number,
    regressed: boolean,
    key: Key,
  ) {
    this.portfolio = regressed ? undefined : new Linear(hidden, portfolios, fold(key, "portfolio"));
    this.mean = new Linear(portfolios, factors, fold(key, "mean"));
    this.std = stdLayer(portfolios, factors, fold(key, "std"));
  }

  /** The posterior of each day's factors, from the embeddings and returns of its labelled stocks: `[N, H], [N] -> [days, K]`. */
  forward(embedding: Mat<Stocks, Hidden>, returns: Vec<Stocks>, days: readonly number[]): GaussianRows<Days, Factors> {
    return distribution(this, this.portfolioReturns(embedding, returns, days), this.sigmaFloor);
  }

  /** Portfolio weights: a softmax over the stocks of each day, `[N, H] -> [N, M]` (equation 6). */
  portfolioWeights(embedding: Mat<Stocks, Hidden>, days: readonly number[]): Mat<Stocks, Portfolios> {
    if (!this.portfolio) throw new Error("portfolioWeights: this encoder regresses its portfolios and has no weights");
    return segmentSoftmax(this.portfolio.forward(embedding), days);
  }

  /** The return of each portfolio on each day: `[N, H], [N] -> [days, M]` (equation 7). */
  portfolioReturns(
    embedding: Mat<Stocks, Hidden>,
    returns: Vec<Stocks>,
    days: readonly number[],
  ): Mat<Days, Portfolios> {
    const column = reshape(returns, [returns.shape[0], 1]);
    if (!this.portfolio) return regressedReturns(embedding, column, days);
    const weighted = mul(this.portfolioWeights(embedding, days), column);
    return segmentSum(weighted, days).as([dim<Days>(days.length), weighted.shape[1]]);
  }
}

/** The least-squares factor returns of each day: `(e'e + 1e-6 tr(e'e)/H I) y_p = e'y`, the `portfolio` ablation. */
function regressedReturns(
  embedding: Mat<Stocks, Hidden>,
  returns: Mat<Stocks, 1>,
  days: readonly number[],
): Mat<Days, Portfolios> {
  const hidden = embedding.shape[1];
  const gram = segmentProduct(embedding, embedding, days);
  const trace = segmentSum(sum(square(embedding), 1), days);
  const penalty = reshape(mul(trace, ridge / hidden), [days.length, 1, 1]);
  const factor = cholesky(add(gram, mul(eye(hidden).expand([days.length, hidden, hidden]), penalty)));
  const right = segmentProduct(embedding, returns, days);
  const solved = triangularSolve(factor, triangularSolve(factor, right), true);
  return reshape(solved, [days.length, hidden]).as([dim<Days>(days.length), dim<Portfolios>(hidden)]);
}
