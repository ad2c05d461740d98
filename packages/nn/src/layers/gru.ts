import {
  type Cube,
  type Dim,
  expand,
  type GruParts,
  gru,
  gruStates,
  type Key,
  type Mat,
  matmul,
  reshape,
  ShapeError,
  t,
  type Vec,
} from "@factorvae/tensor";
import { checkRows, checkSequences, checkState } from "../rows.js";
import { type RecurrentLayer, recurrentWeights } from "./recurrent.js";

/**
 * One layer of gated recurrent units over a sequence, in PyTorch's equations: rows of weights and biases stand in the
 * order reset, update, new, and the reset gate acts after the product with the state (Cho et al. 2014, variant of
 * Chung et al.). Per step `r = s(W_r x + b_r + U_r h + c_r)`, `z` alike, `n = tanh(W_n x + b_n + r (U_n h + c_n))`,
 * `h' = (1 - z) n + z h`.
 */
export class GRU<In extends Dim = number, H extends Dim = number> implements RecurrentLayer<In, H> {
  /** `[3H, In]`. */
  readonly weightIh: Mat<number, In>;
  /** `[3H, H]`. */
  readonly weightHh: Mat<number, H>;
  /** `[3H]`. */
  readonly biasIh: Vec;
  /** `[3H]`. */
  readonly biasHh: Vec;

  /**
   * All parameters start uniform on `+-1 / sqrt(hidden)`, as PyTorch's.
   *
   * @throws RangeError if a size is no whole number of at least 1.
   * @throws TypeError if there is no key.
   */
  constructor(inputs: In, hidden: H, key: Key) {
    const weights = recurrentWeights("GRU", 3, { inputs, hidden }, key);
    this.weightIh = weights.weightIh;
    this.weightHh = weights.weightHh;
    this.biasIh = weights.biasIh;
    this.biasHh = weights.biasHh;
  }

  /**
   * The state after the last step: `x: [R, T, In] -> [R, H]`. `initial` is the state before the first, by default zeros.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  forward<R extends Dim, T extends Dim>(x: Cube<R, T, In>, initial?: Mat<NoInfer<R>, H>): Mat<R, H> {
    return gru(initial, this.#partsOf(x, initial), x.shape[1]);
  }

  /**
   * The state after every step: `x: [R, T, In] -> [R, T, H]`. `initial` is the state before the first, by default zeros.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  states<R extends Dim, T extends Dim>(x: Cube<R, T, In>, initial?: Mat<NoInfer<R>, H>): Cube<R, T, H> {
    return expand(gruStates(initial, this.#partsOf(x, initial), x.shape[1]), [
      x.shape[0],
      x.shape[1],
      this.weightHh.shape[1],
    ]);
  }

  /**
   * The state after the last step of sequences that share rows: row `rows[r T + t]` of `x: [U, In]` is the input of
   * sequence r at step t. What depends on a row alone is computed once for it.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  forwardShared<R extends Dim>(x: Mat<number, In>, rows: Vec, [sequences, steps]: readonly [R, number]): Mat<R, H> {
    const { weightIh, weightHh, biasIh, biasHh } = this;
    checkRows("GRU", x, weightIh.shape[1]);
    // The inputs' share of the gates depends on no state: one product for all rows.
    const gates = matmul(x, t(weightIh));
    if (rows.shape[0] !== sequences * steps)
      throw new ShapeError(
        "GRU",
        `${sequences} sequences of ${steps} steps need ${sequences * steps} rows, not ${rows.shape[0]}`,
        [rows.shape],
      );
    const parts = { gates, rows, weightHh, biasIh, biasHh };
    return gru<R, H>(undefined, parts, steps);
  }

  #partsOf(x: Cube<Dim, Dim, In>, initial: Mat<Dim, H> | undefined): GruParts<H> {
    const { weightIh, weightHh, biasIh, biasHh } = this;
    checkSequences("GRU", x, weightIh.shape[1]);
    if (initial) checkState("GRU", "state", initial, x.shape[0], weightHh.shape[1]);
    const [rows, steps, inputs] = x.shape;
    return { inputs: reshape(x, [rows * steps, inputs]), weightIh, weightHh, biasIh, biasHh };
  }
}
