import { type Cube, type Dim, fold, type Key, type Mat, type Vec } from "@factorvae/tensor";
import { checkSizes, fanInUniform } from "../initializers.js";
import { described } from "../operand.js";
import { checkKey } from "../options.js";
import { parameter } from "../parameter.js";

/** A layer from sequences of `In` features to states of `Out` units. */
export interface RecurrentLayer<In extends Dim = number, Out extends Dim = number> {
  /** The state after the last step: `x: [R, T, In] -> [R, Out]`. */
  forward<R extends Dim, T extends Dim>(x: Cube<R, T, In>): Mat<R, Out>;
  /** The state after every step: `x: [R, T, In] -> [R, T, Out]`. */
  states<R extends Dim, T extends Dim>(x: Cube<R, T, In>): Cube<R, T, Out>;
}

/**
 * Checks that layers are recurrent ones.
 *
 * @throws TypeError that names the operation and the first which is none.
 */
export function checkRecurrent(operation: string, layers: readonly RecurrentLayer<never>[]): void {
  for (const layer of layers)
    if (typeof layer?.forward !== "function" || typeof layer.states !== "function")
      throw new TypeError(
        `${operation}: a recurrent layer, an object with forward and states, is needed, not ${described(layer)}`,
      );
}

/** The parameters of a recurrent unit, the rows of its gates one under the other: `[gates H, ...]`. */
interface RecurrentWeights<In extends Dim, H extends Dim> {
  readonly weightIh: Mat<number, In>;
  readonly weightHh: Mat<number, H>;
  readonly biasIh: Vec;
  readonly biasHh: Vec;
}

/**
 * Fresh parameters of a recurrent unit with so many gates: all uniform on `+-1 / sqrt(hidden)`, as PyTorch's.
 *
 * @throws RangeError that names the layer, if a size is no whole number of at least 1.
 * @throws TypeError that names it, if there is no key.
 */
export function recurrentWeights<In extends Dim, H extends Dim>(
  layer: string,
  gates: number,
  { inputs, hidden }: { readonly inputs: In; readonly hidden: H },
  key: Key,
): RecurrentWeights<In, H> {
  checkKey(layer, key);
  checkSizes(layer, { inputs, hidden });
  const rows = gates * hidden;
  return {
    weightIh: parameter(fanInUniform(fold(key, "weightIh"), [rows, inputs], hidden)),
    weightHh: parameter(fanInUniform(fold(key, "weightHh"), [rows, hidden], hidden)),
    biasIh: parameter(fanInUniform(fold(key, "biasIh"), [rows], hidden)),
    biasHh: parameter(fanInUniform(fold(key, "biasHh"), [rows], hidden)),
  };
}
