import type { LinearKernels, Value } from "../backend.js";
import type { Storage } from "../storage.js";
import { type Code, f32x4, i32, type Local, loopWhile, v128, when } from "./assembler.js";
import type { Machine } from "./machine.js";
import type { ModuleBuilder, Variables } from "./module.js";
import { madd, type Target } from "./target.js";

/** Rows that are worth a hand-over to another thread. */
const rowsOf = (columns: number): number => Math.max(1, Math.ceil(40_000 / (columns * columns)));

/** The words of arguments: rows and columns of two matrices and where the result goes. */
interface Arguments {
  readonly load: Code;
  readonly row: Local;
  readonly end: Local;
  readonly columns: Local;
}

function rowsOfChunk(variables: Variables, args: Local, chunk: Local): Arguments {
  const [row, end, columns] = variables.list("i32", 3);
  return {
    load: [
      row.set(i32.mul(chunk, i32.load(args, 4))),
      end.set(i32.minU(i32.add(row, i32.load(args, 4)), i32.load(args))),
      columns.set(i32.load(args, 8)),
    ],
    row,
    end,
    columns,
  };
}

/** The address of a row of so many words each. */
const rowAt = (start: Code, row: Local, words: Code): Code => i32.add(start, i32.shl(i32.mul(row, words), 2));

/** Stores the lowest `count` (0 to 3) lanes. */
const storeSome = (address: Local, vector: Local, count: Local): Code => [
  when(i32.and(count, 2), v128.store64Lane(address, vector, 0)),
  when(
    i32.and(count, 1),
    when(i32.and(count, 2), v128.store32Lane(address, vector, 2, 8), v128.store32Lane(address, vector, 0)),
  ),
];

const pairWords = (columns: Local): Code => i32.shrU(i32.mul(columns, i32.add(columns, 1)), 1);

/** Arguments: rows, rows a chunk, columns, x, result. */
function buildPairs(_: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const { load, row, end, columns } = rowsOfChunk(variables, args, chunk);
    const [left, right, to, rowEnd, remaining] = variables.list("i32", 5);
    const [factor, product] = variables.list("v128", 2);
    return [
      load,
      to.set(rowAt(i32.load(args, 16), row, pairWords(columns))),
      loopWhile(i32.ltU(row, end), [
        left.set(rowAt(i32.load(args, 12), row, columns)),
        rowEnd.set(i32.add(left, i32.shl(columns, 2))),
        loopWhile(i32.ltU(left, rowEnd), [
          factor.set(v128.load32Splat(left)),
          right.set(left),
          remaining.set(i32.shrU(i32.sub(rowEnd, left), 2)),
          loopWhile(i32.geU(remaining, 4), [
            v128.store(to, f32x4.mul(factor, v128.load(right))),
            right.increase(16),
            to.increase(16),
            remaining.increase(-4),
          ]),
          product.set(f32x4.mul(factor, v128.load(right))),
          storeSome(to, product, remaining),
          to.increase(i32.shl(remaining, 2)),
          left.increase(4),
        ]),
        row.increase(1),
      ]),
    ];
  });
}

/** Arguments: rows, rows a chunk, columns, x, gradient, result, table of lane masks, scratch, scratch of each thread. */
function buildGradient(target: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk, thread) => {
    const { load, row, end, columns } = rowsOfChunk(variables, args, chunk);
    const [x, gradient, sums, left, right, sum, rowEnd, remaining, to] = variables.list("i32", 9);
    const [factor, part, dot, mask] = variables.list("v128", 4);
    // Both shares of a pair at once: to the left column by a product over the row, to the right ones by an update.
    const both = (g: Code): Code => [
      part.set(g),
      dot.set(madd(target, part, v128.load(right), dot)),
      v128.store(sum, madd(target, part, factor, v128.load(sum))),
    ];
    const half = (vector: Code): Code =>
      f32x4.add(vector, v128.shuffle(vector, vector, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]));
    return [
      load,
      sums.set(i32.add(i32.load(args, 28), i32.mul(thread, i32.load(args, 32)))),
      gradient.set(rowAt(i32.load(args, 16), row, pairWords(columns))),
      loopWhile(i32.ltU(row, end), [
        x.set(rowAt(i32.load(args, 12), row, columns)),
        rowEnd.set(i32.add(x, i32.shl(columns, 2))),
        sum.set(sums),
        remaining.set(0),
        loopWhile(i32.ltU(remaining, i32.add(columns, 4)), [
          v128.store(sum, target.constant(0)),
          sum.increase(16),
          remaining.increase(4),
        ]),
        left.set(x),
        loopWhile(i32.ltU(left, rowEnd), [
          factor.set(v128.load32Splat(left)),
          dot.set(target.constant(0)),
          right.set(left),
          sum.set(i32.add(sums, i32.sub(left, x))),
          remaining.set(i32.shrU(i32.sub(rowEnd, left), 2)),
          loopWhile(i32.geU(remaining, 4), [
            both(v128.load(gradient)),
            right.increase(16),
            sum.increase(16),
            gradient.increase(16),
            remaining.increase(-4),
          ]),
          when(remaining, [
            mask.set(v128.load(i32.add(i32.load(args, 24), i32.shl(remaining, 4)))),
            // What stands behind the row may be anything, NaN too: it is blanked out on both sides.
            part.set(v128.and(v128.load(gradient), mask)),
            dot.set(madd(target, part, v128.and(v128.load(right), mask), dot)),
            v128.store(sum, madd(target, part, factor, v128.load(sum))),
            gradient.increase(i32.shl(remaining, 2)),
          ]),
          dot.set(half(dot)),
          sum.set(i32.add(sums, i32.sub(left, x))),
          v128.store32Lane(
            sum,
            f32x4.add(
              v128.load(sum),
              f32x4.add(dot, v128.shuffle(dot, dot, [4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3])),
            ),
            0,
          ),
          left.increase(4),
        ]),
        to.set(rowAt(i32.load(args, 20), row, columns)),
        sum.set(sums),
        remaining.set(columns),
        loopWhile(i32.geU(remaining, 4), [
          v128.store(to, v128.load(sum)),
          to.increase(16),
          sum.increase(16),
          remaining.increase(-4),
        ]),
        part.set(v128.load(sum)),
        storeSome(to, part, remaining),
        row.increase(1),
      ]),
    ];
  });
}

const masks = new WeakMap<Machine, number>();

/** The address of lane masks: entry `i` has the lowest `i` lanes set. */
function laneMasks(machine: Machine): number {
  const known = masks.get(machine);
  if (known !== undefined) return known;
  const address = machine.memory.allocate(64);
  machine.memory.i32.set([0, 0, 0, 0, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0], address / 4);
  masks.set(machine, address);
  return address;
}

/** `pairs` of a matrix. */
export function pairs({ machine, block, inOrder }: LinearKernels, x: Value): Storage {
  const [rows, columns] = x.layout.shape;
  const from = inOrder(x);
  const output = block((rows * columns * (columns + 1)) / 2);
  if (rows * columns === 0) return output;
  const perChunk = rowsOf(columns);
  const words = [rows, perChunk, columns, from, output.addressIn(machine.memory)];
  machine.launch(machine.kernel("pairs", buildPairs), words, Math.ceil(rows / perChunk));
  return output;
}

/** The derivative of `pairs`. */
export function pairsGradient({ machine, block, inOrder }: LinearKernels, x: Value, gradient: Value): Storage {
  const [rows, columns] = x.layout.shape;
  const [from, received] = [inOrder(x), inOrder(gradient)];
  const output = block(rows * columns);
  if (rows * columns === 0) return output;
  const perChunk = rowsOf(columns);
  const { address, stride } = machine.scratch(4 * (columns + 8));
  const to = output.addressIn(machine.memory);
  const words = [rows, perChunk, columns, from, received, to, laneMasks(machine), address, stride];
  machine.launch(machine.kernel("pairs.vjp", buildGradient), words, Math.ceil(rows / perChunk));
  return output;
}
