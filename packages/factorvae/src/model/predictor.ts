import {
  type Cube,
  fold,
  type Key,
  type Mat,
  matmul,
  normal,
  reshape,
  segmentProduct,
  square,
  sum,
  t,
  transpose,
  uniform,
} from "@factorvae/autograd";
import { groupShares, Linear, parameter, positiveCosine } from "@factorvae/nn";
import { type Days, dim, type Factors, type Hidden, type Stocks } from "../dims.js";
import { distribution, type GaussianRows, stdLayer } from "./gaussian.js";
import { squaredLengths } from "./squared-lengths.js";

/** The prior of the factors, and how the attention came about. */
export interface Prior extends GaussianRows<Days, Factors> {
  /** Weights of the stocks in each head, adding up to 1 over a day: `[N, K]`. */
  readonly attention: Mat<Stocks, Factors>;
  /** Heads, counted over the days, in which no stock had a positive cosine. */
  readonly deadHeads: number;
}

/**
 * The factor predictor: one attention head per factor looks over the day's stocks, with a learned query and the cosine
 * for a score, and one network shared by all heads makes the prior of what they saw (equations 13 to 16).
 */
export class Predictor {
  readonly query: Mat<Factors, Hidden>;
  readonly key: Cube<Factors, Hidden, Hidden>;
  readonly value: Cube<Factors, Hidden, Hidden>;
  readonly hidden: Linear<Hidden, Hidden>;
  readonly mean: Linear<Hidden, 1>;
  readonly std: Linear<Hidden, 1>;

  constructor(
    hidden: Hidden,
    factors: Factors,
    readonly sigmaFloor: number,
    readonly leakySlope: number,
    key: Key,
  ) {
    const bound = 1 / Math.sqrt(hidden);
    this.query = parameter(normal(fold(key, "query"), [factors, hidden]));
    this.key = parameter(uniform(fold(key, "key"), [factors, hidden, hidden], -bound, bound));
    this.value = parameter(uniform(fold(key, "value"), [factors, hidden, hidden], -bound, bound));
    this.hidden = new Linear(hidden, hidden, fold(key, "hidden"));
    this.mean = new Linear(hidden, 1, fold(key, "mean"));
    this.std = stdLayer(hidden, 1, fold(key, "std"));
  }

  /** The prior of each day's factors, from the embeddings of all its stocks: `[N, H] -> [days, K]`. */
  forward(embedding: Mat<Stocks, Hidden>, days: readonly number[]): Prior {
    const [factors, hidden] = this.query.shape;
    const { attention, deadHeads } = this.attend(embedding, days);
    // W_value (sum_i a_i e_i) instead of sum_i a_i (W_value e_i): one product per head and day, not per stock.
    const seen = transpose(segmentProduct(attention, embedding, days), [1, 2, 0]);
    const values = transpose(matmul(this.value, seen), [2, 0, 1]);
    const heads = this.hidden.forward(reshape(values, [days.length * factors, hidden]), this.leakySlope);
    const { mean, std } = distribution(this, heads, this.sigmaFloor);
    const perDay = [dim<Days>(days.length), factors] as const;
    return { mean: reshape(mean, perDay), std: reshape(std, perDay), attention, deadHeads };
  }

  /** The attention weights of all heads: `[N, H] -> [N, K]`. */
  attend(embedding: Mat<Stocks, Hidden>, days: readonly number[]): Pick<Prior, "attention" | "deadHeads"> {
    const [factors, hidden] = this.query.shape;
    // q . (W_key e) = (W_key' q) . e: the keys themselves are never needed, only their lengths.
    const directions = reshape(matmul(reshape(this.query, [factors, 1, hidden]), this.key), [factors, hidden]);
    const products = matmul(embedding, t(directions));
    const cosine = positiveCosine(products, squaredLengths(embedding, this.key), sum(square(this.query), 1));
    const { weights, deadHeads } = groupShares(cosine, days);
    return { attention: weights, deadHeads };
  }
}
