import fc from "fast-check";
import { describe, it } from "vitest";
import { expectSameOnAllCrews, expectWords, inRoom, type Room } from "../../../test/room.js";
import { type Block, type ProductSize, type Rows, subtractionOn } from "../subtract.js";
import { Machine } from "./machine.js";
import { subtraction } from "./subtract.js";

/** One behind the other: the matrix to subtract from, the factors and what they are taken times, with gaps between rows. */
interface Case extends ProductSize {
  readonly gap: number;
  readonly isTransposed: boolean;
  readonly isUpwards: boolean;
}

function placesOf({ rows, width, count, gap, isTransposed, isUpwards }: Case) {
  const row = width + gap;
  const [factorRow, factorColumn] = isTransposed ? [1, rows + gap] : [count + gap, 1];
  const factorsAt = rows * row;
  const fromAt = factorsAt + (rows + gap) * (count + gap);
  const to: Rows = { at: 0, row };
  const factors: Block = { at: factorsAt, row: factorRow, column: factorColumn };
  const from: Rows = isUpwards ? { at: fromAt + Math.max(0, count - 1) * row, row: -row } : { at: fromAt, row };
  return { to, factors, from, length: fromAt + count * row };
}

/** Numbers of all sizes: each order of adding them, and each rounding left out, gives others. */
const numbers = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, at) => Math.sin(at * at + 1) * 10 ** (at % 7));

const wordsOf = (values: Float64Array): Int32Array => new Int32Array(values.slice().buffer);

/** What the kernel leaves, which is what the definition does, rounding after each product and each difference. */
function subtracted(room: Room, size: Case): Int32Array {
  const { to, factors, from, length } = placesOf(size);
  const values = numbers(length);
  const expected = values.slice();
  for (let row = 0; row < size.rows; row++)
    for (let column = 0; column < size.width; column++)
      for (let k = 0; k < size.count; k++) {
        const product =
          values[factors.at + row * factors.row + k * factors.column] * values[from.at + k * from.row + column];
        expected[to.at + row * to.row + column] -= product;
      }
  const address = room.place(wordsOf(values));
  subtraction(room.machine)(address)(size, to, factors, from);
  const result = room.read(address, 2 * length);
  expectWords(result, wordsOf(expected), `kernel, ${JSON.stringify(size)}`);
  const onHeap = values.slice();
  subtractionOn(onHeap)(size, to, factors, from);
  expectWords(wordsOf(onHeap), wordsOf(expected), `loops, ${JSON.stringify(size)}`);
  return result;
}

describe("a product subtracted in double precision", () => {
  it("is its definition to the bit, in kernels as in loops, and nothing beside it changes", () => {
    const machine = new Machine({ fused: false, shared: false, wideTiles: false });
    const size = fc.nat(11);
    const cases = fc.record({
      rows: size,
      width: size,
      count: size,
      gap: fc.nat(3),
      isTransposed: fc.boolean(),
      isUpwards: fc.boolean(),
    });
    fc.assert(fc.property(cases, (drawn) => void inRoom(machine, (room) => subtracted(room, drawn))));
  });

  it("is the same on any number of threads", async () => {
    const cut = { rows: 203, width: 101, count: 61, gap: 3, isTransposed: false, isUpwards: false };
    await expectSameOnAllCrews(false, {
      cut: (room) => subtracted(room, cut),
      transposed: (room) => subtracted(room, { ...cut, isTransposed: true, isUpwards: true }),
    });
  });
});
