import { type Cube, fold, type Key, type Mat, reshape, type Vec } from "@factorvae/autograd";
import { GRU, Linear } from "@factorvae/nn";
import type { Features, Hidden, Steps, Stocks } from "../dims.js";

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

  /** The embedding of each stock, the last state of its history: `[N, T, C] -> [N, H]`. */
  forward(features: Cube<Stocks, Steps, Features>): Mat<Stocks, Hidden> {
    const [stocks, steps, characteristics] = features.shape;
    const rows = this.projection.forward(reshape(features, [stocks * steps, characteristics]), this.leakySlope);
    return this.gru.forward(reshape(rows, [stocks, steps, this.hidden]));
  }

  /**
   * The same for histories that share rows: row `places[i T + t]` of `rows: [U, C]` is stock i's at step t. What depends on
   * a row alone is computed once for it.
   */
  forwardShared(rows: Mat<number, Features>, places: Vec, stocks: Stocks): Mat<Stocks, Hidden> {
    const projected = this.projection.forward(rows, this.leakySlope);
    return this.gru.forwardShared(projected, places, [stocks, places.shape[0] / stocks]);
  }
}
