import { broadcast, contiguous } from "../../layout.js";
import type { Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import type { Storage } from "../storage.js";
import { copyElements } from "./copy.js";
import { buildElementwise, headWords, type Reading } from "./elementwise-kernel.js";
import { commonLoops, flatStride, type Loops, startOf } from "./loops.js";
import { type Kernel, type Machine, mostArguments } from "./machine.js";
import type { Placed } from "./placed.js";

/** Elements of one step that a chunk is worth: some tens of microseconds. */
const workOfChunk = 2 ** 17;

/** The readings of several inputs as one number: its digits, the first input's the highest. */
const digits: readonly Reading[] = ["splat", "vector", "integers"];

/** The digit of an input whose elements along a row are so far apart; -1 where none fits. */
function digitOf({ dtype }: Placed, stride: number): number {
  if (dtype === "int32") return stride === 1 ? 2 : -1;
  return stride === 0 || stride === 1 ? stride : -1;
}

/** What a machine has for a program. */
interface Plan {
  /** By the readings of the inputs. */
  readonly kernels: Map<number, Kernel>;
  /** Elements that are worth a chunk. */
  readonly perChunk: number;
}

/** The plans of a machine. */
export type Plans = WeakMap<Program, Plan>;

function planOf(plans: Plans, program: Program): Plan {
  const known = plans.get(program);
  if (known) return known;
  const perChunk = Math.max(1024, 4 * Math.ceil(workOfChunk / (program.steps.length + 4) / 4));
  const plan = { kernels: new Map(), perChunk };
  plans.set(program, plan);
  return plan;
}

/** @throws RangeError if the formula has more operands and results than a kernel can be given. */
function built(machine: Machine, program: Program, pattern: number, inputs: number): Kernel {
  const results = program.outputs.length;
  if (headWords + 2 * inputs + results > mostArguments)
    throw new RangeError(`elementwise: ${inputs} operands and ${results} results are too many for one formula; split it`);
  const readings = Array.from({ length: inputs }, (_, at) => digits[Math.floor(pattern / 3 ** (inputs - 1 - at)) % 3]);
  return machine.kernel(`map ${program.key} ${readings}`, (target, builder) =>
    buildElementwise(target, builder, program, readings),
  );
}

function kernelOf(machine: Machine, program: Program, { kernels }: Plan, pattern: number, inputs: number): Kernel {
  const known = kernels.get(pattern);
  if (known) return known;
  const kernel = built(machine, program, pattern, inputs);
  kernels.set(pattern, kernel);
  return kernel;
}

/** Sets the arguments that say how rows and columns are cut into chunks; the number of chunks. */
function cut(machine: Machine, { perChunk }: Plan, rows: number, columns: number): number {
  const isOne = columns <= perChunk && rows === 1;
  const pieceColumns = Math.min(columns, perChunk);
  const pieces = isOne ? 1 : Math.ceil(columns / pieceColumns);
  const blockRows = isOne ? 1 : Math.max(1, Math.floor(perChunk / pieceColumns));
  machine.argument(0, rows);
  machine.argument(1, columns);
  machine.argument(2, blockRows);
  machine.argument(3, pieceColumns);
  machine.argument(4, pieces);
  return isOne ? 1 : Math.ceil(rows / blockRows) * pieces;
}

/** Sets the arguments of an input. */
function setInput(machine: Machine, at: number, { address, layout }: Placed, start: number, rowStride: number): void {
  machine.argument(headWords + 2 * at, address + 4 * (layout.offset + start));
  machine.argument(headWords + 2 * at + 1, 4 * rowStride);
}

/**
 * Runs a program at every element of `shape`, to which the inputs broadcast, and writes its outputs in row-major order to
 * blocks of the machine's memory. A value depends on its inputs alone, not on where it stands.
 */
export function mapElements(
  machine: Machine,
  plans: Plans,
  program: Program,
  inputs: readonly Placed[],
  shape: Shape,
  outputs: readonly Storage[],
): void {
  const size = sizeOf(shape);
  if (size === 0) return;
  let pattern = 0;
  for (let at = 0; at < inputs.length; at++) {
    const digit = digitOf(inputs[at], flatStride(inputs[at], shape));
    if (digit < 0) {
      mapRows(machine, plans, program, inputs, shape, outputs);
      return;
    }
    pattern = 3 * pattern + digit;
  }
  // One loop visits all elements.
  const plan = planOf(plans, program);
  const kernel = kernelOf(machine, program, plan, pattern, inputs.length);
  const chunks = cut(machine, plan, 1, size);
  for (let at = 0; at < inputs.length; at++) setInput(machine, at, inputs[at], 0, 0);
  for (let at = 0; at < outputs.length; at++)
    machine.argument(headWords + 2 * inputs.length + at, outputs[at].addressIn(machine.memory));
  machine.start(kernel, chunks);
}

/** The same row by row. An input whose elements along a row are neither one behind the other nor the same is copied. */
function mapRows(
  machine: Machine,
  plans: Plans,
  program: Program,
  inputs: readonly Placed[],
  shape: Shape,
  outputs: readonly Storage[],
): void {
  const asTheyAre = commonLoops(inputs, shape);
  const readable = [...inputs];
  const far = inputs.flatMap((input, at) => (digitOf(input, asTheyAre.columnStrides[at]) >= 0 ? [] : [at]));
  if (far.length === 0) {
    mapReadable(machine, plans, program, inputs, asTheyAre, outputs);
    return;
  }
  const bytes = 4 * sizeOf(shape);
  machine.memory.within(bytes * far.length, (copies) => {
    far.forEach((at, number) => {
      const { address, dtype, layout } = inputs[at];
      readable[at] = { address: copies + bytes * number, dtype, layout: contiguous(shape) };
      copyElements(machine, readable[at], { address, dtype, layout: broadcast(layout, shape) });
    });
    mapReadable(machine, plans, program, readable, commonLoops(readable, shape), outputs);
  });
}

/** The same where all inputs can be read along rows. */
function mapReadable(
  machine: Machine,
  plans: Plans,
  program: Program,
  inputs: readonly Placed[],
  loops: Loops,
  outputs: readonly Storage[],
): void {
  const { rows, columns, outer } = loops;
  const pattern = inputs.reduce((number, input, at) => 3 * number + digitOf(input, loops.columnStrides[at]), 0);
  const plan = planOf(plans, program);
  const kernel = kernelOf(machine, program, plan, pattern, inputs.length);
  const count = sizeOf(outer);
  for (let index = 0; index < count; index++) {
    const chunks = cut(machine, plan, rows, columns);
    inputs.forEach((input, at) => {
      setInput(machine, at, input, startOf(index, loops, at), loops.rowStrides[at]);
    });
    outputs.forEach((output, at) => {
      const address = output.addressIn(machine.memory) + 4 * index * rows * columns;
      machine.argument(headWords + 2 * inputs.length + at, address);
    });
    machine.start(kernel, chunks);
  }
}
