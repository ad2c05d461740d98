import { broadcast, collapse } from "../../layout.js";
import type { Program, Step } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { eachRun, longRun } from "../../strided.js";
import type { Value, Values } from "../backend.js";
import { blocks } from "./primitives.js";

/** Elements that go through a whole program before the next ones: few enough that the registers stay in cache. */
const blockLength = 256;

const registers: Float64Array[] = [];

function registerFile(count: number): readonly Float64Array[] {
  while (registers.length < count) registers.push(new Float64Array(blockLength));
  return registers;
}

/** What is done to elements `start` to `start + n` of a result: load an input, take a step, store an output. */
type Action = (start: number, n: number) => void;

function load(register: Float64Array, to: number, values: Values, from: number, step: number, n: number): void {
  if (step === 1 && n >= longRun) register.set(values.subarray(from, from + n), to);
  else if (step === 0) register.fill(values[from], to, to + n);
  else for (let i = 0; i < n; i++) register[to + i] = values[from + i * step];
}

function store(output: Values, to: number, register: Float64Array, n: number): void {
  if (n >= longRun) output.set(n === blockLength ? register : register.subarray(0, n), to);
  else for (let i = 0; i < n; i++) output[to + i] = register[i];
}

function loadOf({ storage: { values }, layout }: Value, shape: Shape, register: Float64Array): Action {
  const spread = collapse(broadcast(layout, shape));
  if (spread.shape.length > 1)
    return (start, n) =>
      eachRun(spread, start, n, (at, step, length, index) => load(register, index - start, values, at, step, length));
  const [step = 0] = spread.strides;
  return (start, n) => load(register, 0, values, layout.offset + start * step, step, n);
}

function stepOf({ kind, from: [a, b = a, c = a], to }: Step, file: readonly Float64Array[]): Action {
  const run = blocks[kind];
  return (_, n) => run(n, file[to], file[a], file[b], file[c]);
}

/** A loop of its own, so that the engine compiles it once and not with each operation's arrays in mind. */
function inBlocks(actions: readonly Action[], size: number): void {
  for (let start = 0; start < size; start += blockLength) {
    const n = Math.min(blockLength, size - start);
    for (let at = 0; at < actions.length; at++) actions[at](start, n);
  }
}

/** Runs a program at every element, in double precision, and rounds the outputs once. */
export function mapElements(
  program: Program,
  inputs: readonly Value[],
  shape: Shape,
  outputs: readonly (Float32Array | Float64Array)[],
): void {
  const file = registerFile(program.registers);
  for (const { value, to } of program.literals) file[to].fill(value);
  const loads = program.loads.map(({ input, to }) => loadOf(inputs[input], shape, file[to]));
  const steps = program.steps.map((step) => stepOf(step, file));
  const stores = outputs.map((output, at): Action => {
    const register = file[program.outputs[at]];
    return (start, n) => store(output, start, register, n);
  });
  inBlocks([...loads, ...steps, ...stores], sizeOf(shape));
}
