import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  argmax,
  argmin,
  argsort,
  type Backend,
  indices,
  reference64,
  sort,
  startEngine,
  type Tensor,
  takeAlong,
  tensor,
  topK,
  withBackend,
} from "../index.js";

const backends: readonly Backend[] = [reference64, startEngine({ threads: 1, kernels: "plain" }).backend];
const numbers = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.float({ noNaN: true }),
);
const denormals = fc.integer({ min: -3, max: 3 }).map((count) => count * 2 ** -149);
/** Short lanes and long ones are put in order in different ways. */
const lanes = fc.oneof(
  fc.array(fc.oneof(numbers, denormals), { maxLength: 45 }),
  fc.array(fc.oneof(numbers, denormals), { minLength: 38, maxLength: 90, size: "max" }),
);
const orders = fc.constantFrom("ascending" as const, "descending" as const);

const law = (check: (values: number[], order: "ascending" | "descending") => void): void =>
  fc.assert(
    fc.property(lanes, orders, fc.constantFrom(...backends), (values, order, backend) =>
      withBackend(backend, () => check(values, order)),
    ),
  );

const list = (x: Tensor): number[] => Array.from(x.data);

/** Which of two comes first, as documented: smaller ones, NaN behind all numbers, and all of it turned where descending. */
const compared = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a < b ? -1 : a > b ? 1 : 0;

describe("sorting", () => {
  it("is that of a stable sort in which NaN is larger than every number", () => {
    law((values, order) => {
      const expected = values
        .map((_, index) => index)
        .sort((a, b) => (order === "ascending" ? 1 : -1) * compared(values[a], values[b]));
      expect(list(argsort(tensor(values), 0, order))).toEqual(expected);
    });
  });

  it("moves elements to the bit, negative zeros too, as takeAlong does with their order", () => {
    law((values, order) => {
      const x = tensor(values);
      const places = argsort(x, 0, order);
      expect(list(sort(x, 0, order))).toEqual(list(places).map((place) => values[place]));
      expect(list(takeAlong(x, places, 0))).toEqual(list(sort(x, 0, order)));
    });
  });

  it("puts in front what topK, argmax and argmin find", () => {
    law((values) => {
      const x = tensor(values);
      for (let count = 0; count <= values.length; count++) {
        const { values: largest, indices } = topK(x, count, 0);
        expect(list(largest)).toEqual(list(sort(x, 0, "descending")).slice(0, count));
        expect(list(indices)).toEqual(list(argsort(x, 0, "descending")).slice(0, count));
      }
      if (values.length === 0) return;
      expect(argmax(x).item()).toBe(list(argsort(x, 0, "descending"))[0]);
      if (!values.some(Number.isNaN)) expect(argmin(x).item()).toBe(list(argsort(x, 0))[0]);
    });
  });

  it("is the same at every length, of numbers close together, far apart, and of indices", () => {
    const bits = (seed: number, length: number): Int32Array =>
      Int32Array.from({ length }, (_, at) => Math.imul(at + seed, 0x9e3779b1) ^ (at << 7));
    const kinds: readonly ((length: number) => Tensor)[] = [
      (length) => tensor(new Float32Array(bits(1, length).buffer)),
      (length) => tensor(bits(2, length).map((word) => word & 15)),
      (length) => tensor(Float32Array.from(bits(3, length), (word) => 1 + (word & 1023) * 2 ** -23)),
      (length) => indices(bits(4, length).map((word) => word >>> 1)),
    ];
    for (const make of kinds)
      for (const length of [...Array(100).keys(), 255, 256, 257, 3000])
        for (const order of ["ascending", "descending"] as const) {
          const x = make(length);
          const { data } = x;
          const sign = order === "ascending" ? 1 : -1;
          const expected = [...data.keys()].sort((a, b) => sign * compared(data[a], data[b]));
          expect(list(argsort(x, 0, order))).toEqual(expected);
          if (order === "ascending") continue;
          for (const count of [1, 7, 32, length >> 1].filter((count) => count <= length))
            expect(list(topK(x, count, 0).indices)).toEqual(expected.slice(0, count));
        }
  });

  it("leaves each lane to itself", () => {
    const x = tensor([
      [3, 1, 2],
      [1, 5, 4],
    ]);
    expect(sort(x, 0).toArray()).toEqual([
      [1, 1, 2],
      [3, 5, 4],
    ]);
    expect(argsort(x, -1, "descending").toArray()).toEqual([
      [0, 2, 1],
      [1, 2, 0],
    ]);
    expect(topK(x, 1, 0).values.toArray()).toEqual([[3, 5, 4]]);
    expect(topK(x, 2, 1).values.toArray()).toEqual([
      [3, 2],
      [5, 4],
    ]);
  });
});

describe("argmax and argmin", () => {
  it("are where the first NaN is, as max and min are NaN", () => {
    const x = tensor([5, Number.NaN, -Infinity, Number.NaN, Infinity]);
    expect([argmax(x).item(), argmin(x).item()]).toEqual([1, 1]);
  });

  it("are the first of those that tie, infinities and both zeros too", () => {
    expect(argmax(tensor([-Infinity, -Infinity])).item()).toBe(0);
    expect(argmin(tensor([Infinity, Infinity])).item()).toBe(0);
    expect(argmax(tensor([-0, 0])).item()).toBe(0);
    expect(argmax(tensor([1, 3, 3])).dtype).toBe("int32");
  });
});
