import { broadcast, isContiguous } from "../../layout.js";
import type { Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { gathered } from "../../strided.js";
import type { Value, Values } from "../backend.js";
import { blocks } from "./primitives.js";

/** Elements that go through a whole program before the next ones: few enough that the registers stay in cache. */
const blockLength = 256;

const registers: Float64Array[] = [];

function registerFile(count: number): readonly Float64Array[] {
  while (registers.length < count) registers.push(new Float64Array(blockLength));
  return registers;
}

/** `n` elements from one array to another. A function of its own, so that it is compiled on its own. */
function copyElements(to: Values, toStart: number, from: Values, fromStart: number, n: number): void {
  for (let i = 0; i < n; i++) to[toStart + i] = from[fromStart + i];
}

/** Puts elements `start` to `start + n` of an input in a register. */
type Load = (register: Float64Array, start: number, n: number) => void;

function loader({ storage, layout }: Value, shape: Shape): Load {
  if (layout.strides.every((stride, axis) => stride === 0 || layout.shape[axis] === 1)) {
    const value = storage.values[layout.offset];
    return (register) => {
      register.fill(value);
    };
  }
  const spread = broadcast(layout, shape);
  const direct = isContiguous(spread);
  const values = direct ? storage.values : gathered({ storage, layout: spread });
  const offset = direct ? layout.offset : 0;
  return (register, start, n) => {
    copyElements(register, 0, values, offset + start, n);
  };
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
  const loads = program.loads.map(({ input, to }) => ({ load: loader(inputs[input], shape), register: file[to] }));
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
    for (const { load, register } of loads) load(register, start, n);
    for (const { run, out, a, b, c } of steps) run(n, out, a, b, c);
    for (let at = 0; at < outputs.length; at++) {
      copyElements(outputs[at], start, file[program.outputs[at]], 0, n);
    }
  }
}
