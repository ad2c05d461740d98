import { type Cube, concatenate, type Dim, flip, type Mat } from "@factorvae/tensor";
import { checkRecurrent, type RecurrentLayer } from "./recurrent.js";

/**
 * Two recurrent layers over one sequence, the second from its end to its start, their states side by side: those of
 * `onward`, then those of `reverse`, as PyTorch's with `bidirectional=True`. Source: Schuster, Paliwal (1997).
 *
 * @example new Bidirectional(new GRU(3, 8, key(1)), new GRU(3, 8, key(2)))
 */
export class Bidirectional<In extends Dim = number> implements RecurrentLayer<In> {
  /**
   * Two layers of the same input; they may differ in width and kind.
   *
   * @throws TypeError if one of them is no recurrent layer.
   */
  constructor(
    readonly onward: RecurrentLayer<In>,
    readonly reverse: RecurrentLayer<NoInfer<In>>,
  ) {
    checkRecurrent("Bidirectional", [onward, reverse]);
  }

  /**
   * The state of each layer after the last step that it reads, of `reverse` the first of the sequence: `x: [R, T, In] ->
   * [R, H + H']`.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  forward<R extends Dim, T extends Dim>(x: Cube<R, T, In>): Mat<R> {
    return concatenate([this.onward.forward(x), this.reverse.forward(flip(x, 1))], 1);
  }

  /**
   * The state of each layer after it has read a step, step by step: `x: [R, T, In] -> [R, T, H + H']`.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  states<R extends Dim, T extends Dim>(x: Cube<R, T, In>): Cube<R, T, number> {
    return concatenate([this.onward.states(x), flip(this.reverse.states(flip(x, 1)), 1)], 2);
  }
}
