import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arange,
  expand,
  eye,
  full,
  indices,
  key,
  linspace,
  normal,
  oneHot,
  ones,
  permutation,
  reference64,
  reshape,
  scalar,
  tensor,
  uniform,
  withBackend,
  zeros,
} from "../index.js";

describe("tensor", () => {
  it("takes nested arrays of any depth, flat values with a shape, and a number", () => {
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ]).toArray(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([1, 2, 3, 4, 5, 6], [3, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(tensor(5).toArray()).toBe(5);
    expect(tensor({ length: 2, 0: 1, 1: 2 }).toArray()).toEqual([1, 2]);
    expect(tensor(Float64Array.of(1, 2)).shape).toEqual([2]);
    expect([tensor([]).shape, tensor([[], []]).shape]).toEqual([[0], [2, 0]]);
  });

  it("copies the values", () => {
    const values = [1, 2];
    const typed = Float32Array.of(1, 2);
    const made = [tensor(values), tensor(typed), tensor(typed, [2, 1])];
    values[0] = typed[0] = 9;
    expect(made.map((x) => x.data[0])).toEqual([1, 1, 1]);
  });

  it("gives back what toArray took out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 3 }), { minLength: 1 }),
        (rows) => {
          expect(tensor(tensor(rows).toArray()).toArray()).toEqual(rows);
        },
      ),
    );
  });

  it("rounds to float32, and keeps doubles in reference64", () => {
    expect(tensor(0.1).item()).toBe(Math.fround(0.1));
    expect(withBackend(reference64, () => tensor(0.1)).item()).toBe(0.1);
  });

  it.each([
    [
      "ragged rows",
      () => tensor([[1, 2], [3]]),
      "tensor: nested arrays must be equally long at every level, as in [2, 2]",
    ],
    ["uneven depth", () => tensor([[1], 2]), "tensor: nested arrays must be equally long at every level, as in [2, 1]"],
    ["too few values", () => tensor([1, 2, 3], [2, 2]), "tensor: [2, 2] holds 4 values, not 3"],
    [
      "a fractional dimension",
      () => tensor([1], [0.5]),
      "tensor: dimensions are whole numbers of at least 0, not 0.5 in [0.5]",
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("constants", () => {
  it("fill their shape", () => {
    expect(zeros([2, 1]).toArray()).toEqual([[0], [0]]);
    expect(ones([2]).toArray()).toEqual([1, 1]);
    expect(full([], 2.5).item()).toBe(2.5);
    expect(scalar(3).shape).toEqual([]);
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(oneHot([2, 0], 3).toArray()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  it.each([
    ["zeros", () => zeros([-1])],
    ["full", () => full([1.5], 0)],
    ["eye", () => eye(-2)],
    ["linspace", () => linspace(0, 1, -1)],
    ["oneHot", () => oneHot([], 1.5)],
    ["normal", () => normal(key(1), [-3])],
    ["uniform", () => uniform(key(1), [Number.NaN])],
  ])("%s refuses a dimension that is none", (name, make) => {
    expect(make).toThrow(`${name}: dimensions are whole numbers of at least 0, not `);
  });

  it("keep their shape when the array that told it changes", () => {
    const shape = [2, 3];
    const made = [zeros(shape), full(shape, 1), tensor([1, 2, 3, 4, 5, 6], shape), normal(key(1), shape)];
    const derived = [expand(zeros([]), shape), reshape(zeros([6]), shape)];
    shape[0] = 7;
    for (const x of [...made, ...derived]) expect(x.shape).toEqual([2, 3]);
  });

  it("oneHot takes indices, and nothing else that is a tensor", () => {
    const expected = oneHot([2, 0], 3).toArray();
    expect(oneHot(indices([2, 0]), 3).toArray()).toEqual(expected);
    expect(oneHot(Int32Array.of(2, 0), 3).toArray()).toEqual(expected);
    expect(() => oneHot(tensor([2, 0]), 3)).toThrow("oneHot: indices are needed (see indices()), not float32");
  });

  it("oneHot names the index that is no class", () => {
    expect(() => oneHot([0, 3], 3)).toThrow("oneHot: index 3 at position 1 is not one of 3 classes");
  });
});

describe("sequences", () => {
  it("count in steps up to, but without, their end", () => {
    expect(arange(3).toArray()).toEqual([0, 1, 2]);
    expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(arange(2, -1, -1).toArray()).toEqual([2, 1, 0]);
    expect(arange(2, 1).shape).toEqual([0]);
  });

  it("never reach their end, however the steps are rounded", () => {
    expect(arange(1, 1.3, 0.1).shape).toEqual([3]);
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 1, max: 50 }), (from, to, parts) => {
        const [start, stop] = [from / 2 ** 27, to / 2 ** 27];
        const step = (stop - start) / parts;
        fc.pre(step !== 0);
        const { size } = arange(start, stop, step);
        const last = start + (size - 1) * step;
        expect(step > 0 ? last < stop : last > stop).toBe(true);
        expect(Math.abs(size - parts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("divide an interval evenly, both ends included", () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(3, 9, 1).toArray()).toEqual([3]);
    expect(linspace(3, 9, 0).shape).toEqual([0]);
    expect(linspace(0, 0.7, 8).data[7]).toBe(Math.fround(0.7));
  });

  it.each([
    [() => arange(0, 1, 0), "arange: finite bounds and a step other than 0 are needed, not 0, 1, 0"],
    [
      () => arange(Number.POSITIVE_INFINITY),
      "arange: finite bounds and a step other than 0 are needed, not 0, Infinity, 1",
    ],
    [() => linspace(0, Number.NaN, 3), "linspace: finite bounds are needed, not 0 and NaN"],
  ])("refuse what has no end", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("indices", () => {
  it("are whole numbers of type int32", () => {
    expect([indices([3, 0]).dtype, ...indices([3, 0]).data]).toEqual(["int32", 3, 0]);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 31])("refuse %s, and say where it stands", (value) => {
    expect(() => indices([1, value])).toThrow(
      `indices: ${value} at position 1 is no whole number from 0 to 2147483647`,
    );
  });

  it("in random order are all numbers below n, once each", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(40), (seed, n) => {
        const drawn = Array.from(permutation(key(seed), n).data);
        expect(drawn.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, index) => index));
      }),
    );
  });
});

describe("draws", () => {
  it("depend on the key and the position alone", () => {
    const long = Array.from(normal(key(3), [20]).data);
    expect(Array.from(normal(key(3), [4, 2]).data)).toEqual(long.slice(0, 8));
    expect(Array.from(normal(key(4), [20]).data)).not.toEqual(long);
  });

  it("name themselves where key, bounds or number are none", () => {
    const numeric: unknown = 7;
    expect(() => Reflect.apply(normal, undefined, [numeric, [2]])).toThrow(
      "normal: a key is needed, not 7; key(7) makes one",
    );
    expect(() => Reflect.apply(uniform, undefined, [numeric, [2]])).toThrow(
      "uniform: a key is needed, not 7; key(7) makes one",
    );
    expect(() => permutation(key(1), 1.5)).toThrow("permutation: n must be an integer in [0, 2^31), got 1.5");
    for (const [low, high] of [
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
      [2, 1],
    ])
      expect(() => uniform(key(1), [2], low, high)).toThrow(
        `uniform: finite bounds in ascending order are needed, not ${low} and ${high}`,
      );
  });

  it("of the uniform distribution lie in [low, high)", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom([0, 1], [1, 2], [-1, 1]), (seed, [low, high]) => {
        for (const value of uniform(key(seed), [50], low, high).data) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThan(high);
        }
      }),
    );
  });
});
