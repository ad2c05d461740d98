import type { Layout } from "../../layout.js";
import type { Program } from "../../program.js";
import type { LinearKernels, Value } from "../backend.js";
import type { Storage } from "../storage.js";
import { packMatrix } from "./gemm/gemm.js";
import { backwardScratch, backwardWords, buildBackward, partialFloats } from "./gru-backward.js";
import { buildForward, forwardScratch, forwardWords, paddedHidden } from "./gru-forward.js";
import type { Machine } from "./machine.js";
import { reduceAxes } from "./reduce.js";

/** Sequences that go through all their steps together: what they need stays in the second cache. */
const mostRows = 160;

/** Multiply-adds that are worth a second chunk. */
const workOfChunk = 1_000_000;

/** Sizes of a unit's run. */
interface GruSizes {
  readonly rows: number;
  readonly hidden: number;
  readonly steps: number;
}

/** Sequences in a chunk: by the sizes alone; few chunks are even in number, for two threads to share. */
function rowsOfChunk({ rows, hidden, steps }: GruSizes): number {
  const work = rows * steps * 3 * hidden * hidden;
  const least = Math.min(4, Math.floor(work / workOfChunk));
  const chunks = Math.max(1, Math.ceil(rows / mostRows), least);
  return Math.ceil(rows / (chunks > 1 && chunks < 8 ? chunks + (chunks % 2) : chunks));
}

/** Addresses by name, in the order of the words. */
const inOrder = <Name extends string>(names: readonly Name[], values: Readonly<Record<Name, number>>): number[] =>
  names.map((name) => values[name]);

/** Biases of a cell's sums: reset and update gate's both added up, then the new gate's of input and of state. */
function arrangedBias(machine: Machine, biasIh: number, biasHh: number, hidden: number): number {
  const address = machine.memory.allocate(16 * hidden);
  const words = machine.memory.f32;
  const [ih, hh, to] = [biasIh / 4, biasHh / 4, address / 4];
  for (let at = 0; at < 2 * hidden; at++) words[to + at] = words[ih + at] + words[hh + at];
  words.copyWithin(to + 2 * hidden, ih + 2 * hidden, ih + 3 * hidden);
  words.copyWithin(to + 3 * hidden, hh + 2 * hidden, hh + 3 * hidden);
  return address;
}

/** The programs of a unit's step: a gate of two shares; and of state, both gates and shares of the new gate, the next state and new gate. */
export interface GruCell {
  readonly gate: Program;
  readonly next: Program;
}

/** Addresses of the operands of a run forward; `index`, `states` and `saved` are 0 where there are none. */
interface GruForward extends GruSizes {
  readonly gates: number;
  readonly index: number;
  readonly state: number;
  readonly weight: number;
  readonly biasIh: number;
  readonly biasHh: number;
  readonly last: number;
  readonly states: number;
  readonly saved: number;
}

/** All steps of a gated recurrent unit; all operands in row-major order. */
function runForward(machine: Machine, cell: GruCell, run: GruForward): void {
  const { rows, hidden, steps } = run;
  if (rows * hidden === 0) return;
  const weight = packMatrix(machine, { address: run.weight, row: 4, column: 4 * hidden }, hidden, 3 * hidden);
  const bias = arrangedBias(machine, run.biasIh, run.biasHh, hidden);
  const perChunk = rowsOfChunk(run);
  const scratch = machine.scratch(forwardScratch(perChunk, hidden));
  const kernel = machine.kernel(`gru ${cell.gate.key} ${cell.next.key}`, (target, builder) =>
    buildForward(target, builder, cell),
  );
  const words = inOrder(forwardWords, {
    ...run,
    rowsOfChunk: perChunk,
    weight: weight.address,
    weightRow: weight.rowBytes,
    bias,
    scratch: scratch.address,
    scratchStride: scratch.stride,
  });
  if (steps > 0) machine.launch(kernel, words, Math.ceil(rows / perChunk));
  machine.memory.free(weight.address, weight.bytes);
  machine.memory.free(bias, 16 * hidden);
}

/** Addresses of the operands of a run back; `toStates` is 0 where there is none. */
interface GruBackward extends GruSizes {
  readonly state: number;
  readonly weight: number;
  readonly states: number;
  readonly saved: number;
  readonly toLast: number;
  readonly toStates: number;
  readonly toGates: number;
  readonly toState: number;
  readonly toWeight: number;
  readonly toBiasIh: number;
  readonly toBiasHh: number;
}

/** The way back; all operands in row-major order. */
function runBackward(machine: Machine, cell: Program, run: GruBackward): void {
  const { rows, hidden } = run;
  const { memory } = machine;
  const perChunk = Math.max(1, rowsOfChunk(run));
  const chunks = Math.ceil(rows / perChunk);
  if (hidden === 0) return;
  const weight = packMatrix(machine, { address: run.weight, row: 4 * hidden, column: 4 }, 3 * hidden, hidden);
  const scratch = machine.scratch(backwardScratch(perChunk, hidden));
  const floats = partialFloats(hidden);
  const partial = memory.allocate(4 * floats * chunks);
  const kernel = machine.kernel(`gru.vjp ${cell.key}`, (target, builder) => buildBackward(target, builder, cell));
  const words = inOrder(backwardWords, {
    ...run,
    rowsOfChunk: perChunk,
    weight: weight.address,
    weightRow: weight.rowBytes,
    partial,
    partialStride: 4 * floats,
    scratch: scratch.address,
    scratchStride: scratch.stride,
  });
  if (chunks > 0) machine.launch(kernel, words, chunks);
  const total = (offset: number, shape: readonly number[], strides: readonly number[], to: number): void => {
    const layout: Layout = { shape: [chunks, ...shape], strides: [floats, ...strides], offset };
    reduceAxes(machine, "sum", { address: partial, dtype: "float32", layout }, [0], to);
  };
  total(0, [3 * hidden * hidden], [1], run.toWeight);
  const padded = paddedHidden(hidden);
  const sums = memory.allocate(16 * padded);
  total(3 * hidden * hidden, [4 * padded], [1], sums);
  // The sums stand by vectors, as the biases do.
  const bias = (kind: number, to: number, gate: number): void => {
    for (let at = 0; at < hidden; at++)
      memory.f32[to / 4 + gate * hidden + at] = memory.f32[sums / 4 + 16 * Math.floor(at / 4) + 4 * kind + (at % 4)];
  };
  for (const [kind, gate] of [
    [0, 0],
    [1, 1],
    [2, 2],
  ])
    bias(kind, run.toBiasIh, gate);
  for (const [kind, gate] of [
    [0, 0],
    [1, 1],
    [3, 2],
  ])
    bias(kind, run.toBiasHh, gate);
  memory.free(sums, 16 * padded);
  memory.free(partial, 4 * floats * chunks);
  memory.free(weight.address, weight.bytes);
}

/** The operands of `gru` (see there). */
export interface GruOperands {
  readonly gates: Value;
  readonly state: Value;
  readonly weight: Value;
  readonly biasIh: Value;
  readonly biasHh: Value;
  readonly index: Value | undefined;
}

/** `gru`: the last state; with `saves` also all states and gates. */
export function gruForward(
  { machine, block, inOrder }: LinearKernels,
  { gates, state, weight, biasIh, biasHh, index }: GruOperands,
  steps: number,
  cell: GruCell,
  saves: boolean,
): readonly Storage[] {
  const [rows, hidden] = state.layout.shape;
  const operands = {
    gates: inOrder(gates),
    state: inOrder(state),
    weight: inOrder(weight),
    biasIh: inOrder(biasIh),
    biasHh: inOrder(biasHh),
    index: index ? inOrder(index) : 0,
  };
  const outputs = [1, ...(saves ? [steps, 4 * steps] : [])].map((times) => block(rows * hidden * times));
  const [last, states = 0, saved = 0] = outputs.map((output) => output.addressIn(machine.memory));
  runForward(machine, cell, { rows, hidden, steps, ...operands, last, states, saved });
  return outputs;
}

/** The operands of its way back: what it had and kept, and what its results received. */
export interface GruGradientOperands {
  readonly state: Value;
  readonly weight: Value;
  readonly states: Value;
  readonly saved: Value;
  readonly toLast: Value;
  readonly toStates: Value | undefined;
}

/** The way back of `gru`: the gradients of gates, initial state, weight and both biases. */
export function gruBackward(
  { machine, block, inOrder }: LinearKernels,
  { state, weight, states, saved, toLast, toStates }: GruGradientOperands,
  steps: number,
  cell: Program,
): readonly Storage[] {
  const [rows, hidden] = state.layout.shape;
  const operands = {
    state: inOrder(state),
    weight: inOrder(weight),
    states: inOrder(states),
    saved: inOrder(saved),
    toLast: inOrder(toLast),
    toStates: toStates ? inOrder(toStates) : 0,
  };
  const sizes = [rows * steps * 3 * hidden, rows * hidden, 3 * hidden * hidden, 3 * hidden, 3 * hidden];
  const outputs = sizes.map(block);
  const [toGates, toState, toWeight, toBiasIh, toBiasHh] = outputs.map((output) => output.addressIn(machine.memory));
  const results = { toGates, toState, toWeight, toBiasIh, toBiasHh };
  runBackward(machine, cell, { rows, hidden, steps, ...operands, ...results });
  return outputs;
}
