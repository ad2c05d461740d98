import type { Program } from "../../../program.js";
import type { LinearKernels, Value } from "../../backend.js";
import type { Storage } from "../../storage.js";
import { matrixAt, withPacked } from "../gemm/gemm.js";
import type { Machine } from "../machine.js";
import { sumShares } from "../reduce.js";
import { arranged } from "../words.js";
import { buildBackward } from "./backward-kernel.js";
import { backwardScratch, backwardWords, paddedHidden, partialFloats } from "./memory.js";
import { rowsOfChunk } from "./plan.js";

/** The operands of its way back: what it had and saved, and what its results received. */
export interface GruGradientOperands {
  readonly weightHh: Value;
  readonly saved: Value;
  readonly toLast: Value;
  readonly toStates?: Value | undefined;
  /** Absent where the inputs' share of the gates was given. */
  readonly product?: { readonly inputs: Value; readonly weightIh: Value } | undefined;
}

/** Which gradients there are to be of what not every run has, or not every caller wants. */
export interface GruGradientWants {
  /** Of the inputs, where there are any. */
  readonly reachesInputs: boolean;
  /** Of the state before the first step: not where the unit began at rest. */
  readonly reachesState: boolean;
}

/**
 * The way back of `gru`: the gradients of the state's weight and both biases; of the gates where they were given, else of
 * the inputs' weight; then of the inputs and of the state before the first step, if wanted.
 */
export function gruBackward(
  { machine, block, inOrder }: LinearKernels,
  { weightHh, saved, toLast, toStates, product }: GruGradientOperands,
  steps: number,
  cell: Program,
  { reachesInputs, reachesState }: GruGradientWants,
): readonly Storage[] {
  const [rows, hidden] = toLast.layout.shape;
  const { memory } = machine;
  const gates = 3 * hidden;
  const width = product ? product.inputs.layout.shape[1] : 0;
  const ofProduct = product !== undefined && reachesInputs;
  const outputs = [
    gates * hidden,
    gates,
    gates,
    product ? gates * width : rows * steps * gates,
    ...(ofProduct ? [rows * steps * width] : []),
    ...(reachesState ? [rows * hidden] : []),
  ].map(block);
  const addresses = outputs.map((output) => output.addressIn(memory));
  const [toWeightHh, toBiasIh, toBiasHh, toSource] = addresses;
  const perChunk = Math.max(1, rowsOfChunk({ rows, hidden, steps, width }));
  const chunks = Math.ceil(rows / perChunk);
  const floats = partialFloats(hidden, width);
  const kernel = machine.kernel(`gru.vjp ${cell.key}`, (target, builder) => buildBackward(target, builder, cell));
  const given = {
    saved: inOrder(saved),
    toLast: inOrder(toLast),
    toStates: toStates ? inOrder(toStates) : 0,
    inputs: product ? inOrder(product.inputs) : 0,
  };
  const weightIh = product ? inOrder(product.weightIh) : 0;
  machine.memory.within(4 * gates * width, (turned) => {
    // New, reset, update: the order of the gates in the kernel's rows.
    memory.f32.copyWithin(turned / 4, weightIh / 4 + 2 * hidden * width, weightIh / 4 + gates * width);
    memory.f32.copyWithin(turned / 4 + hidden * width, weightIh / 4, weightIh / 4 + 2 * hidden * width);
    withPacked(machine, matrixAt(turned, width), gates, width, (ofInputs) =>
      withPacked(machine, matrixAt(inOrder(weightHh), hidden), gates, hidden, (ofState) =>
        machine.memory.within(4 * floats * chunks, (partial) => {
          const scratch = machine.scratch(backwardScratch(perChunk, hidden, width));
          const words = arranged(backwardWords, {
            ...given,
            rows,
            hidden,
            steps,
            rowsOfChunk: perChunk,
            weightHh: ofState.address,
            weightHhRow: ofState.rowBytes,
            toState: reachesState ? addresses[addresses.length - 1] : 0,
            toGates: product ? 0 : toSource,
            width,
            weightIh: ofInputs.address,
            weightIhRow: ofInputs.rowBytes,
            toInputs: ofProduct ? addresses[4] : 0,
            partial,
            partialStride: 4 * floats,
            scratch: scratch.address,
            scratchStride: scratch.stride,
          });
          if (chunks > 0) machine.launch(kernel, words, chunks);
          const total = (offset: number, length: number, to: number): void =>
            sumShares(machine, { address: partial, chunks, floats }, offset, length, to);
          const ofWidth = gates * hidden;
          // Of the only step of a unit at rest the state's weight has no part.
          if (steps === 1 && !reachesState) memory.f32.fill(0, toWeightHh / 4, toWeightHh / 4 + ofWidth);
          else total(0, ofWidth, toWeightHh);
          if (product) {
            total(ofWidth, hidden * width, toSource + 8 * hidden * width);
            total(ofWidth + hidden * width, 2 * hidden * width, toSource);
          }
          sumBiases(machine, hidden, (count, to) => total(ofWidth + gates * width, count, to), toBiasIh, toBiasHh);
        }),
      ),
    );
  });
  return outputs;
}

/** The gradients of both biases from the column sums of a run, which stand by vectors: of each gate's sum, in four kinds. */
function sumBiases(
  machine: Machine,
  hidden: number,
  total: (count: number, to: number) => void,
  toBiasIh: number,
  toBiasHh: number,
): void {
  const padded = paddedHidden(hidden);
  machine.memory.within(16 * padded, (sums) => {
    total(4 * padded, sums);
    const words = machine.memory.f32;
    [[toBiasIh, [0, 1, 2]] as const, [toBiasHh, [0, 1, 3]] as const].forEach(([to, kinds]) => {
      kinds.forEach((kind, gate) => {
        for (let at = 0; at < hidden; at++)
          words[to / 4 + gate * hidden + at] = words[sums / 4 + 16 * Math.floor(at / 4) + 4 * kind + (at % 4)];
      });
    });
  });
}
