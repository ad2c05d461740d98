import type { Cube, Dim, Mat } from "@factorvae/tensor";
import { checkRecurrent, type RecurrentLayer } from "./recurrent.js";

/** Recurrent layers one over the other: `stacked` makes one. */
export class Stacked<In extends Dim = number, H extends Dim = number> implements RecurrentLayer<In, H> {
  /** From the lowest, which reads the sequence, to the top. */
  readonly stack: readonly [RecurrentLayer<In, H>, ...RecurrentLayer<H, H>[]];

  /**
   * Of at least two layers, so that there is a top one.
   *
   * @throws TypeError if one of them is no recurrent layer.
   */
  constructor(lowest: RecurrentLayer<In, H>, others: readonly [RecurrentLayer<H, H>, ...RecurrentLayer<H, H>[]]) {
    checkRecurrent("stacked", [lowest, ...others]);
    this.stack = [lowest, ...others];
  }

  /**
   * The top layer's state after the last step: `x: [R, T, In] -> [R, H]`.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  forward<R extends Dim, T extends Dim>(x: Cube<R, T, In>): Mat<R, H> {
    const [lowest, ...others] = this.stack;
    const top = others[others.length - 1];
    return top.forward(climbed(others.slice(0, -1), lowest.states(x)));
  }

  /**
   * The top layer's state after every step: `x: [R, T, In] -> [R, T, H]`.
   *
   * @throws ShapeError if the shapes do not fit, or there is no step.
   */
  states<R extends Dim, T extends Dim>(x: Cube<R, T, In>): Cube<R, T, H> {
    const [lowest, ...others] = this.stack;
    return climbed(others, lowest.states(x));
  }
}

/** The states of the last of these layers, each reading those of the one below. */
const climbed = <R extends Dim, T extends Dim, H extends Dim>(
  layers: readonly RecurrentLayer<H, H>[],
  states: Cube<R, T, H>,
): Cube<R, T, H> => layers.reduce((below, layer) => layer.states(below), states);

/**
 * Recurrent layers one over the other, each reading the states of the one below, all from rest: PyTorch's `num_layers`.
 *
 * @throws TypeError if there are fewer than two, or one of them is no recurrent layer.
 * @example stacked(new GRU(3, 8, key(1)), new GRU(8, 8, key(2)))
 */
export const stacked = <In extends Dim, H extends Dim>(
  lowest: RecurrentLayer<In, H>,
  second: RecurrentLayer<NoInfer<H>, NoInfer<H>>,
  ...others: readonly RecurrentLayer<NoInfer<H>, NoInfer<H>>[]
): Stacked<In, H> => new Stacked(lowest, [second, ...others]);
