import { broadcast, collapse } from "../../layout.js";
import type { Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { eachRun } from "../../strided.js";
import type { Value, Values } from "../backend.js";
import { blocks } from "./primitives.js";

/** Elements that go through a whole program before the next ones: few enough that the registers stay in cache. */
const blockLength = 256;

const registers: Float64Array[] = [];

function registerFile(count: number): readonly Float64Array[] {
  while (registers.length < count) registers.push(new Float64Array(blockLength));
  return registers;
}

/** `n` elements, `step` apart, to a register. Not one function with `store`: each sees one kind of array, and is fast. */
function load(register: Float64Array, to: number, values: Values, from: number, step: number, n: number): void {
  if (step === 1) for (let i = 0; i < n; i++) register[to + i] = values[from + i];
  else if (step === 0) register.fill(values[from], to, to + n);
  else for (let i = 0; i < n; i++) register[to + i] = values[from + i * step];
}

/** The first `n` elements of a register to an output, rounded. */
function store(output: Values, to: number, register: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) output[to + i] = register[i];
}

/** Puts elements `start` to `start + n` of an input in a register. */
type Load = (register: Float64Array, start: number, n: number) => void;

function loader({ storage: { values }, layout }: Value, shape: Shape): Load {
  const spread = collapse(broadcast(layout, shape));
  if (spread.strides.every((stride) => stride === 0)) return (register) => register.fill(values[layout.offset]);
  if (spread.shape.length === 1) {
    const [step] = spread.strides;
    return (register, start, n) => load(register, 0, values, layout.offset + start * step, step, n);
  }
  return (register, start, n) =>
    eachRun(spread, start, n, (at, step, length, index) => load(register, index - start, values, at, step, length));
}

/** Runs a program at every element, in double precision, and rounds the outputs once. */
export function mapElements(
  program: Program,
  inputs: readonly Value[],
  shape: Shape,
  outputs: readonly (Float32Array | Float64Array)[],
): void {
  const size = sizeOf(shape);
  const file = registerFile(program.registers);
  const loads = program.loads.map(({ input, to }) => ({ fill: loader(inputs[input], shape), register: file[to] }));
  for (const { value, to } of program.literals) file[to].fill(value);
  const steps = program.steps.map(({ kind, from: [a, b, c], to }) => ({
    run: blocks[kind],
    out: file[to],
    a: file[a],
    b: file[b ?? a],
    c: file[c ?? a],
  }));
  for (let start = 0; start < size; start += blockLength) {
    const n = Math.min(blockLength, size - start);
    for (const { fill, register } of loads) fill(register, start, n);
    for (const { run, out, a, b, c } of steps) run(n, out, a, b, c);
    for (let at = 0; at < outputs.length; at++) store(outputs[at], start, file[program.outputs[at]], n);
  }
}
