import { sizeOf } from "../../shape.js";
import { i32, loopWhile, memory, v128 } from "./assembler.js";
import { commonLoops, startOf } from "./loops.js";
import type { Machine } from "./machine.js";
import type { ModuleBuilder } from "./module.js";
import type { Placed } from "./placed.js";
import type { Target } from "./target.js";
import { storeTransposed } from "./transpose.js";

/** Words of rows that a chunk copies. */
const wordsOfChunk = 2 ** 16;

/** Arguments: rows, words a row, rows a chunk; address and row stride in bytes of target and source. */
function buildRows(_: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const [row, end, to, from, bytes] = variables.list("i32", 5);
    return [
      row.set(i32.mul(chunk, i32.load(args, 8))),
      end.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      bytes.set(i32.shl(i32.load(args, 4), 2)),
      to.set(i32.add(i32.load(args, 12), i32.mul(row, i32.load(args, 16)))),
      from.set(i32.add(i32.load(args, 20), i32.mul(row, i32.load(args, 24)))),
      loopWhile(i32.ltU(row, end), [
        memory.copy(to, from, bytes),
        to.increase(i32.load(args, 16)),
        from.increase(i32.load(args, 24)),
        row.increase(1),
      ]),
    ];
  });
}

/** Arguments: rows, columns, rows a chunk; address, row stride and column stride in bytes of target and source. */
function buildStrided(_: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const [row, end, left, to, from, toRow, fromRow, toStep, fromStep] = variables.list("i32", 9);
    return [
      row.set(i32.mul(chunk, i32.load(args, 8))),
      end.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      toRow.set(i32.add(i32.load(args, 12), i32.mul(row, i32.load(args, 16)))),
      fromRow.set(i32.add(i32.load(args, 24), i32.mul(row, i32.load(args, 28)))),
      toStep.set(i32.load(args, 20)),
      fromStep.set(i32.load(args, 32)),
      loopWhile(i32.ltU(row, end), [
        to.set(toRow),
        from.set(fromRow),
        left.set(i32.load(args, 4)),
        loopWhile(left, [
          i32.store(to, i32.load(from)),
          to.increase(toStep),
          from.increase(fromStep),
          left.increase(-1),
        ]),
        toRow.increase(i32.load(args, 16)),
        fromRow.increase(i32.load(args, 28)),
        row.increase(1),
      ]),
    ];
  });
}

/** Arguments as those of `buildStrided`; the source steps by rows where the target steps by columns. Blocks of 4 x 4. */
function buildTransposed(_: Target, builder: ModuleBuilder): void {
  builder.kernel((variables, args, chunk) => {
    const [row, end, left, to, from, toRow, fromRow, toStep, fromStep] = variables.list("i32", 9);
    const lines = variables.list("v128", 4);
    const at = (start: typeof to, step: typeof to, times: number) => i32.add(start, i32.mul(step, times));
    return [
      row.set(i32.mul(chunk, i32.load(args, 8))),
      end.set(i32.minU(i32.add(row, i32.load(args, 8)), i32.load(args))),
      toStep.set(i32.load(args, 16)),
      fromStep.set(i32.load(args, 32)),
      toRow.set(i32.add(i32.load(args, 12), i32.mul(row, toStep))),
      fromRow.set(i32.add(i32.load(args, 24), i32.shl(row, 2))),
      loopWhile(i32.ltU(row, end), [
        to.set(toRow),
        from.set(fromRow),
        left.set(i32.load(args, 4)),
        loopWhile(left, [
          lines.map((line, index) => line.set(v128.load(at(from, fromStep, index)))),
          storeTransposed(variables, lines, to, toStep),
          to.increase(16),
          from.increase(i32.shl(fromStep, 2)),
          left.increase(-4),
        ]),
        toRow.increase(i32.shl(toStep, 2)),
        fromRow.increase(16),
        row.increase(4),
      ]),
    ];
  });
}

/** Writes the elements of `source` to the places of `target`, of the same shape; they must not share memory. */
export function copyElements(machine: Machine, target: Placed, source: Placed): void {
  const { shape } = target.layout;
  if (sizeOf(shape) === 0) return;
  const loops = commonLoops([target, source], shape);
  const { rows, columns, rowStrides, columnStrides, outer } = loops;
  const count = sizeOf(outer);
  for (let index = 0; index < count; index++) {
    copyMatrix(machine, rows, columns, {
      to: target.address + 4 * (target.layout.offset + startOf(index, loops, 0)),
      from: source.address + 4 * (source.layout.offset + startOf(index, loops, 1)),
      rowStrides: rowStrides.map((stride) => 4 * stride),
      columnStrides: columnStrides.map((stride) => 4 * stride),
    });
  }
}

interface MatrixCopy {
  readonly to: number;
  readonly from: number;
  /** In bytes, of target and source. */
  readonly rowStrides: readonly number[];
  readonly columnStrides: readonly number[];
}

function copyMatrix(machine: Machine, rows: number, columns: number, copy: MatrixCopy): void {
  const { to, from } = copy;
  const [toRow, fromRow] = copy.rowStrides;
  const [toStep, fromStep] = copy.columnStrides;
  if (toStep === 4 && fromStep === 4) {
    // One long row is cut into several.
    const isCut = rows === 1 && columns > wordsOfChunk;
    const [lines, width] = isCut ? [Math.floor(columns / wordsOfChunk), wordsOfChunk] : [rows, columns];
    const [toLine, fromLine] = isCut ? [4 * width, 4 * width] : [toRow, fromRow];
    const perChunk = Math.max(1, Math.floor(wordsOfChunk / width));
    const kernel = machine.kernel("copy rows", buildRows);
    machine.launch(kernel, [lines, width, perChunk, to, toLine, from, fromLine], Math.ceil(lines / perChunk));
    const done = isCut ? lines * width : columns;
    if (done < columns) machine.launch(kernel, [1, columns - done, 1, to + 4 * done, 0, from + 4 * done, 0]);
    return;
  }
  const blocks = toStep === 4 && fromRow === 4 ? [rows - (rows % 4), columns - (columns % 4)] : [0, 0];
  const [blockRows, blockColumns] = blocks[0] > 0 && blocks[1] > 0 ? blocks : [0, 0];
  if (blockRows > 0) {
    const perChunk = Math.max(4, 4 * Math.floor(wordsOfChunk / 8 / blockColumns));
    const kernel = machine.kernel("copy transposed", buildTransposed);
    const words = [blockRows, blockColumns, perChunk, to, toRow, toStep, from, fromRow, fromStep];
    machine.launch(kernel, words, Math.ceil(blockRows / perChunk));
  }
  const rest = (row: number, column: number, height: number, width: number): void => {
    if (height === 0 || width === 0) return;
    const perChunk = Math.max(1, Math.floor(wordsOfChunk / 4 / width));
    const [toPart, fromPart] = [to + row * toRow + column * toStep, from + row * fromRow + column * fromStep];
    const words = [height, width, perChunk, toPart, toRow, toStep, fromPart, fromRow, fromStep];
    machine.launch(machine.kernel("copy strided", buildStrided), words, Math.ceil(height / perChunk));
  };
  rest(0, blockColumns, blockRows, columns - blockColumns);
  rest(blockRows, 0, rows - blockRows, columns);
}
