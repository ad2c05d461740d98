import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contiguous, type Layout } from "../../../layout.js";
import { Machine } from "../machine.js";
import { hasRelaxedSimd } from "../probe.js";
import { multiply } from "./multiply.js";

const targets = [false, true].flatMap((wideTiles) =>
  [false, ...(hasRelaxedSimd() ? [true] : [])].map((fused) => ({ wideTiles, fused })),
);

/** How a matrix lies: by rows, by columns, as a part of a larger one, or every other element of one. */
type Way = "rows" | "columns" | "part" | "scattered";
const ways: readonly Way[] = ["rows", "columns", "part", "scattered"];

const layoutOf = (way: Way, rows: number, columns: number): Layout => {
  if (way === "rows") return contiguous([rows, columns]);
  if (way === "columns") return { shape: [rows, columns], strides: [1, rows], offset: 0 };
  if (way === "part") return { shape: [rows, columns], strides: [columns + 5, 1], offset: 3 };
  return { shape: [rows, columns], strides: [2 * columns + 1, 2], offset: 1 };
};

const lengthOf = ({ shape, strides, offset }: Layout): number =>
  offset + 1 + shape.reduce((sum, dim, axis) => sum + Math.max(0, dim - 1) * strides[axis], 0);

describe.each(targets)("products with wide tiles $wideTiles, fused $fused", (target) => {
  const machine = new Machine({ ...target, shared: false });
  const numbers = (length: number, seed: number): Float32Array =>
    Float32Array.from({ length }, (_, at) => Math.sin(at * 12.9898 + seed) * 2);

  /** The product in kernels, of matrices laid out in these ways; NaN stands behind each. */
  function product(
    a: Layout,
    b: Layout,
    seed: number,
  ): { result: Float32Array; left: Float32Array; right: Float32Array } {
    const [left, right] = [numbers(lengthOf(a), seed), numbers(lengthOf(b), seed + 1)];
    const place = (values: Float32Array): number => {
      const address = machine.memory.allocate(4 * values.length + 64);
      machine.memory.f32.fill(Number.NaN, address / 4, address / 4 + values.length + 16);
      machine.memory.f32.set(values, address / 4);
      return address;
    };
    const size = a.shape[0] * b.shape[1];
    const [from, other, to] = [place(left), place(right), place(new Float32Array(size))];
    multiply(
      machine,
      { address: from, dtype: "float32", layout: a },
      { address: other, dtype: "float32", layout: b },
      to,
    );
    const result = machine.memory.f32.slice(to / 4, to / 4 + size);
    expect(
      machine.memory.f32.subarray(to / 4 + size, to / 4 + size + 16).every(Number.isNaN),
      "behind the result",
    ).toBe(true);
    machine.memory.free(from, 4 * left.length + 64);
    machine.memory.free(other, 4 * right.length + 64);
    machine.memory.free(to, 4 * size + 64);
    return { result, left, right };
  }

  function check(m: number, n: number, k: number, wayA: Way, wayB: Way, seed: number): void {
    const [a, b] = [layoutOf(wayA, m, k), layoutOf(wayB, k, n)];
    const { result, left, right } = product(a, b, seed);
    for (let row = 0; row < m; row++)
      for (let column = 0; column < n; column++) {
        let [total, size] = [0, 0];
        for (let at = 0; at < k; at++) {
          const term =
            left[a.offset + row * a.strides[0] + at * a.strides[1]] *
            right[b.offset + at * b.strides[0] + column * b.strides[1]];
          total += term;
          size += Math.abs(term);
        }
        const error = Math.abs(result[row * n + column] - total);
        if (!(error <= 2 * Math.max(k, 1) * 2 ** -24 * size))
          expect.fail(`[${m}, ${k}] x [${k}, ${n}] by ${wayA} and ${wayB}: ${row}, ${column} is off by ${error}`);
      }
  }

  const way = fc.constantFrom(...ways);
  const around = (...edges: number[]) =>
    fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(...edges.flatMap((edge) => [edge - 1, edge, edge + 1])));

  it("are within 2 k eps |a| |b| for all sizes around the edges of tiles and blocks, however the matrices lie", () => {
    fc.assert(
      fc.property(
        around(36, 120),
        around(48, 64),
        around(128, 256),
        way,
        way,
        fc.nat(100),
        (m, n, k, wayA, wayB, seed) => {
          check(m, n, k, wayA, wayB, seed);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are so where k is cut into pieces, and where the columns are", () => {
    for (const wayA of ways) check(13, 21, 1500, wayA, "rows", 1);
    check(70, 500, 300, "columns", "columns", 2);
    check(260, 130, 257, "columns", "rows", 3);
    check(17, 601, 1030, "columns", "rows", 4);
  });

  it("give an element by its row and column alone, to the bit", () => {
    const k = 300;
    const { result, left, right } = product(contiguous([50, k]), contiguous([k, 40]), 5);
    for (const [row, column] of [
      [0, 0],
      [17, 13],
      [49, 39],
    ]) {
      const [from, other, to] = [4 * k, 160 * k, 64].map((bytes) => machine.memory.allocate(bytes + 64));
      machine.memory.f32.set(left.subarray(row * k, (row + 1) * k), from / 4);
      machine.memory.f32.set(right, other / 4);
      const one: Layout = { shape: [k, 1], strides: [40, 1], offset: column };
      const alone = { address: from, dtype: "float32", layout: contiguous([1, k]) } as const;
      multiply(machine, alone, { address: other, dtype: "float32", layout: one }, to);
      expect(machine.memory.f32[to / 4]).toBe(result[row * 40 + column]);
    }
  });
});
