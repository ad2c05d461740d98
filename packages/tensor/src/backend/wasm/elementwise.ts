import { broadcast, contiguous } from "../../layout.js";
import type { Program } from "../../program.js";
import { type Shape, sizeOf } from "../../shape.js";
import { type Code, f32x4, i32, loopWhile, v128, when } from "./assembler.js";
import { copyElements } from "./copy.js";
import { emitProgram } from "./emit.js";
import { storeLanes } from "./lanes.js";
import { commonLoops, type Loops } from "./loops.js";
import type { Kernel, Machine } from "./machine.js";
import type { ModuleBuilder } from "./module.js";
import type { Placed } from "./placed.js";
import { holdConstants, type Target } from "./target.js";

/** How an input is read along a row: one element behind the other, or the same one throughout. */
type Reading = "vector" | "splat";

/** Elements of one step that a chunk is worth: some tens of microseconds. */
const workOfChunk = 2 ** 17;
/** Bytes of arguments before those of the inputs, in words: rows, columns, rows a block, columns a piece, pieces a row. */
const headWords = 5;

const wordsOf = (position: number): number => 4 * (headWords + 2 * position);

/** Arguments: the head; address and row stride in bytes of each input; address of each output. */
function build(
  target: Target,
  builder: ModuleBuilder,
  program: Program,
  readings: readonly (Reading | "integers")[],
): void {
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

const kernels = new WeakMap<Machine, WeakMap<Program, Map<number, Kernel>>>();

function kernelOf(machine: Machine, program: Program, loops: Loops, inputs: readonly Placed[]): Kernel {
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
  let pattern = 0;
  for (let at = 0; at < inputs.length; at++)
    pattern = 3 * pattern + (inputs[at].dtype === "int32" ? 2 : loops.columnStrides[at]);
  let kernel = ofProgram.get(pattern);
  if (!kernel) {
    const readings = inputs.map(({ dtype }, at) =>
      dtype === "int32" ? "integers" : loops.columnStrides[at] === 1 ? "vector" : "splat",
    );
    kernel = machine.kernel(`map ${program.key} ${readings}`, (target, builder) =>
      build(target, builder, program, readings),
    );
    ofProgram.set(pattern, kernel);
  }
  return kernel;
}

/** A block with the elements of an input one behind the other, in the order of `shape`. */
function spreadOut(machine: Machine, { address, dtype, layout }: Placed, shape: Shape): Placed {
  const copy = { address: machine.memory.allocate(4 * sizeOf(shape)), dtype, layout: contiguous(shape) };
  copyElements(machine, copy, { address, dtype, layout: broadcast(layout, shape) });
  return copy;
}

/** Runs a program over loops whose inputs are read along rows one behind the other, or are the same throughout. */
function run(
  machine: Machine,
  program: Program,
  inputs: readonly Placed[],
  loops: Loops,
  outputs: readonly number[],
): void {
  const kernel = kernelOf(machine, program, loops, inputs);
  const { rows, columns, outer } = loops;
  const perChunk = Math.max(1024, 4 * Math.ceil(workOfChunk / (program.steps.length + 4) / 4));
  const pieceColumns = Math.min(columns, perChunk);
  const pieces = Math.ceil(columns / pieceColumns);
  const blockRows = Math.max(1, Math.floor(perChunk / pieceColumns));
  const words = [rows, columns, blockRows, pieceColumns, pieces];
  const chunks = Math.ceil(rows / blockRows) * pieces;
  const count = sizeOf(outer);
  for (let index = 0; index < count; index++) {
    const starts = loops.startsOf(index);
    for (let at = 0; at < inputs.length; at++) {
      words[headWords + 2 * at] = inputs[at].address + 4 * starts[at];
      words[headWords + 2 * at + 1] = 4 * loops.rowStrides[at];
    }
    for (let at = 0; at < outputs.length; at++)
      words[headWords + 2 * inputs.length + at] = outputs[at] + 4 * index * rows * columns;
    machine.launch(kernel, words, chunks);
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
  if (size === 0) return;
  const loops = commonLoops(inputs, shape);
  const isReadable = ({ dtype }: Placed, at: number): boolean =>
    loops.columnStrides[at] === 1 || (loops.columnStrides[at] === 0 && dtype === "float32");
  if (inputs.every(isReadable)) {
    run(machine, program, inputs, loops, outputs);
    return;
  }
  const copied: Placed[] = [];
  const readable = inputs.map((input, at) => {
    if (isReadable(input, at)) return input;
    const copy = spreadOut(machine, input, shape);
    copied.push(copy);
    return copy;
  });
  run(machine, program, readable, commonLoops(readable, shape), outputs);
  for (const { address } of copied) machine.memory.free(address, 4 * size);
}
