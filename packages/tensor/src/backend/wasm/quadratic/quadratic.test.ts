import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contiguous } from "../../../layout.js";
import { pairColumns } from "../../../ops/quadratic.js";
import type { Value } from "../../backend.js";
import { Storage } from "../../storage.js";
import { Machine } from "../machine.js";
import { hasRelaxedSimd } from "../probe.js";
import { quadraticBackward, quadraticForward } from "./quadratic.js";

const modes = [false, ...(hasRelaxedSimd() ? [true] : [])];

describe.each(modes)("quadratic forms of rows, fused %s", (fused) => {
  const machine = new Machine({ fused, shared: false, wideTiles: false });
  /** Blocks of NaN that go on behind what is asked for. */
  const block = (length: number): Storage => {
    const storage = Storage.inPool("float32", length + 16, machine.memory);
    storage.values.fill(Number.NaN);
    return storage;
  };
  const inOrder = ({ storage }: Value): number => storage.addressIn(machine.memory);
  const linear = { machine, block, inOrder, indicesInOrder: inOrder };
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
  const drawn = fc
    .record({
      rows: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(24, 25, 250)),
      columns: fc.integer({ min: 1, max: 21 }),
      forms: fc.integer({ min: 1, max: 14 }),
      seed: fc.nat(1000),
    })
    .map(({ rows, columns, forms, seed }) => {
      const pairs = (columns * (columns + 1)) / 2;
      const numbers = (count: number, step: number) =>
        Array.from({ length: count }, (_, at) => Math.fround(Math.sin(seed + at * step)));
      return {
        rows,
        columns,
        forms,
        pairs,
        x: numbers(rows * columns, 1.7),
        coefficients: numbers(pairs * forms, 2.3),
        received: numbers(rows * forms, 0.9),
      };
    });

  /** Asserts that numbers are near those expected, which are sums of so many terms of at most 1. */
  function near(found: readonly number[], expected: ArrayLike<number>, terms: number): void {
    expect(found.length).toBe(expected.length);
    found.forEach((value, at) => {
      expect(Math.abs(value - expected[at])).toBeLessThan(terms * 2 ** -22);
    });
  }

  it("are their definition, and nothing is written behind them", () => {
    fc.assert(
      fc.property(drawn, ({ rows, columns, forms, pairs, x, coefficients }) => {
        const { left, right } = pairColumns(columns);
        const expected = new Float64Array(rows * forms);
        for (let at = 0; at < expected.length; at++) {
          const [row, form] = [Math.floor(at / forms) * columns, at % forms];
          left.forEach((a, pair) => {
            expected[at] += coefficients[pair * forms + form] * x[row + a] * x[row + right[pair]];
          });
        }
        const result = quadraticForward(linear, placed(x, rows, columns), placed(coefficients, pairs, forms));
        near(read(result), expected, pairs);
      }),
    );
  });

  it("keep what is no number to its row, in the gradient too", () => {
    const [rows, columns, forms, pairs] = [300, 3, 2, 6];
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => 1 + (at % 5));
    const x = numbers(rows * columns);
    const operands = (values: readonly number[]) =>
      [
        placed(numbers(rows * forms), rows, forms),
        placed(values, rows, columns),
        placed(numbers(pairs * forms), pairs, forms),
      ] as const;
    const [clean] = quadraticBackward(linear, ...operands(x), [true, true]).map(read);
    const spoilt = [...x];
    spoilt[2] = Number.POSITIVE_INFINITY;
    const [found] = quadraticBackward(linear, ...operands(spoilt), [true, true]).map(read);
    expect(found.slice(columns)).toEqual(clean.slice(columns));
  });

  it("have the derivative of their definition, one gradient or both", () => {
    fc.assert(
      fc.property(drawn, ({ rows, columns, forms, pairs, x, coefficients, received }) => {
        const { left, right } = pairColumns(columns);
        const toX = new Float64Array(rows * columns);
        const toCoefficients = new Float64Array(pairs * forms);
        for (let row = 0; row < rows; row++)
          for (let form = 0; form < forms; form++)
            left.forEach((a, pair) => {
              const [one, other] = [row * columns + a, row * columns + right[pair]];
              const given = received[row * forms + form];
              toX[one] += given * coefficients[pair * forms + form] * x[other];
              toX[other] += given * coefficients[pair * forms + form] * x[one];
              toCoefficients[pair * forms + form] += given * x[one] * x[other];
            });
        const run = (wantsX: boolean, wantsCoefficients: boolean) =>
          quadraticBackward(
            linear,
            placed(received, rows, forms),
            placed(x, rows, columns),
            placed(coefficients, pairs, forms),
            [wantsX, wantsCoefficients],
          ).map(read);
        const both = run(true, true);
        near(both[0], toX, 2 * pairs * forms);
        near(both[1], toCoefficients, rows);
        expect(run(true, false)).toEqual([both[0]]);
        expect(run(false, true)).toEqual([both[1]]);
      }),
    );
  });
});
