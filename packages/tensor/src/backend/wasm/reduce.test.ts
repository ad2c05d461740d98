import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectNumbers, expectSameOnAllCrews, inRoom, type Room } from "../../../test/room.js";
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
import type { ReductionKind } from "../backend.js";
import { Machine } from "./machine.js";
import type { Placed } from "./placed.js";
import { reduceAxes } from "./reduce.js";

/** A value to reduce: where it lies, and what its storage holds. */
interface Laid {
  readonly layout: Layout;
  readonly words: Int32Array;
  readonly dtype: Placed["dtype"];
}

/** The elements that go into each result, in order. */
function groupsOf({ layout, words, dtype }: Laid, axes: readonly number[]): number[][] {
  const values = dtype === "int32" ? words : numbersOf(words);
  const kept = [...layout.shape.keys()].filter((axis) => !axes.includes(axis));
  const results = sizeOf(kept.map((axis) => layout.shape[axis]));
  const places = positionsOf(permute(layout, [...kept, ...axes]));
  const length = places.length / Math.max(results, 1);
  return Array.from({ length: results }, (_, result) =>
    places.slice(result * length, (result + 1) * length).map((place) => values[place]),
  );
}

function reduced(room: Room, reduction: ReductionKind, { layout, words, dtype }: Laid, axes: readonly number[]) {
  const results = sizeOf(layout.shape.filter((_, axis) => !axes.includes(axis)));
  const output = room.empty(results);
  reduceAxes(room.machine, reduction, { address: room.place(words), dtype, layout }, axes, output);
  return room.read(output, results);
}

/** Whether a sum is that of these numbers: rounded once, of additions in double precision in any order. */
function isSum(got: number, numbers: readonly number[]): boolean {
  const total = numbers.reduce((sum, value) => sum + value, 0);
  const rounded = Math.fround(total);
  if (!Number.isFinite(rounded)) return Object.is(got, rounded);
  const size = numbers.reduce((sum, value) => sum + Math.abs(value), 0);
  const unit = Math.max(Math.abs(total) * 2 ** -24, 2 ** -150);
  return Math.abs(got - total) <= unit + numbers.length * 2 ** -52 * size;
}

/** The largest, -infinity of nothing, NaN where there is any. */
const largest = (numbers: readonly number[]): number =>
  numbers.some(Number.isNaN)
    ? Number.NaN
    : numbers.reduce((most, value) => (value > most ? value : most), Number.NEGATIVE_INFINITY);

const withoutSignOfZero = (value: number): number => value + 0;

function check(room: Room, input: Laid, axes: readonly number[]): void {
  const about = `${input.layout.shape} by ${input.layout.strides}, axes ${axes}`;
  const groups = groupsOf(input, axes);
  numbersOf(reduced(room, "sum", input, axes)).forEach((got, at) => {
    if (!isSum(got, groups[at])) expect.fail(`${about}: sum ${at} is ${got}`);
  });
  // Which of two zeros is the larger is nowhere said.
  const maxima = numbersOf(reduced(room, "max", input, axes)).map(withoutSignOfZero);
  expectNumbers(bitsOf(maxima), groups.map(largest).map(withoutSignOfZero), `${about}, maxima`);
}

describe("sums and maxima", () => {
  const machine = new Machine({ fused: false, shared: false, wideTiles: false });

  it("are those of the elements along any axes, of any layout, numbers of every kind and integers", () => {
    const cases = shapes({ minLength: 0, maxLength: 4 }).chain((shape) =>
      fc.record({
        layout: scattered(shape, { repeats: true }),
        axes: fc.subarray([...shape.keys()]),
        kind: fc.option(kinds),
        seed: fc.nat(1000),
      }),
    );
    fc.assert(
      fc.property(cases, ({ layout, axes, kind, seed }) => {
        const span = spanOf(layout);
        const input: Laid =
          kind === null
            ? { layout, words: wordsOf(seed, span), dtype: "int32" }
            : { layout, words: bitsOf(floatsOf(kind, seed, span)), dtype: "float32" };
        inRoom(machine, (room) => check(room, input, axes));
      }),
      runs(300),
    );
  });

  it("are exact where the numbers are whole, however long the rows and columns that are cut into pieces", () => {
    const long: readonly (readonly [Layout, readonly number[]])[] = [
      [contiguous([70_001], 3), [0]],
      [contiguous([2, 40_000]), [1]],
      [contiguous([2500, 37]), [0]],
      [contiguous([2, 1025, 19], 1), [1]],
      [permute(contiguous([37, 2500]), [1, 0]), [1]],
      [{ shape: [1100, 5], strides: [7, 1], offset: 0 }, [0, 1]],
    ];
    for (const [layout, axes] of long) {
      const words = wordsOf(5, spanOf(layout)).map((word) => word >> 12);
      const input: Laid = { layout, words: bitsOf(Float32Array.from(words)), dtype: "float32" };
      const totals = groupsOf(input, axes).map((group) => group.reduce((sum, value) => sum + value, 0));
      inRoom(machine, (room) => expectNumbers(reduced(room, "sum", input, axes), totals, `${layout.shape}`));
    }
  });

  it("of a row are its own: no other row, nor where it stands, changes a bit", () => {
    const row = fc.record({ length: fc.integer({ min: 1, max: 70 }), kind: kinds, seed: fc.nat(1000), at: fc.nat(6) });
    fc.assert(
      fc.property(row, ({ length, kind, seed, at }) => {
        const words = bitsOf(floatsOf(kind, seed, 7 * length));
        const dtype = "float32";
        for (const reduction of ["sum", "max"] as const)
          inRoom(machine, (room) => {
            const among = reduced(room, reduction, { layout: contiguous([7, length]), words, dtype }, [1]);
            const own = words.slice(at * length, (at + 1) * length);
            const alone = reduced(room, reduction, { layout: contiguous([length]), words: own, dtype }, [0]);
            expectNumbers(alone, [numbersOf(among)[at]], `${reduction} of row ${at} of ${length}`);
          });
      }),
    );
  });

  it("are the same on any number of threads, and in whatever order the pieces are run", async () => {
    const words = bitsOf(floatsOf("ordinary", 1, 300_000));
    const laid = (layout: Layout): Laid => ({ layout, words, dtype: "float32" });
    const sums = (layout: Layout, axes: readonly number[]) => (room: Room) => reduced(room, "sum", laid(layout), axes);
    await expectSameOnAllCrews(false, {
      "many rows": sums(contiguous([3000, 100]), [1]),
      "one row in pieces": sums(contiguous([300_000]), [0]),
      "long rows": sums(contiguous([4, 75_000]), [1]),
      "columns in pieces": sums(contiguous([3000, 100]), [0]),
      "columns of several matrices": sums(contiguous([3, 2000, 50]), [1]),
      "axes apart": sums(contiguous([30, 100, 100]), [0, 2]),
    });
  });
});
