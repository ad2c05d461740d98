import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contiguous } from "../../layout.js";
import { pairColumns } from "../../ops/pairs.js";
import type { Value } from "../backend.js";
import { Storage } from "../storage.js";
import { Machine } from "./machine.js";
import { pairs, pairsGradient } from "./pairs.js";
import { hasRelaxedSimd } from "./probe.js";

const modes = [false, ...(hasRelaxedSimd() ? [true] : [])];

describe.each(modes)("pairs of columns, fused %s", (fused) => {
  const machine = new Machine({ fused, shared: false, wideTiles: false });
  /** Blocks of NaN that go on behind what is asked for. */
  const block = (length: number): Storage => {
    const storage = Storage.inPool("float32", length + 16, machine.memory);
    storage.values.fill(Number.NaN);
    return storage;
  };
  const linear = { machine, block, inOrder: ({ storage }: Value) => storage.addressIn(machine.memory) };
  const placed = (values: readonly number[], rows: number, columns: number): Value => {
    const storage = block(values.length);
    storage.values.set(values);
    return { storage, layout: contiguous([rows, columns]) };
  };
  /** The result, after a look at what stands behind it. */
  const read = ({ values }: Storage): number[] => {
    expect(values.slice(-16).every(Number.isNaN)).toBe(true);
    return Array.from(values.slice(0, -16));
  };
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
      fc.property(matrix, ({ rows, columns, x }) => {
        const output = pairs(linear, placed(x, rows, columns));
        const { left, right } = pairColumns(columns);
        const expected = Array.from({ length: rows }, (_, row) =>
          Array.from(left, (a, pair) => Math.fround(x[row * columns + a] * x[row * columns + right[pair]])),
        ).flat();
        expect(read(output)).toEqual(expected);
      }),
    );
  });

  it("have the derivative of their definition, row by row", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, x, g }) => {
        const triangles = placed(g, rows, (columns * (columns + 1)) / 2);
        const output = pairsGradient(linear, placed(x, rows, columns), triangles);
        const { left, right } = pairColumns(columns);
        const expected = new Float64Array(x.length);
        for (let row = 0; row < rows; row++)
          left.forEach((a, pair) => {
            const gradient = g[row * left.length + pair];
            expected[row * columns + a] += gradient * x[row * columns + right[pair]];
            expected[row * columns + right[pair]] += gradient * x[row * columns + a];
          });
        read(output).forEach((value, at) => {
          expect(Math.abs(value - expected[at])).toBeLessThan(1e-5);
        });
      }),
    );
  });
});
