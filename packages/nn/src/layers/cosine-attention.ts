import {
  type Cube,
  type Dim,
  fold,
  type Key,
  type Mat,
  matmul,
  normal,
  segmentProduct,
  transpose,
} from "@factorvae/tensor";
import { checkSizes, fanInUniform } from "../initializers.js";
import { checkKey } from "../options.js";
import { parameter } from "../parameter.js";
import { checkRows } from "../rows.js";
import { checkGroups, groupShares } from "./group-shares.js";
import { positiveCosineAlong } from "./positive-cosine.js";

/** What the heads saw, and how much each looked at each row. */
export interface CosineSight<N extends Dim = number, Heads extends Dim = number, Width extends Dim = number> {
  /** `[groups, Heads, Width]`. */
  readonly output: Cube<number, Heads, Width>;
  /** `[N, Heads]`: add up to 1 over the rows of a group. */
  readonly weights: Mat<N, Heads>;
  /** Heads, counted over the groups, to which no row had a positive cosine: they look at all rows alike. */
  readonly deadHeads: number;
}

/**
 * Attention by cosine with learned queries, one a head: head k gives row i of its group the weight
 * `a_i = max(0, cos(q_k, K_k x_i)) / sum_j max(0, cos(q_k, K_k x_j))` and sees `sum_i a_i V_k x_i`. There is no softmax, and
 * scaling a query or a key by a positive number changes nothing. A cosine with a vector of no length is 0; where no row has
 * a positive cosine, all have equal weights. Source: Duan et al. (2022), equations 13 to 15.
 */
export class CosineAttention<Heads extends Dim = number, Width extends Dim = number> {
  /** `[Heads, Width]`. */
  readonly query: Mat<Heads, Width>;
  /** `[Heads, Width, Width]`: head, out, in. */
  readonly key: Cube<Heads, Width, Width>;
  /** `[Heads, Width, Width]`: head, out, in. */
  readonly value: Cube<Heads, Width, Width>;

  /**
   * Queries start standard normal, keys and values uniform on `+-1 / sqrt(width)`.
   *
   * @throws RangeError if a size is no whole number of at least 1.
   * @throws TypeError if there is no key.
   */
  constructor(heads: Heads, width: Width, key: Key) {
    checkKey("CosineAttention", key);
    checkSizes("CosineAttention", { heads, width });
    this.query = parameter(normal(fold(key, "query"), [heads, width]));
    this.key = parameter(fanInUniform(fold(key, "key"), [heads, width, width], width));
    this.value = parameter(fanInUniform(fold(key, "value"), [heads, width, width], width));
  }

  /**
   * Looks over each group of rows by itself: `x: [N, Width]`. `groups` tells how many rows each has, in order; by default
   * all are one.
   *
   * @throws ShapeError if x is no matrix of `Width` columns, the groups do not make up its rows, or one has none.
   */
  forward<N extends Dim>(x: Mat<N, Width>, groups: readonly number[] = [x.shape[0]]): CosineSight<N, Heads, Width> {
    const [heads, width] = this.query.shape;
    checkRows("CosineAttention", x, width);
    checkGroups("CosineAttention", groups, x.shape[0]);
    const keys = matmul(x, transpose(this.key, [0, 2, 1]));
    const query = this.query.reshape([heads, 1, width]).as([heads, 1, width]);
    const { weights, deadHeads } = groupShares(transpose(positiveCosineAlong(keys, query), [1, 0]), groups);
    // V (sum_i a_i x_i) instead of sum_i a_i (V x_i): one product per head and group, not per row.
    const seen = transpose(segmentProduct(weights, x, groups), [1, 2, 0]);
    return { output: transpose(matmul(this.value, seen), [2, 0, 1]), weights, deadHeads };
  }
}
