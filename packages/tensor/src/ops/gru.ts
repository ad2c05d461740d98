import { apply, defineOp } from "../op.js";
import { checkTensor } from "../operand.js";
import type { Dim } from "../shape.js";
import type { Mat, Tensor, Vec } from "../tensor.js";
import { isTraced } from "../tracer.js";
import type { GruOrigin } from "./gru-gradient.js";
import { gruOp } from "./gru-op.js";
import { toIndices } from "./indexing.js";

/** The inputs of a unit: with their weight, or as products with it, without bias. */
export type GruInputs =
  | {
      /** A row per sequence and step, `[R T, In]`. */
      readonly inputs: Mat;
      /** `[3H, In]`. */
      readonly weightIh: Mat;
    }
  | {
      /** A row per sequence and step, `[R T, 3H]`, or any number of rows, `[U, 3H]`, if `rows` tells them apart. */
      readonly gates: Mat;
      /** Which row of `gates` is the input of each sequence and step, `[R T]`: sequences may share rows. */
      readonly rows?: Vec;
    };

/** What a gated recurrent unit runs on beside its initial state. */
export type GruParts<H extends Dim = number> = GruInputs & {
  /** `[3H, H]`, reset, update and new gate one below the other. */
  readonly weightHh: Mat<number, H>;
  /** `[3H]`. */
  readonly biasIh: Vec;
  /** `[3H]`. */
  readonly biasHh: Vec;
};

/**
 * Checks that the parts are there.
 *
 * @throws TypeError naming the one that is no tensor.
 */
function checkTensors(state: Mat | undefined, parts: GruParts): void {
  const { weightHh, biasIh, biasHh } = parts;
  const source = "inputs" in parts ? { inputs: parts.inputs, weightIh: parts.weightIh } : { gates: parts.gates };
  for (const [name, part] of Object.entries({ ...source, weightHh, biasIh, biasHh })) checkTensor("gru", part, name);
  if (state !== undefined) checkTensor("gru", state, "state");
}

function run(
  state: Mat | undefined,
  parts: GruParts,
  steps: number,
  everyState: boolean,
  saves: boolean,
): readonly Tensor[] {
  checkTensors(state, parts);
  const { weightHh, biasIh, biasHh } = parts;
  const [source, fifth, origin]: readonly [Tensor, Tensor | undefined, GruOrigin] =
    "inputs" in parts
      ? [parts.inputs, parts.weightIh, "inputs"]
      : parts.rows
        ? [parts.gates, toIndices("gru", parts.rows, parts.gates.shape[0]), "rows of gates"]
        : [parts.gates, undefined, "gates"];
  const operands = [source, weightHh, biasIh, biasHh, ...(fifth ? [fifth] : []), ...(state ? [state] : [])];
  return apply(gruOp, operands, { steps, origin, atRest: state === undefined, everyState, saves });
}

/**
 * A gated recurrent unit over sequences of equal length, in PyTorch's equations: steps of `gruCell`. From the state before,
 * `[R, H]`, or from rest (zeros) without one: the state after the last step, `[R, H]`.
 *
 * @throws ShapeError if the shapes do not go together, or there is no step.
 * @throws TypeError if a part is left out.
 * @throws RangeError if a row is none of the gates'.
 */
export const gru = defineOp(
  gruOp,
  <R extends Dim, H extends Dim>(state: Mat<R, H> | undefined, parts: GruParts<NoInfer<H>>, steps: number): Mat<R, H> =>
    run(state, parts, steps, false, isTraced())[0] as Mat<R, H>,
);

/**
 * The same, with the state after every step: `[R, T, H]`.
 *
 * @throws ShapeError if the shapes do not go together, or there is no step.
 */
export const gruStates = <R extends Dim, H extends Dim>(
  state: Mat<R, H> | undefined,
  parts: GruParts<NoInfer<H>>,
  steps: number,
): Tensor<readonly [R, number, H]> => run(state, parts, steps, true, isTraced())[1] as Tensor<readonly [R, number, H]>;
