import { broadcast, contiguous } from "../../layout.js";
import type { Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { type Code, f32x4, i32, loopWhile, v128, when } from "./assembler.js";
import { copyElements } from "./copy.js";
import { emitProgram } from "./emit.js";
import { storeLanes } from "./lanes.js";
import { commonLoops, flatStride, type Loops, startOf } from "./loops.js";
import type { Kernel, Machine } from "./machine.js";
import type { ModuleBuilder } from "./module.js";
import type { Placed } from "./placed.js";
import { holdConstants, type Target } from "./target.js";

/** How an input is read along a row: the same element throughout, or one behind the other. */
const readingKinds = ["splat", "vector", "integers"] as const;
type Reading = (typeof readingKinds)[number];

/** Elements of one step that a chunk is worth: some tens of microseconds. */
const workOfChunk = 2 ** 17;
/** Bytes of arguments before those of the inputs, in words: rows, columns, rows a block, columns a piece, pieces a row. */
const headWords = 5;

const wordsOf = (position: number): number => 4 * (headWords + 2 * position);

/** Arguments: the head; address and row stride in bytes of each input; address of each output. */
function build(target: Target, builder: ModuleBuilder, program: Program, readings: readonly Reading[]): void {
  builder.kernel((variables, args, chunk) => {
    const { held, load: loadConstants } = holdConstants(target, variables);
    const [row, rowEnd, left, first, columns] = variables.list("i32", 5);
    const inputs = readings.map(() => variables.i32());
    const splats = readings.map((reading) => (reading === "splat" ? variables.v128() : undefined));
    const outputs = program.outputs.map(() => variables.i32());
    const load = (position: number, offset: number): Code => {
      const splat = splats[position];
      if (splat) return splat;
      const loaded = v128.load(inputs[position], offset);
      return readings[position] === "integers" ? f32x4.fromI32(loaded) : loaded;
    };
    const compute = (offset: number) =>
      emitProgram(
        held,
        variables,
        program,
        readings.map((_, position) => load(position, offset)),
      );
    const store = (offset: number): Code => {
      const { code, outputs: results } = compute(offset);
      return [code, results.map((result, at) => v128.store(outputs[at], result, offset))];
    };
    /** The end of a row, 1 to 3 elements: computed as a whole vector is, stored lane by lane. */
    const lastLanes = (): Code => {
      const { code, outputs: results } = compute(0);
      const vector = variables.v128();
      return [code, results.map((result, at) => [vector.set(result), storeLanes(outputs[at], vector, left)])];
    };
    const advance = (bytes: number): Code => [
      inputs.map((pointer, at) => (splats[at] ? [] : pointer.increase(bytes))),
      outputs.map((pointer) => pointer.increase(bytes)),
    ];
    const pieces = i32.load(args, 16);
    const body = [
      columns.set(i32.load(args, 4)),
      row.set(i32.mul(i32.divU(chunk, pieces), i32.load(args, 8))),
      rowEnd.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      first.set(i32.mul(i32.remU(chunk, pieces), i32.load(args, 12))),
      loopWhile(i32.ltU(row, rowEnd), [
        readings.map((_, at) => {
          const start = i32.add(i32.load(args, wordsOf(at)), i32.mul(row, i32.load(args, wordsOf(at) + 4)));
          const splat = splats[at];
          return splat ? splat.set(v128.load32Splat(start)) : inputs[at].set(i32.add(start, i32.shl(first, 2)));
        }),
        outputs.map((pointer, at) =>
          pointer.set(
            i32.add(
              i32.load(args, wordsOf(readings.length) + 4 * at),
              i32.shl(i32.add(i32.mul(row, columns), first), 2),
            ),
          ),
        ),
        left.set(i32.minU(i32.sub(columns, first), i32.load(args, 12))),
        // Two vectors a turn: what one waits for, the other fills.
        loopWhile(i32.geU(left, 8), [store(0), store(16), advance(32), left.increase(-8)]),
        loopWhile(i32.geU(left, 4), [store(0), advance(16), left.increase(-4)]),
        when(left, lastLanes()),
        row.increase(1),
      ]),
    ];
    return [loadConstants(), body];
  });
}

/** The kernels of a program, by the readings of its inputs. */
const kernels = new WeakMap<Machine, WeakMap<Program, Map<number, Kernel>>>();

function kernelsOf(machine: Machine, program: Program): Map<number, Kernel> {
  let ofMachine = kernels.get(machine);
  if (!ofMachine) {
    ofMachine = new WeakMap();
    kernels.set(machine, ofMachine);
  }
  let ofProgram = ofMachine.get(program);
  if (!ofProgram) {
    ofProgram = new Map();
    ofMachine.set(program, ofProgram);
  }
  return ofProgram;
}

/** The kernel for inputs that are read so: the digits of a number, the first input's the highest (see `readingKinds`). */
function kernelOf(machine: Machine, program: Program, pattern: number, inputs: number): Kernel {
  const known = kernelsOf(machine, program);
  let kernel = known.get(pattern);
  if (!kernel) {
    const read = Array.from(
      { length: inputs },
      (_, at) => readingKinds[Math.floor(pattern / 3 ** (inputs - 1 - at)) % 3],
    );
    kernel = machine.kernel(`map ${program.key} ${read}`, (target, builder) => build(target, builder, program, read));
    known.set(pattern, kernel);
  }
  return kernel;
}

/** The digit of an input whose elements along a row are so far apart; -1 where none fits. */
function readingOf({ dtype }: Placed, stride: number): number {
  if (stride !== 0 && stride !== 1) return -1;
  return dtype === "float32" ? stride : stride === 1 ? 2 : -1;
}

/** A block with the elements of an input one behind the other, in the order of `shape`. */
function spreadOut(machine: Machine, { address, dtype, layout }: Placed, shape: Shape): Placed {
  const copy = { address: machine.memory.allocate(4 * sizeOf(shape)), dtype, layout: contiguous(shape) };
  copyElements(machine, copy, { address, dtype, layout: broadcast(layout, shape) });
  return copy;
}

/** Rows and columns in chunks; the arguments that say so are set. */
function chunksOf(machine: Machine, program: Program, rows: number, columns: number): number {
  const perChunk = Math.max(1024, 4 * Math.ceil(workOfChunk / (program.steps.length + 4) / 4));
  const pieceColumns = Math.min(columns, perChunk);
  const pieces = Math.ceil(columns / pieceColumns);
  const blockRows = Math.max(1, Math.floor(perChunk / pieceColumns));
  machine.argument(0, rows);
  machine.argument(1, columns);
  machine.argument(2, blockRows);
  machine.argument(3, pieceColumns);
  machine.argument(4, pieces);
  return Math.ceil(rows / blockRows) * pieces;
}

/** Runs a program in a single loop, where one will do; whether one does. */
function runFlat(
  machine: Machine,
  program: Program,
  inputs: readonly Placed[],
  size: number,
  shape: Shape,
  outputs: readonly number[],
): boolean {
  let pattern = 0;
  for (const input of inputs) {
    const reading = readingOf(input, flatStride(input, shape));
    if (reading < 0) return false;
    pattern = 3 * pattern + reading;
  }
  const kernel = kernelOf(machine, program, pattern, inputs.length);
  const chunks = chunksOf(machine, program, 1, size);
  let at = headWords;
  for (const { address, layout } of inputs) {
    machine.argument(at++, address + 4 * layout.offset);
    machine.argument(at++, 0);
  }
  for (const output of outputs) machine.argument(at++, output);
  machine.start(kernel, chunks);
  return true;
}

/** Runs a program over loops whose inputs are read along rows one behind the other, or are the same throughout. */
function run(
  machine: Machine,
  program: Program,
  inputs: readonly Placed[],
  loops: Loops,
  outputs: readonly number[],
): void {
  const pattern = inputs.reduce((digits, input, at) => 3 * digits + readingOf(input, loops.columnStrides[at]), 0);
  const kernel = kernelOf(machine, program, pattern, inputs.length);
  const { rows, columns, outer } = loops;
  const count = sizeOf(outer);
  for (let index = 0; index < count; index++) {
    const chunks = chunksOf(machine, program, rows, columns);
    let at = headWords;
    inputs.forEach(({ address, layout }, input) => {
      machine.argument(at++, address + 4 * (layout.offset + startOf(index, loops, input)));
      machine.argument(at++, 4 * loops.rowStrides[input]);
    });
    for (const output of outputs) machine.argument(at++, output + 4 * index * rows * columns);
    machine.start(kernel, chunks);
  }
}

/**
 * Runs a program at every element of `shape`, to which the inputs broadcast, and writes its outputs in row-major order to
 * these addresses. A value depends on its inputs alone, not on where it stands.
 */
export function mapElements(
  machine: Machine,
  program: Program,
  inputs: readonly Placed[],
  shape: Shape,
  outputs: readonly number[],
): void {
  const size = sizeOf(shape);
  if (size > 0 && !runFlat(machine, program, inputs, size, shape, outputs))
    runRows(machine, program, inputs, size, shape, outputs);
}

/** Runs a program row by row; an input that cannot be read so is copied. */
function runRows(
  machine: Machine,
  program: Program,
  inputs: readonly Placed[],
  size: number,
  shape: Shape,
  outputs: readonly number[],
): void {
  const loops = commonLoops(inputs, shape);
  const copied: Placed[] = [];
  const readable = inputs.map((input, at) => {
    if (readingOf(input, loops.columnStrides[at]) >= 0) return input;
    const copy = spreadOut(machine, input, shape);
    copied.push(copy);
    return copy;
  });
  run(machine, program, readable, copied.length > 0 ? commonLoops(readable, shape) : loops, outputs);
  for (const { address } of copied) machine.memory.free(address, 4 * size);
}
