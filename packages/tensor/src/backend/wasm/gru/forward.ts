import type { Program } from "../../../program.js";
import type { LinearKernels, Value } from "../../backend.js";
import type { Storage } from "../../storage.js";
import { transposedAt, withPacked } from "../gemm/gemm.js";
import type { Machine } from "../machine.js";
import { arranged } from "../words.js";
import { buildForward } from "./forward-kernel.js";
import { forwardScratch, forwardWords, savedBlocks } from "./memory.js";
import { rowsOfChunk } from "./plan.js";

/** Writes the biases of a cell's sums: reset and update gate's both added up, then the new gate's of input and of state. */
function arrangeBias({ memory }: Machine, biasIh: number, biasHh: number, hidden: number, address: number): void {
  const words = memory.f32;
  const [ih, hh, to] = [biasIh / 4, biasHh / 4, address / 4];
  for (let at = 0; at < 2 * hidden; at++) words[to + at] = words[ih + at] + words[hh + at];
  words.copyWithin(to + 2 * hidden, ih + 2 * hidden, ih + 3 * hidden);
  words.copyWithin(to + 3 * hidden, hh + 2 * hidden, hh + 3 * hidden);
}

/** The programs of a unit's step: a gate of two shares; and of state, both gates and shares of the new gate, the next state and new gate. */
export interface GruCell {
  readonly gate: Program;
  readonly next: Program;
}

/** Where the inputs' share of the gates comes from: their product with a weight, or it is given, perhaps row by row. */
export type GruSource =
  | { readonly inputs: Value; readonly weightIh: Value }
  | { readonly gates: Value; readonly rows?: Value | undefined };

/** The operands of `gru` (see there). */
export interface GruOperands {
  readonly source: GruSource;
  /** The state before the first step; none at rest. */
  readonly state: Value | undefined;
  readonly weightHh: Value;
  readonly biasIh: Value;
  readonly biasHh: Value;
}

/** Which results of `gru` are wanted beside the last state. */
export interface GruWants {
  /** The state after every step, `[R, T, H]`. */
  readonly everyState: boolean;
  /** What its way back needs, `[T, R, 5H]`. */
  readonly saves: boolean;
}

const widthOf = (source: GruSource): number => ("inputs" in source ? source.inputs.layout.shape[1] : 0);

/** How many sequences there are. */
const sequencesOf = (source: GruSource, steps: number): number =>
  ("inputs" in source ? source.inputs : (source.rows ?? source.gates)).layout.shape[0] / steps;

/** `gru`: the last state; then all states, and what is saved, where they are wanted. */
export function gruForward(
  { machine, block, inOrder, indicesInOrder }: LinearKernels,
  { source, state, weightHh, biasIh, biasHh }: GruOperands,
  steps: number,
  cell: GruCell,
  { everyState, saves }: GruWants,
): readonly Storage[] {
  const hidden = weightHh.layout.shape[1];
  const sizes = { rows: sequencesOf(source, steps), hidden, steps, width: widthOf(source) };
  const { rows } = sizes;
  const size = rows * hidden;
  const outputs = [1, ...(everyState ? [steps] : []), ...(saves ? [savedBlocks * steps] : [])].map((times) =>
    block(size * times),
  );
  if (size === 0) return outputs;
  const addresses = outputs.map((output) => output.addressIn(machine.memory));
  const [last] = addresses;
  const [ofInput, ofStates] = [inOrder(biasIh), inOrder(biasHh)];
  const perChunk = rowsOfChunk(sizes);
  const kernel = machine.kernel(`gru ${cell.gate.key} ${cell.next.key}`, (target, builder) =>
    buildForward(target, builder, cell),
  );
  const isGiven = "gates" in source;
  const given = {
    gates: isGiven ? inOrder(source.gates) : 0,
    index: isGiven && source.rows ? indicesInOrder(source.rows) : 0,
    inputs: isGiven ? 0 : inOrder(source.inputs),
  };
  const weightIh = isGiven ? 0 : inOrder(source.weightIh);
  const initial = state ? inOrder(state) : 0;
  machine.memory.within(16 * hidden, (bias) => {
    arrangeBias(machine, ofInput, ofStates, hidden, bias);
    withPacked(machine, transposedAt(weightIh, sizes.width), sizes.width, 3 * hidden, (ofInputs) =>
      withPacked(machine, transposedAt(inOrder(weightHh), hidden), hidden, 3 * hidden, (ofState) => {
        const scratch = machine.scratch(forwardScratch(perChunk, hidden));
        const words = arranged(forwardWords, {
          ...sizes,
          ...given,
          rowsOfChunk: perChunk,
          weightIh: ofInputs.address,
          weightIhRow: ofInputs.rowBytes,
          state: initial,
          weightHh: ofState.address,
          weightHhRow: ofState.rowBytes,
          bias,
          last,
          states: everyState ? addresses[1] : 0,
          saved: saves ? addresses[addresses.length - 1] : 0,
          scratch: scratch.address,
          scratchStride: scratch.stride,
        });
        machine.launch(kernel, words, Math.ceil(rows / perChunk));
      }),
    );
  });
  return outputs;
}
