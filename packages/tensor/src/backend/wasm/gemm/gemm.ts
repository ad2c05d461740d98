import { contiguous } from "../../../layout.js";
import { copyElements } from "../copy.js";
import type { Machine } from "../machine.js";
import { reduceAxes } from "../reduce.js";
import { buildBlocks, buildPack, buildPieces, mostRows } from "./kernels.js";
import { paddedColumns } from "./pack.js";
import { depth, edgeBytes } from "./product.js";

/** Multiply-adds that are worth a hand-over to another thread. */
const workOfChunk = 300_000;
/** Columns of B that stay in the second cache beside the rows of A. */
const mostColumns = 480;
const fewestColumns = 96;
/** A product of at most so many rows is cut along a long k. */
const fewRows = 240;
/** Bytes between columns of A. */
const farApart = 1024;
/** From so many columns of the result on. */
const columnsWorthGathering = 48;
/** Below so many rows of A packing B is not worth its while. */
const rowsWorthPacking = 24;

/** A matrix in linear memory: its start and its strides in bytes. */
export interface Matrix {
  readonly address: number;
  readonly row: number;
  readonly column: number;
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

/** Where a matrix in row-major order stands. */
export const matrixAt = (address: number, columns: number): Matrix => ({ address, row: 4 * columns, column: 4 });
/** The same of one that stands transposed. */
export const transposedAt = (address: number, columns: number): Matrix => ({ address, row: 4, column: 4 * columns });

/** A packed matrix: panels of its columns, `depth` rows at a time. */
export interface PackedMatrix {
  readonly address: number;
  /** Bytes that a row takes, all panels together. */
  readonly rowBytes: number;
}

/** Packs `b: [k, n]`, one of whose strides is 4, in blocks of so many columns, for the time of `fn`; none of no elements. */
export function withPacked(
  machine: Machine,
  b: Matrix,
  k: number,
  n: number,
  fn: (packed: PackedMatrix) => void,
  columns = n,
): void {
  const rowBytes = 4 * paddedColumns(n);
  machine.memory.within(k * rowBytes, (address) => {
    if (k * n > 0) {
      const blocks = Math.ceil(n / columns);
      const words = [b.address, b.row, b.column, k, n, columns, blocks, address, rowBytes];
      machine.launch(machine.kernel("gemm pack", buildPack), words, Math.ceil(k / depth) * blocks);
    }
    fn({ address, rowBytes });
  });
}

/** What is done to each element of a product: a bias by column added, and what is not positive times the slope (its bits). */
export interface Finish {
  readonly bias: number;
  readonly slope: number;
}

/** `[m, k] x [k, n]` to row-major `c`; only a product whose b is transposed can be finished. */
export function multiplyMatrices(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: number,
  m: number,
  n: number,
  k: number,
  { bias, slope }: Finish = { bias: 0, slope: 0 },
): void {
  // Columns of A that are far apart fall on the same lines of the cache: a block of them is brought together.
  const gathersA = a.row === 4 && a.column >= farApart && n >= columnsWorthGathering;
  const scratch = machine.scratch(edgeBytes + (gathersA ? 4 * mostRows * depth : 0));
  const ending = [scratch.address, scratch.stride];
  // The gradient of a weight: elsewhere an element of a row must not depend on how many rows there are.
  const sumsRows = a.row === 4 && a.column !== 4 && b.column === 4;
  if (sumsRows && m <= fewRows && n <= mostColumns && k >= 4 * depth) {
    const piece = pieceOf(k);
    const pieces = Math.ceil(k / piece);
    machine.memory.within(4 * pieces * m * n, (partial) => {
      const words = [a.address, a.row, a.column, b.address, b.row, partial, m, n, k, piece, ...ending];
      machine.launch(machine.kernel("gemm pieces", buildPieces), words, pieces);
      const layout = contiguous([pieces, m * n]);
      reduceAxes(machine, "sum", { address: partial, dtype: "float32", layout }, [0], c);
    });
    return;
  }
  if (sumsRows && m <= fewRows && n > mostColumns && k >= 4 * depth) {
    // So wide a B is not packed; the result is computed turned, and then turned.
    machine.memory.within(4 * m * n, (turned) => {
      const [left, right] = [b, a].map(({ address, row, column }) => ({ address, row: column, column: row }));
      multiplyMatrices(machine, left, right, turned, n, m, k);
      const dtype = "float32";
      const from = { address: turned, dtype, layout: { shape: [m, n], strides: [1, m], offset: 0 } } as const;
      copyElements(machine, { address: c, dtype, layout: contiguous([m, n]) }, from);
    });
    return;
  }
  const { rows, columns } = blocksOf(m, n, k);
  const blocks = Math.ceil(n / columns);
  const blockWords = [m, n, k, rows, columns, blocks, ...ending, bias, slope];
  const chunks = Math.ceil(m / rows) * blocks;
  if (m < rowsWorthPacking && b.column === 4) {
    const kernel = machine.kernel("gemm unpacked", (target, builder) => buildBlocks(target, builder, false, false));
    machine.launch(kernel, [a.address, a.row, a.column, b.address, b.row, c, 4 * n, ...blockWords], chunks);
    return;
  }
  const kernel = machine.kernel(`gemm packed ${gathersA}`, (target, builder) =>
    buildBlocks(target, builder, true, gathersA),
  );
  withPacked(
    machine,
    b,
    k,
    n,
    ({ address: panels, rowBytes }) => {
      machine.launch(kernel, [a.address, a.row, a.column, panels, rowBytes, c, 4 * n, ...blockWords], chunks);
    },
    columns,
  );
}
