import { fold, type Key, type Mat, reshape, type Vec } from "@factorvae/autograd";
import { GRU, Linear } from "@factorvae/nn";
import type { Features, Hidden, Stocks } from "../dims.js";

/** The feature extractor: a projection and a recurrent unit over each stock's days (equation 4). */
export class Extractor {
  readonly projection: Linear<Features, Hidden>;
  readonly gru: GRU<Hidden, Hidden>;

  constructor(
    features: Features,
    readonly hidden: Hidden,
    readonly leakySlope: number,
    key: Key,
  ) {
    this.projection = new Linear(features, hidden, fold(key, "projection"));
    this.gru = new GRU(hidden, hidden, fold(key, "gru"));
  }

  /** The projection of rows of characteristics, each a stock's on a day: `[U, C] -> [U, H]`. */
  project(rows: Mat<number, Features>): Mat<number, Hidden> {
    return this.projection.forward(rows, this.leakySlope);
  }

  /** The embedding of each stock, the last state of its projected history of so many steps: `[N T, H] -> [N, H]`. */
  forward(projected: Mat<number, Hidden>, stocks: Stocks, steps: number): Mat<Stocks, Hidden> {
    return this.gru.forward(reshape(projected, [stocks, steps, this.hidden]));
  }

  /**
   * The same for histories that share rows: row `places[i T + t]` of `projected: [U, H]` is stock i's at step t. What
   * depends on a row alone is computed once for it.
   */
  forwardShared(projected: Mat<number, Hidden>, places: Vec, stocks: Stocks): Mat<Stocks, Hidden> {
    return this.gru.forwardShared(projected, places, [stocks, places.shape[0] / stocks]);
  }
}
