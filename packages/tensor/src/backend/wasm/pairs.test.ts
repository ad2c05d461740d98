import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairColumns } from "../../ops/pairs.js";
import { Machine } from "./machine.js";
import { pairs, pairsGradient } from "./pairs.js";
import { hasRelaxedSimd } from "./probe.js";

const modes = [false, ...(hasRelaxedSimd() ? [true] : [])];

describe.each(modes)("pairs of columns, fused %s", (fused) => {
  const machine = new Machine({ fused, shared: false, wideTiles: false });
  /** A block with these numbers in it, and NaN behind them. */
  const placed = (values: readonly number[]): number => {
    const address = machine.memory.allocate(4 * values.length + 64);
    machine.memory.f32.fill(Number.NaN, address / 4, address / 4 + values.length + 16);
    machine.memory.f32.set(values, address / 4);
    return address;
  };
  const read = (address: number, length: number): number[] =>
    Array.from(machine.memory.f32.subarray(address / 4, address / 4 + length));
  const matrix = fc
    .record({ rows: fc.integer({ min: 0, max: 6 }), columns: fc.integer({ min: 1, max: 21 }), seed: fc.nat(1000) })
    .map(({ rows, columns, seed }) => ({
      rows,
      columns,
      x: Array.from({ length: rows * columns }, (_, at) => Math.fround(Math.sin(seed + at * 1.7))),
      g: Array.from({ length: (rows * columns * (columns + 1)) / 2 }, (_, at) =>
        Math.fround(Math.cos(seed + at * 2.3)),
      ),
    }));

  it("are the products, and nothing is written behind them", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, x, g }) => {
        const output = placed(g);
        pairs(machine, placed(x), rows, columns, output);
        const { left, right } = pairColumns(columns);
        const expected = Array.from({ length: rows }, (_, row) =>
          Array.from(left, (a, pair) => Math.fround(x[row * columns + a] * x[row * columns + right[pair]])),
        ).flat();
        expect(read(output, g.length)).toEqual(expected);
        expect(read(output + 4 * g.length, 16).every(Number.isNaN)).toBe(true);
      }),
    );
  });

  it("have the derivative of their definition, row by row", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, x, g }) => {
        const output = placed(x);
        pairsGradient(machine, placed(x), placed(g), rows, columns, output);
        const { left, right } = pairColumns(columns);
        const expected = new Float64Array(x.length);
        for (let row = 0; row < rows; row++)
          left.forEach((a, pair) => {
            const gradient = g[row * left.length + pair];
            expected[row * columns + a] += gradient * x[row * columns + right[pair]];
            expected[row * columns + right[pair]] += gradient * x[row * columns + a];
          });
        read(output, x.length).forEach((value, at) => {
          expect(Math.abs(value - expected[at])).toBeLessThan(1e-5);
        });
        expect(read(output + 4 * x.length, 16).every(Number.isNaN)).toBe(true);
      }),
    );
  });
});
