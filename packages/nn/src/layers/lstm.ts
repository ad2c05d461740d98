import {
  type Cube,
  type Dim,
  type Expression,
  elementwise,
  expand,
  type Key,
  linear,
  type Mat,
  reshape,
  sigmoid,
  split,
  stack,
  unstack,
  type Vec,
  zeros,
} from "@factorvae/tensor";
import { checkOptions } from "../options.js";
import { checkSequences, checkState } from "../rows.js";
import { type RecurrentLayer, recurrentWeights } from "./recurrent.js";

type E = Expression;

/** One step, from the sums in the gates and the cell: the next hidden state and the next cell. */
const lstmCell = elementwise(
  "lstmCell",
  (input: E, forget: E, candidate: E, output: E, cell: E): readonly [hidden: E, cell: E] => {
    const next = sigmoid(forget).mul(cell).add(sigmoid(input).mul(candidate.tanh()));
    return [sigmoid(output).mul(next.tanh()), next];
  },
);

/** What an LSTM carries from one step to the next: `[R, H]` each. */
export interface LstmState<R extends Dim = number, H extends Dim = number> {
  /** What it shows, between -1 and 1. */
  readonly hidden: Mat<R, H>;
  /** What it remembers, of any size. */
  readonly cell: Mat<R, H>;
}

/**
 * One layer of long short-term memory over a sequence, in PyTorch's equations: rows of weights and biases stand in the
 * order input, forget, candidate, output. Per step `i = s(W_i x + b_i + U_i h + c_i)`, `f` and `o` alike,
 * `g = tanh(W_g x + b_g + U_g h + c_g)`, `cell' = f cell + i g`, `h' = o tanh(cell')`. Source: Hochreiter, Schmidhuber
 * (1997), with the forget gate of Gers, Schmidhuber, Cummins (2000).
 */
export class LSTM<In extends Dim = number, H extends Dim = number> implements RecurrentLayer<In, H> {
  /** `[4H, In]`. */
  readonly weightIh: Mat<number, In>;
  /** `[4H, H]`. */
  readonly weightHh: Mat<number, H>;
  /** `[4H]`. */
  readonly biasIh: Vec;
  /** `[4H]`. */
  readonly biasHh: Vec;

  /**
   * All parameters start uniform on `+-1 / sqrt(hidden)`, as PyTorch's.
   *
   * @throws RangeError if a size is no whole number of at least 1.
   * @throws TypeError if there is no key.
   */
  constructor(inputs: In, hidden: H, key: Key) {
    const weights = recurrentWeights("LSTM", 4, { inputs, hidden }, key);
    this.weightIh = weights.weightIh;
    this.weightHh = weights.weightHh;
    this.biasIh = weights.biasIh;
    this.biasHh = weights.biasHh;
  }

  /**
   * The hidden state after the last step: `x: [R, T, In] -> [R, H]`. `initial` is the state before the first, by default
   * zeros.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   * @throws TypeError if the initial state is no `{ hidden, cell }`.
   */
  forward<R extends Dim, T extends Dim>(x: Cube<R, T, In>, initial?: LstmState<NoInfer<R>, H>): Mat<R, H> {
    return this.final(x, initial).hidden;
  }

  /**
   * Hidden state and cell after the last step, from which another sequence may go on: `x: [R, T, In] -> [R, H]` each.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   * @throws TypeError if the initial state is no `{ hidden, cell }`.
   */
  final<R extends Dim, T extends Dim>(x: Cube<R, T, In>, initial?: LstmState<NoInfer<R>, H>): LstmState<R, H> {
    return this.#run(x, initial, () => undefined);
  }

  /**
   * The hidden state after every step: `x: [R, T, In] -> [R, T, H]`.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   * @throws TypeError if the initial state is no `{ hidden, cell }`.
   */
  states<R extends Dim, T extends Dim>(x: Cube<R, T, In>, initial?: LstmState<NoInfer<R>, H>): Cube<R, T, H> {
    const hiddens: Mat<R, H>[] = [];
    this.#run(x, initial, (hidden) => hiddens.push(hidden));
    return expand(stack(hiddens, 1), [x.shape[0], x.shape[1], this.weightHh.shape[1]]);
  }

  #run<R extends Dim>(
    x: Cube<R, Dim, In>,
    initial: LstmState<R, H> | undefined,
    show: (hidden: Mat<R, H>) => void,
  ): LstmState<R, H> {
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const width = weightHh.shape[1];
    checkSequences("LSTM", x, weightIh.shape[1]);
    const [rows, steps, inputs] = x.shape;
    if (initial) {
      checkOptions("LSTM: the initial state", initial, ["hidden", "cell"]);
      checkState("LSTM", "hidden state", initial.hidden, rows, width);
      checkState("LSTM", "cell state", initial.cell, rows, width);
    }
    // The inputs' share of the gates depends on no state: one product for all steps.
    const fromInputs = linear(reshape(x, [rows * steps, inputs]), weightIh, biasIh);
    let { hidden, cell } = initial ?? { hidden: zeros([rows, width]), cell: zeros([rows, width]) };
    const ofSteps = [rows, steps, 4 * width] as const;
    for (const fromInput of unstack(fromInputs.reshape(ofSteps).as(ofSteps), 1)) {
      const gates = split(linear(hidden, weightHh, biasHh).add(fromInput), 4, 1);
      const [input, forget, candidate, output] = gates.map((gate) => gate.as([rows, width]));
      [hidden, cell] = lstmCell(input, forget, candidate, output, cell);
      show(hidden);
    }
    return { hidden, cell };
  }
}
