import fc from "fast-check";
import { describe, it } from "vitest";
import { expectNumbers, expectSameOnAllCrews, expectWords, inRoom, type Room } from "../../../test/room.js";
import { runs } from "../../../test/runs.js";
import {
  bitsOf,
  floatsOf,
  kinds,
  numbersOf,
  positionsOf,
  scattered,
  shapes,
  spanOf,
  wordsOf,
} from "../../../test/scattered.js";
import { contiguous, type Layout, permute } from "../../layout.js";
import { sizeOf } from "../../shape.js";
import { gather, scatterAdd } from "./indexing.js";
import { Machine } from "./machine.js";
import type { Placed } from "./placed.js";

/** A value in storage: its layout, and what its storage holds. */
interface Laid {
  readonly layout: Layout;
  readonly words: Int32Array;
  readonly dtype: Placed["dtype"];
}

/** Indices below `bound` at the places of a layout of one axis. */
function indices(layout: Layout, bound: number, seed: number): Laid {
  const words = wordsOf(seed, spanOf(layout)).map((word) => (word >>> 1) % bound);
  return { layout, words, dtype: "int32" };
}

const placed = (room: Room, { layout, words, dtype }: Laid): Placed => ({ address: room.place(words), dtype, layout });
const inOrder = ({ layout, words }: Laid): Int32Array => Int32Array.from(positionsOf(layout), (at) => words[at]);

/** For each element of rows `count` times `inner` in `outer` blocks: its block, row and column. */
function eachElement(
  [outer, count, inner]: readonly number[],
  visit: (at: number, block: number, row: number, column: number) => void,
): void {
  for (let at = 0; at < outer * count * inner; at++)
    visit(at, Math.floor(at / inner / count), Math.floor(at / inner) % count, at % inner);
}

const around = (shape: readonly number[], axis: number): [outer: number, rows: number, inner: number] => [
  sizeOf(shape.slice(0, axis)),
  shape[axis],
  sizeOf(shape.slice(axis + 1)),
];

/** The words of what kernels gather, which are those that the definition gives. */
function gathered(room: Room, input: Laid, positions: Laid, axis: number): Int32Array {
  const [outer, rows, inner] = around(input.layout.shape, axis);
  const [values, at] = [inOrder(input), inOrder(positions)];
  const expected = new Int32Array(outer * at.length * inner);
  eachElement([outer, at.length, inner], (to, block, row, column) => {
    expected[to] = values[(block * rows + at[row]) * inner + column];
  });
  const output = room.empty(expected.length);
  gather(room.machine, placed(room, input), placed(room, positions), axis, output);
  const result = room.read(output, expected.length);
  expectWords(result, expected, `${input.layout.shape} by ${input.layout.strides}, axis ${axis}, ${at.length} rows`);
  return result;
}

/** The words of what kernels add up: in order and in double precision, rounded once. */
function scatteredSum(room: Room, input: Laid, positions: Laid, axis: number, length: number): Int32Array {
  const [outer, rows, inner] = around(input.layout.shape, axis);
  const [words, at] = [inOrder(input), inOrder(positions)];
  const values = input.dtype === "int32" ? words : numbersOf(words);
  const totals = new Float64Array(outer * length * inner);
  eachElement([outer, rows, inner], (from, block, row, column) => {
    totals[(block * length + at[row]) * inner + column] += values[from];
  });
  const output = room.empty(totals.length);
  scatterAdd(room.machine, placed(room, input), placed(room, positions), axis, length, output);
  const result = room.read(output, totals.length);
  expectNumbers(result, totals, `${input.layout.shape} by ${input.layout.strides}, axis ${axis}, to ${length}`);
  return result;
}

const shapeAndAxis = shapes({ minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({ layout: scattered(shape, { repeats: true }), axis: fc.nat(shape.length - 1) }),
);
const oneAxis = (length: number) => scattered([length], { repeats: true });

describe("rows by their indices", () => {
  const machine = new Machine({ fused: false, shared: false, wideTiles: false });

  it("are gathered to the bit, from values and indices of any layout", () => {
    const cases = shapeAndAxis.chain(({ layout, axis }) =>
      fc.record({
        layout: fc.constant(layout),
        axis: fc.constant(axis),
        positions: fc.nat(layout.shape[axis] === 0 ? 0 : 40).chain(oneAxis),
        seed: fc.nat(1000),
      }),
    );
    fc.assert(
      fc.property(cases, ({ layout, axis, positions, seed }) => {
        const input: Laid = { layout, words: wordsOf(seed, spanOf(layout)), dtype: "float32" };
        inRoom(machine, (room) => gathered(room, input, indices(positions, layout.shape[axis], seed + 1), axis));
      }),
      runs(200),
    );
  });

  it("are added up in order and in double precision, numbers of every kind and integers", () => {
    const cases = shapeAndAxis.chain(({ layout, axis }) =>
      fc.record({
        layout: fc.constant(layout),
        axis: fc.constant(axis),
        positions: oneAxis(layout.shape[axis]),
        length: fc.integer({ min: layout.shape[axis] === 0 ? 0 : 1, max: 20 }),
        kind: fc.option(kinds),
        seed: fc.nat(1000),
      }),
    );
    fc.assert(
      fc.property(cases, ({ layout, axis, positions, length, kind, seed }) => {
        const span = spanOf(layout);
        const input: Laid =
          kind === null
            ? { layout, words: wordsOf(seed, span), dtype: "int32" }
            : { layout, words: bitsOf(floatsOf(kind, seed, span)), dtype: "float32" };
        inRoom(machine, (room) =>
          scatteredSum(room, input, indices(positions, Math.max(length, 1), seed + 1), axis, length),
        );
      }),
      runs(200),
    );
  });

  it("are the same on any number of threads, and give the memory back that they need", async () => {
    const words = wordsOf(1, 130_000);
    const turned: Laid = { layout: permute(contiguous([100, 1300]), [1, 0]), words, dtype: "float32" };
    const long: Laid = { layout: contiguous([13, 10_000]), words, dtype: "float32" };
    const plain = (count: number, bound: number): Laid => indices(contiguous([count]), bound, 2);
    await expectSameOnAllCrews(false, {
      "short rows": (room) => gathered(room, turned, plain(2000, 1300), 0),
      "single words": (room) => gathered(room, turned, plain(90, 100), 1),
      "long rows": (room) => gathered(room, long, plain(9, 13), 0),
      "sums of rows": (room) => scatteredSum(room, { ...turned, dtype: "int32" }, plain(1300, 7), 0, 7),
      "sums of columns": (room) => scatteredSum(room, { ...long, dtype: "int32" }, plain(10_000, 70), 1, 70),
    });
  });
});
