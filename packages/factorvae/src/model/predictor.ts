import {
  type Cube,
  type Expression,
  elementwise,
  fold,
  type Key,
  type Mat,
  matmul,
  normal,
  reshape,
  segmentProduct,
  segmentRepeat,
  segmentSum,
  square,
  sum,
  t,
  tensor,
  transpose,
  uniform,
} from "@factorvae/autograd";
import { Linear, parameter } from "@factorvae/nn";
import { type Days, dim, type Factors, type Hidden, type Stocks } from "../dims.js";
import { distribution, type GaussianRows, stdLayer } from "./gaussian.js";
import { squaredLengths } from "./squared-lengths.js";

type E = Expression;

/** `max(0, cos)` of two vectors, from their product and squared lengths; 0 where one of them has no length. */
const positiveCosine = elementwise("positiveCosine", (product: E, squaredA: E, squaredB: E) => {
  // Where a length is 0 it is replaced before the root, so that no infinite derivative meets the discarded branch.
  const defined = squaredA.gt(0).and(squaredB.gt(0));
  const lengths = defined.select(squaredA, 1).sqrt().mul(defined.select(squaredB, 1).sqrt());
  return defined.select(product.div(lengths).max(0), 0);
});

/** The share of a score in its day's total; where the total is 0, no stock having scored, `even` instead. */
const shareOf = elementwise("shareOf", (score: E, total: E, even: E) => {
  const scored = total.gt(0);
  return scored.select(score.div(scored.select(total, 1)), even);
});

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
    const stocks = embedding.shape[0];
    // q . (W_key e) = (W_key' q) . e: the keys themselves are never needed, only their lengths.
    const directions = reshape(matmul(reshape(this.query, [factors, 1, hidden]), this.key), [factors, hidden]);
    const products = matmul(embedding, t(directions));
    const cosine = positiveCosine(products, squaredLengths(embedding, this.key), sum(square(this.query), 1));
    const totals = segmentSum(cosine, days);
    const even = tensor(
      days.flatMap((rows) => new Array<number>(rows).fill(1 / rows)),
      [stocks, 1],
    );
    const attention = shareOf(cosine, segmentRepeat(totals, days).as(cosine.shape), even);
    return { attention, deadHeads: Array.from(totals.data).filter((total) => !(total > 0)).length };
  }
}
