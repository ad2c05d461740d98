import { contiguous, type Layout, select } from "../../../layout.js";
import { sizeOf } from "../../../shape.js";
import { i32, loopWhile, v128 } from "../assembler.js";
import { copyElements } from "../copy.js";
import type { Machine } from "../machine.js";
import type { Callable, ModuleBuilder } from "../module.js";
import type { Placed } from "../placed.js";
import { reduceAxes } from "../reduce.js";
import type { Target } from "../target.js";
import { emitPack, paddedColumns } from "./pack.js";
import { depth, edgeBytes, emitProduct, packed } from "./product.js";

/** Multiply-adds that are worth a hand-over to another thread. */
const workOfChunk = 300_000;
/** Rows of A and columns of B that stay in the second cache together, `depth` deep. */
const mostRows = 120;
const mostColumns = 480;
const fewestColumns = 96;
/** A product of at most so many rows is cut along a long k. */
const fewRows = 240;
/** Rows of k at a time where B is read as it is: more of them would drive each other from the first cache. */
const pieceDepth = 128;
/** Bytes between columns of A. */
const farApart = 1024;
/** Below so many rows of A packing B is not worth its while. */
const rowsWorthPacking = 24;

/** A matrix in linear memory: its start and its strides in bytes. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
}

/** Copies `deep` runs of `count` floats, `step` bytes apart, to runs `toStep` bytes apart. */
function emitGather(builder: ModuleBuilder): Callable {
  return builder.func(
    ["i32", "i32", "i32", "i32", "i32", "i32"],
    [],
    (variables, from, step, count, deep, to, toStep) => {
      const at = variables.i32();
      return loopWhile(deep, [
        at.set(0),
        loopWhile(i32.ltU(at, i32.shl(count, 2)), [
          v128.store(i32.add(to, at), v128.load(i32.add(from, at))),
          at.increase(16),
        ]),
        from.increase(step),
        to.increase(toStep),
        deep.increase(-1),
      ]);
    },
  );
}

/** Arguments: b, its strides, k, n, columns a block, blocks, where to, packed bytes a row of k. A chunk: `depth` rows of a block. */
function buildPack(target: Target, builder: ModuleBuilder): void {
  const pack = emitPack(target, builder);
  builder.kernel((variables, args, chunk) => {
    const [first, rows, column, columns, from, to] = variables.list("i32", 6);
    const word = (index: number) => i32.load(args, 4 * index);
    return [
      first.set(i32.mul(i32.divU(chunk, word(6)), depth)),
      rows.set(i32.minU(i32.sub(word(3), first), depth)),
      column.set(i32.mul(i32.remU(chunk, word(6)), word(5))),
      columns.set(i32.minU(i32.sub(word(4), column), word(5))),
      from.set(i32.add(word(0), i32.add(i32.mul(first, word(1)), i32.mul(column, word(2))))),
      to.set(i32.add(word(7), i32.add(i32.mul(first, word(8)), i32.shl(i32.mul(column, rows), 2)))),
      to.set(pack(from, word(1), word(2), rows, columns, to)),
    ];
  });
}

/**
 * Arguments: a and its strides; packed b and bytes of its rows, or b and its row stride; c and its row stride; m, n, k;
 * rows and columns of a block, blocks a row of blocks; scratch and its stride by thread. A chunk is a block of C.
 */
function buildBlocks(target: Target, builder: ModuleBuilder, isPacked: boolean, gathersA: boolean): void {
  const product = emitProduct(target, builder);
  const gather = emitGather(builder);
  builder.kernel((variables, args, chunk, thread) => {
    const [row, column, rows, columns, from, a, b, c, deep, accumulate, scratch] = variables.list("i32", 11);
    const block = i32.add(a, i32.mul(from, i32.load(args, 8)));
    const gathered = i32.add(scratch, edgeBytes);
    const word = (index: number) => i32.load(args, 4 * index);
    return [
      row.set(i32.mul(i32.divU(chunk, word(12)), word(10))),
      column.set(i32.mul(i32.remU(chunk, word(12)), word(11))),
      rows.set(i32.minU(i32.sub(word(7), row), word(10))),
      columns.set(i32.minU(i32.sub(word(8), column), word(11))),
      a.set(i32.add(word(0), i32.mul(row, word(1)))),
      c.set(i32.add(i32.add(word(5), i32.mul(row, word(6))), i32.shl(column, 2))),
      scratch.set(i32.add(word(13), i32.mul(thread, word(14)))),
      from.set(0),
      accumulate.set(0),
      loopWhile(i32.ltU(from, word(9)), [
        deep.set(i32.minU(i32.sub(word(9), from), depth)),
        b.set(i32.add(word(3), i32.mul(from, word(4)))),
        b.increase(isPacked ? i32.mul(i32.shl(column, 2), deep) : i32.shl(column, 2)),
        gathersA ? gather(block, word(2), rows, deep, gathered, 4 * mostRows) : [],
        product(
          gathersA ? gathered : block,
          word(1),
          gathersA ? 4 * mostRows : word(2),
          b,
          isPacked ? packed : word(4),
          c,
          word(6),
          rows,
          columns,
          deep,
          accumulate,
          scratch,
        ),
        accumulate.set(1),
        from.increase(depth),
      ]),
    ];
  });
}

/**
 * Arguments: a and its strides; b and its row stride; partial results; m, n, k, rows of k a piece; scratch and its stride
 * by thread. A chunk is a piece of k, whose product goes to a partial result of its own.
 */
function buildPieces(target: Target, builder: ModuleBuilder): void {
  const product = emitProduct(target, builder);
  builder.kernel((variables, args, chunk, thread) => {
    const [from, end, deep, accumulate, c] = variables.list("i32", 5);
    const word = (index: number) => i32.load(args, 4 * index);
    const rowBytes = i32.shl(word(7), 2);
    return [
      from.set(i32.mul(chunk, word(9))),
      end.set(i32.minU(i32.add(from, word(9)), word(8))),
      c.set(i32.add(word(5), i32.mul(chunk, i32.mul(word(6), rowBytes)))),
      accumulate.set(0),
      loopWhile(i32.ltU(from, end), [
        deep.set(i32.minU(i32.sub(end, from), pieceDepth)),
        product(
          i32.add(word(0), i32.mul(from, word(2))),
          word(1),
          word(2),
          i32.add(word(3), i32.mul(from, word(4))),
          word(4),
          c,
          rowBytes,
          word(6),
          word(7),
          deep,
          accumulate,
          i32.add(word(10), i32.mul(thread, word(11))),
        ),
        accumulate.set(1),
        from.increase(pieceDepth),
      ]),
    ];
  });
}

/** Rows of k in a piece of a product that is cut along it. */
const pieceOf = (k: number): number => (k < 16_384 ? 2 * depth : 8 * depth);

/** Ceiling of a quotient, in whole steps. */
const roundedUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** Rows and columns of the blocks that a product is cut into: near square ones, and enough of them for all threads. */
function blocksOf(m: number, n: number, k: number): { readonly rows: number; readonly columns: number } {
  const even = roundedUp(m / Math.ceil(m / mostRows), 12);
  const pieces = Math.round((m * k * n) / workOfChunk);
  const rows = pieces < 16 ? Math.min(even, roundedUp(m / Math.max(1, pieces), 12)) : even;
  if (rows * k * n <= 12 * workOfChunk) return { rows, columns: n };
  const wanted = roundedUp((8 * workOfChunk) / (rows * k), 24);
  return { rows, columns: Math.max(fewestColumns, Math.min(mostColumns, wanted)) };
}

/** A packed matrix: panels of its columns, `depth` rows at a time. */
export interface PackedMatrix {
  readonly address: number;
  /** Bytes that a row takes, all panels together. */
  readonly rowBytes: number;
  /** Bytes of all of it, for `free`. */
  readonly bytes: number;
}

/** Packs `b: [k, n]`, one of whose strides is 4, in blocks of so many columns, to a block of memory that the caller frees. */
export function packMatrix(machine: Machine, b: Matrix, k: number, n: number, columns = n): PackedMatrix {
  const blocks = Math.ceil(n / columns);
  const rowBytes = 4 * paddedColumns(n);
  const bytes = k * rowBytes;
  const address = machine.memory.allocate(bytes);
  const words = [b.address, b.row, b.column, k, n, columns, blocks, address, rowBytes];
  machine.launch(machine.kernel("gemm pack", buildPack), words, Math.ceil(k / depth) * blocks);
  return { address, rowBytes, bytes };
}

/** `[m, k] x [k, n]` to row-major `c`. */
function multiplyMatrices(machine: Machine, a: Matrix, b: Matrix, c: number, m: number, n: number, k: number): void {
  // Columns of A that are far apart fall on the same lines of the cache: a block of them is brought together.
  const gathersA = a.row === 4 && a.column >= farApart && n >= 96;
  const scratch = machine.scratch(edgeBytes + (gathersA ? 4 * mostRows * depth : 0));
  const ending = [scratch.address, scratch.stride];
  if (m <= fewRows && n <= mostColumns && k >= 4 * depth && b.column === 4) {
    const piece = pieceOf(k);
    const pieces = Math.ceil(k / piece);
    const bytes = 4 * pieces * m * n;
    const partial = machine.memory.allocate(bytes);
    const words = [a.address, a.row, a.column, b.address, b.row, partial, m, n, k, piece, ...ending];
    machine.launch(machine.kernel("gemm pieces", buildPieces), words, pieces);
    const layout = contiguous([pieces, m * n]);
    reduceAxes(machine, "sum", { address: partial, dtype: "float32", layout }, [0], c);
    machine.memory.free(partial, bytes);
    return;
  }
  const { rows, columns } = blocksOf(m, n, k);
  const blocks = Math.ceil(n / columns);
  const blockWords = [m, n, k, rows, columns, blocks, ...ending];
  const chunks = Math.ceil(m / rows) * blocks;
  if (m < rowsWorthPacking && b.column === 4) {
    const kernel = machine.kernel("gemm unpacked", (target, builder) => buildBlocks(target, builder, false, false));
    machine.launch(kernel, [a.address, a.row, a.column, b.address, b.row, c, 4 * n, ...blockWords], chunks);
    return;
  }
  const { address: panels, rowBytes, bytes } = packMatrix(machine, b, k, n, columns);
  const kernel = machine.kernel(`gemm packed ${gathersA}`, (target, builder) =>
    buildBlocks(target, builder, true, gathersA),
  );
  machine.launch(kernel, [a.address, a.row, a.column, panels, rowBytes, c, 4 * n, ...blockWords], chunks);
  machine.memory.free(panels, bytes);
}

/** The matrices with rows or columns one behind the other, as packing needs them: copied where they have neither. */
function withRows(machine: Machine, value: Placed, fn: (value: Placed) => void): void {
  const { address, dtype, layout } = value;
  const [row, column] = layout.strides.slice(-2);
  const [rows, columns] = layout.shape.slice(-2);
  if (column === 1 || row === 1 || rows === 1 || columns === 1) {
    fn(value);
    return;
  }
  const bytes = 4 * sizeOf(layout.shape);
  const copy: Placed = { address: machine.memory.allocate(bytes), dtype, layout: contiguous(layout.shape) };
  copyElements(machine, copy, { address, dtype, layout });
  fn(copy);
  machine.memory.free(copy.address, bytes);
}

const matrixOf = (address: number, { offset, shape, strides }: Layout): Matrix => ({
  address: address + 4 * offset,
  row: 4 * strides[0],
  // The stride of an axis of length 1 may be anything; packing knows two kinds.
  column: shape[1] === 1 ? 4 : 4 * strides[1],
});

function multiplyBatch(machine: Machine, a: Placed, b: Placed, output: number): void {
  const [m, k] = a.layout.shape.slice(-2);
  const n = b.layout.shape[b.layout.shape.length - 1];
  const multiplyAt = (left: Layout, right: Layout, to: number): number => {
    if (left.shape.length > 2) {
      let next = to;
      for (let index = 0; index < left.shape[0]; index++)
        next = multiplyAt(select(left, 0, index), select(right, 0, index), next);
      return next;
    }
    multiplyMatrices(machine, matrixOf(a.address, left), matrixOf(b.address, right), to, m, n, k);
    return to + 4 * m * n;
  };
  multiplyAt(a.layout, b.layout, output);
}

/** `[..., m, k] x [..., k, n]` to row-major `output`; leading axes equal, strides of any kind. */
export function multiply(machine: Machine, a: Placed, b: Placed, output: number): void {
  const { shape } = a.layout;
  const k = shape[shape.length - 1];
  const results = sizeOf(shape.slice(0, -1)) * b.layout.shape[shape.length - 1];
  if (results === 0) return;
  if (k === 0) {
    machine.memory.f32.fill(0, output / 4, output / 4 + results);
    return;
  }
  withRows(machine, b, (right) => multiplyBatch(machine, a, right, output));
}
