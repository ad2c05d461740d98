import { contiguous, isContiguous } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import { f32, f64, i32, loopWhile, memory } from "./assembler.js";
import { copyElements } from "./copy.js";
import type { Machine } from "./machine.js";
import type { ModuleBuilder } from "./module.js";
import type { Placed } from "./placed.js";
import type { Target } from "./target.js";

/** Words that a chunk moves. */
const workOfChunk = 2 ** 15;

/** Arguments: moves of all blocks, moves a block, words a row, moves a chunk; source, rows of a block; positions; result. */
function buildGather(_: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const [move, end, from, to, words, left, count, positions, source, rows] = variables.list("i32", 10);
    return [
      count.set(i32.load(args, 4)),
      words.set(i32.load(args, 8)),
      source.set(i32.load(args, 16)),
      rows.set(i32.load(args, 20)),
      positions.set(i32.load(args, 24)),
      move.set(i32.mul(chunk, i32.load(args, 12))),
      end.set(i32.minU(i32.add(move, i32.load(args, 12)), i32.load(args))),
      to.set(i32.add(i32.load(args, 28), i32.shl(i32.mul(move, words), 2))),
      loopWhile(i32.ltU(move, end), [
        from.set(
          i32.add(
            i32.mul(i32.divU(move, count), rows),
            i32.load(i32.add(positions, i32.shl(i32.remU(move, count), 2))),
          ),
        ),
        from.set(i32.add(source, i32.shl(i32.mul(from, words), 2))),
        left.set(words),
        // Short rows word by word: a copy of memory costs a call.
        loopWhile(i32.and(i32.ne(left, 0), i32.ltU(words, 16)), [
          i32.store(to, i32.load(from)),
          to.increase(4),
          from.increase(4),
          left.increase(-1),
        ]),
        loopWhile(left, [memory.copy(to, from, i32.shl(left, 2)), to.increase(i32.shl(left, 2)), left.set(0)]),
        move.increase(1),
      ]),
    ];
  });
}

/** Arguments: blocks, moves a block, words a row, rows of a target's block; source; positions; doubles; result. */
function buildScatter(_: Target, builder: ModuleBuilder, integers: boolean): void {
  builder.kernel((variables, args) => {
    const [block, move, from, to, left, target, size] = variables.list("i32", 7);
    const [moves, words, rows] = [i32.load(args, 4), i32.load(args, 8), i32.load(args, 12)];
    return [
      size.set(i32.mul(rows, words)),
      block.set(0),
      from.set(i32.load(args, 16)),
      target.set(i32.load(args, 28)),
      loopWhile(i32.ltU(block, i32.load(args)), [
        memory.fill(i32.load(args, 24), 0, i32.shl(size, 3)),
        move.set(0),
        loopWhile(i32.ltU(move, moves), [
          to.set(i32.load(i32.add(i32.load(args, 20), i32.shl(move, 2)))),
          to.set(i32.add(i32.load(args, 24), i32.shl(i32.mul(to, words), 3))),
          left.set(words),
          loopWhile(left, [
            f64.store(to, f64.add(f64.load(to), integers ? f64.fromI32(i32.load(from)) : f64.fromF32(f32.load(from)))),
            to.increase(8),
            from.increase(4),
            left.increase(-1),
          ]),
          move.increase(1),
        ]),
        to.set(i32.load(args, 24)),
        left.set(size),
        loopWhile(left, [
          f32.store(target, f32.fromF64(f64.load(to))),
          target.increase(4),
          to.increase(8),
          left.increase(-1),
        ]),
        block.increase(1),
      ]),
    ];
  });
}

/** Runs `fn` with the values one behind the other, in a copy where they are not. */
function inOrder(machine: Machine, value: Placed, fn: (address: number) => void): void {
  const { address, dtype, layout } = value;
  if (isContiguous(layout)) {
    fn(address + 4 * layout.offset);
    return;
  }
  machine.memory.within(4 * sizeOf(layout.shape), (copy) => {
    copyElements(machine, { address: copy, dtype, layout: contiguous(layout.shape) }, value);
    fn(copy);
  });
}

const around = (shape: readonly number[], axis: number): readonly [outer: number, inner: number] => [
  sizeOf(shape.slice(0, axis)),
  sizeOf(shape.slice(axis + 1)),
];

/** Row `positions[i]` of `axis` to row `i` of the result. */
export function gather(machine: Machine, input: Placed, positions: Placed, axis: number, output: number): void {
  const { shape } = input.layout;
  const [outer, inner] = around(shape, axis);
  const count = sizeOf(positions.layout.shape);
  if (outer * inner * count === 0) return;
  const perChunk = Math.max(1, Math.floor(workOfChunk / inner));
  inOrder(machine, input, (source) =>
    inOrder(machine, positions, (indices) => {
      const words = [outer * count, count, inner, perChunk, source, shape[axis], indices, output];
      machine.launch(machine.kernel("gather", buildGather), words, Math.ceil((outer * count) / perChunk));
    }),
  );
}

/** Adds row `i` of `axis` to row `positions[i]` of a result of `length` rows, in order and in double precision. */
export function scatterAdd(
  machine: Machine,
  input: Placed,
  positions: Placed,
  axis: number,
  length: number,
  output: number,
): void {
  const { shape } = input.layout;
  const [outer, inner] = around(shape, axis);
  if (outer * inner * length === 0) return;
  const integers = input.dtype === "int32";
  const kernel = machine.kernel(`scatterAdd ${integers}`, (target, builder) => buildScatter(target, builder, integers));
  machine.memory.within(8 * length * inner, (doubles) =>
    inOrder(machine, input, (source) =>
      inOrder(machine, positions, (indices) => {
        machine.launch(kernel, [outer, shape[axis], inner, length, source, indices, doubles, output]);
      }),
    ),
  );
}
