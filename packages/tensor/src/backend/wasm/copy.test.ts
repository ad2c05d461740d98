import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectSameOnAllCrews, expectWords, inRoom, type Room } from "../../../test/room.js";
import { runs } from "../../../test/runs.js";
import { positionsOf, scattered, shapes, spanOf, wordsOf } from "../../../test/scattered.js";
import { contiguous, type Layout, permute } from "../../layout.js";
import { copyElements } from "./copy.js";
import { Machine } from "./machine.js";

/** The words of the target after a copy to it in kernels, which are those after the same by the definition. */
function copied(room: Room, target: Layout, source: Layout, seed: number, shift = 0): Int32Array {
  const [before, words] = [wordsOf(seed, spanOf(target)), wordsOf(seed + 1, spanOf(source))];
  const [to, from] = [room.place(before, shift), room.place(words, shift >> 1)];
  copyElements(
    room.machine,
    { address: to, dtype: "float32", layout: target },
    { address: from, dtype: "float32", layout: source },
  );
  const about = `${target.shape} by ${target.strides} from strides ${source.strides}`;
  const expected = before.slice();
  const places = positionsOf(source);
  positionsOf(target).forEach((place, at) => {
    expected[place] = words[places[at]];
  });
  expectWords(room.read(from, words.length), words, `${about}, the source`);
  const result = room.read(to, before.length);
  expectWords(result, expected, about);
  return result;
}

const matrix = (rows: number, columns: number, offset = 0): Layout => contiguous([rows, columns], offset);
const turned = (rows: number, columns: number): Layout => permute(matrix(columns, rows), [1, 0]);

describe("copies", () => {
  const machine = new Machine({ fused: false, shared: false, wideTiles: false });

  it("move every bit between layouts of any kind, and touch nothing else", () => {
    const pair = shapes({ minLength: 0, maxLength: 4 }).chain((shape) =>
      fc.tuple(scattered(shape, { repeats: false }), scattered(shape, { repeats: true })),
    );
    fc.assert(
      fc.property(pair, fc.nat(1000), fc.nat(3), ([target, source], seed, shift) => {
        inRoom(machine, (room) => copied(room, target, source, seed, shift));
      }),
      runs(300),
    );
  });

  it("turn matrices of every size around the blocks of four", () => {
    const size = fc.integer({ min: 1, max: 37 });
    fc.assert(
      fc.property(size, size, fc.nat(1000), fc.nat(3), (rows, columns, seed, shift) => {
        inRoom(machine, (room) => copied(room, matrix(rows, columns, 1), turned(rows, columns), seed, shift));
      }),
    );
  });

  it("move long rows, one or several, whatever is left of them where they are cut", () => {
    for (const columns of [65_535, 65_536, 65_537, 66_049, 131_071, 131_072, 131_073, 200_003])
      for (const rows of [1, 2])
        inRoom(machine, (room) => copied(room, matrix(rows, columns, 1), matrix(rows, columns), columns));
  });

  it("give the memory back that they need", () => {
    const turn = (): void => void inRoom(machine, (room) => copied(room, matrix(40, 50), turned(40, 50), 1));
    turn();
    const { used } = machine.memory;
    turn();
    expect(machine.memory.used).toBe(used);
  });

  it("are the same on any number of threads where they are cut into chunks", async () => {
    const scatteredRows: Layout = { shape: [700, 130], strides: [300, 2], offset: 3 };
    const pairs: readonly (readonly [Layout, Layout])[] = [
      [contiguous([140_003], 1), contiguous([140_003], 2)],
      [matrix(700, 130), { shape: [700, 130], strides: [140, 1], offset: 0 }],
      [matrix(203, 301), turned(203, 301)],
      [scatteredRows, matrix(700, 130)],
      [contiguous([3, 150, 301]), permute(contiguous([3, 301, 150]), [0, 2, 1])],
    ];
    await expectSameOnAllCrews(
      false,
      Object.fromEntries(
        pairs.map(([target, source], seed) => [
          `${target.shape} from strides ${source.strides}`,
          (room: Room) => copied(room, target, source, seed),
        ]),
      ),
    );
  });
});
