import { type Matrix, type PackedMatrix, packMatrix } from "../gemm/gemm.js";
import type { Machine } from "../machine.js";

/** Sequences that go through all their steps together: what they need stays in the second cache. */
const mostRows = 160;

/** Multiply-adds that are worth a second chunk. */
const workOfChunk = 1_000_000;

/** Sizes of a unit's run; `width` is that of its inputs, 0 where their share of the gates is given. */
export interface GruSizes {
  readonly rows: number;
  readonly hidden: number;
  readonly steps: number;
  readonly width: number;
}

/** Sequences in a chunk: by the sizes alone; few chunks are even in number, for two threads to share. */
export function rowsOfChunk({ rows, hidden, steps, width }: GruSizes): number {
  const work = rows * steps * 3 * hidden * (hidden + width);
  const least = Math.min(4, Math.floor(work / workOfChunk));
  const chunks = Math.max(1, Math.ceil(rows / mostRows), least);
  return Math.ceil(rows / (chunks > 1 && chunks < 8 ? chunks + (chunks % 2) : chunks));
}

/** Addresses by name, in the order of the words. */
export const arranged = <Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<Name, number>>,
): number[] => names.map((name) => values[name]);

/** Where a matrix in row-major order stands. */
export const matrixAt = (address: number, columns: number): Matrix => ({ address, row: 4 * columns, column: 4 });
/** The same of one that stands transposed. */
export const transposedAt = (address: number, columns: number): Matrix => ({ address, row: 4, column: 4 * columns });

/** Packs a matrix `[k, n]` for the time of `fn`; of k = 0 there is nothing to pack. */
export function withPacked(
  machine: Machine,
  matrix: Matrix,
  k: number,
  n: number,
  fn: (packed: Pick<PackedMatrix, "address" | "rowBytes">) => void,
): void {
  if (k === 0) {
    fn({ address: 0, rowBytes: 0 });
    return;
  }
  const packed = packMatrix(machine, matrix, k, n);
  fn(packed);
  machine.memory.free(packed.address, packed.bytes);
}

/** Memory for so many floats for the time of `fn`. */
export function withFloats(machine: Machine, count: number, fn: (address: number) => void): void {
  const address = machine.memory.allocate(4 * count);
  fn(address);
  machine.memory.free(address, 4 * count);
}
