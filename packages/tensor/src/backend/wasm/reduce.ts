import { collapse, contiguous, type Layout, permute } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import type { ReductionKind } from "../backend.js";
import { copyElements } from "./copy.js";
import type { Machine } from "./machine.js";
import type { Placed } from "./placed.js";
import { buildColumns, buildPieces, buildRows } from "./reduce-kernels.js";

/** Elements that are combined before their total is put aside, when there are more: a matter of the count alone. */
const pieceOfRow = 2 ** 15;
const pieceOfColumns = 1024;
/** Elements that a chunk is worth. */
const workOfChunk = 2 ** 16;

/** Runs a stage whose results are final, or doubles by piece that are then combined in order. */
function inPieces(
  machine: Machine,
  reduction: ReductionKind,
  { groups, pieces, columns }: { readonly groups: number; readonly pieces: number; readonly columns: number },
  output: number,
  stage: (result: number, isDouble: 0 | 1) => void,
): void {
  if (pieces === 1) {
    stage(output, 0);
    return;
  }
  machine.memory.within(8 * groups * pieces * columns, (partial) => {
    stage(partial, 1);
    const kernel = machine.kernel(`reduce pieces ${reduction}`, (target, builder) =>
      buildPieces(target, builder, reduction),
    );
    machine.launch(kernel, [groups, pieces, columns, partial, output]);
  });
}

interface Matrices {
  readonly address: number;
  readonly integers: boolean;
  readonly outer: { readonly count: number; readonly stride: number };
  readonly length: number;
}

function reduceRows(
  machine: Machine,
  reduction: ReductionKind,
  { address, integers, outer, length }: Matrices,
  output: number,
): void {
  const piece = Math.min(Math.max(length, 1), pieceOfRow);
  const pieces = Math.max(1, Math.ceil(length / piece));
  const perChunk = Math.max(1, Math.floor(workOfChunk / (piece + 16)));
  const kernel = machine.kernel(`reduce rows ${reduction} ${integers}`, (target, builder) =>
    buildRows(target, builder, reduction, integers),
  );
  inPieces(machine, reduction, { groups: outer.count, pieces, columns: 1 }, output, (result, isDouble) => {
    const words = [outer.count, length, perChunk, pieces, piece, address, 4 * outer.stride, result, isDouble];
    machine.launch(kernel, words, Math.ceil((outer.count * pieces) / perChunk));
  });
}

function reduceColumns(
  machine: Machine,
  reduction: ReductionKind,
  { address, integers, outer, length }: Matrices,
  columns: number,
  rowStride: number,
  output: number,
): void {
  const pieces = Math.max(1, Math.ceil(length / pieceOfColumns));
  const kernel = machine.kernel(`reduce columns ${reduction} ${integers}`, (target, builder) =>
    buildColumns(target, builder, reduction, integers),
  );
  inPieces(machine, reduction, { groups: outer.count, pieces, columns }, output, (result, isDouble) => {
    const words = [
      outer.count,
      length,
      columns,
      pieces,
      pieceOfColumns,
      address,
      4 * outer.stride,
      4 * rowStride,
      result,
      isDouble,
    ];
    machine.launch(kernel, words, outer.count * pieces);
  });
}

/** Combines the elements along `axes`, in double precision, and rounds once; the result in row-major order. */
export function reduceAxes(
  machine: Machine,
  reduction: ReductionKind,
  { address, dtype, layout }: Placed,
  axes: readonly number[],
  output: number,
): void {
  const kept = layout.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const results = sizeOf(kept.map((axis) => layout.shape[axis]));
  const length = sizeOf(axes.map((axis) => layout.shape[axis]));
  if (results === 0) return;
  const integers = dtype === "int32";
  const outside = collapse(permute(layout, kept));
  const inside = collapse(permute(layout, axes));
  const start = address + 4 * layout.offset;
  const single = (part: Layout): boolean => part.shape.length <= 1;
  const [step = 1] = inside.strides;
  const inner = outside.shape.length - 1;
  if (length > 0 && single(inside) && single(outside) && (step === 1 || inside.shape.length === 0)) {
    const outer = { count: results, stride: outside.strides[0] ?? 0 };
    reduceRows(machine, reduction, { address: start, integers, outer, length }, output);
  } else if (length > 0 && single(inside) && (inner === 0 || inner === 1) && outside.strides[inner] === 1) {
    const outer = { count: inner === 1 ? outside.shape[0] : 1, stride: inner === 1 ? outside.strides[0] : 0 };
    reduceColumns(machine, reduction, { address: start, integers, outer, length }, outside.shape[inner], step, output);
  } else {
    const moved = permute(layout, [...kept, ...axes]);
    machine.memory.within(4 * results * length, (copy) => {
      const to = { address: copy, dtype, layout: contiguous(moved.shape) };
      copyElements(machine, to, { address, dtype, layout: moved });
      const outer = { count: results, stride: length };
      reduceRows(machine, reduction, { address: copy, integers, outer, length }, output);
    });
  }
}

/** Rows of floats at an address that chunks of a kernel wrote, one each: their shares of sums. */
export interface Shares {
  readonly address: number;
  readonly chunks: number;
  /** Floats of a row. */
  readonly floats: number;
}

/** Adds the chunks' shares, in their order: `length` floats from `offset` of each row on. */
export function sumShares(
  machine: Machine,
  { address, chunks, floats }: Shares,
  offset: number,
  length: number,
  output: number,
): void {
  const layout: Layout = { shape: [chunks, length], strides: [floats, 1], offset };
  reduceAxes(machine, "sum", { address, dtype: "float32", layout }, [0], output);
}
