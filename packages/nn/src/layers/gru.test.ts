import { gradcheck } from "@factorvae/autograd";
import { concatenate, key, normal, reshape, ShapeError, slice, type Tensor, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { GRU } from "./gru.js";

const size = fc.integer({ min: 1, max: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

describe("GRU", () => {
  it("ends in the last of its states", () => {
    fc.assert(
      fc.property(size, size, size, size, seed, (rows, steps, inputs, hidden, from) => {
        const gru = new GRU<number, number>(inputs, hidden, key(from));
        const x = normal(key(from + 1), [rows, steps, inputs]);
        const states = gru.states(x);
        expect(states.shape).toEqual([rows, steps, hidden]);
        expect(gru.forward(x).toArray()).toEqual(states.toArray().map((row) => row[steps - 1]));
      }),
      runs(30),
    );
  });

  it("goes on from a state as if it had never stopped, to the bit", () => {
    fc.assert(
      fc.property(size, size, size, size, seed, (rows, before, after, hidden, from) => {
        const gru = new GRU<number, number>(3, hidden, key(from));
        const x = normal(key(from + 1), [rows, before + after, 3]);
        const middle = gru.forward(slice(x, 1, 0, before));
        const end = gru.forward(slice(x, 1, before, before + after), middle);
        expect(end.toArray()).toEqual(gru.forward(x).toArray());
      }),
      runs(30),
    );
  });

  it("treats each row by itself: its states depend neither on the others nor on its place, to the bit", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, steps, hidden, from) => {
        const gru = new GRU<number, number>(3, hidden, key(from));
        const x = normal(key(from + 1), [rows, steps, 3]);
        const others = normal(key(from + 2), [5, steps, 3]);
        const together = gru.forward(concatenate([others, x], 0)).toArray();
        expect(together.slice(5)).toEqual(gru.forward(x).toArray());
      }),
      runs(30),
    );
  });

  it("keeps its states between -1 and 1", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const gru = new GRU(3, 4, key(from));
        const x = normal(key(from + 1), [5, 6, 3]).mul(1e4);
        for (const value of gru.states(x).data) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
      runs(20),
    );
  });

  it("has the derivatives that differences give, first and second, for every parameter, input and first state", () => {
    fc.assert(
      fc.property(size, size, size, size, seed, fc.boolean(), (rows, steps, inputs, hidden, from, all) => {
        const gru = new GRU<number, number>(inputs, hidden, key(from));
        const { weightIh, weightHh, biasIh, biasHh } = gru;
        const run = (...[x, initial, ...weights]: Tensor[]): Tensor => {
          const [ih, hh, bi, bh] = weights;
          Object.assign(gru, { weightIh: ih, weightHh: hh, biasIh: bi, biasHh: bh });
          const cube = reshape(x, [rows, steps, inputs]);
          const first = reshape(initial, [rows, hidden]);
          return all ? gru.states(cube, first) : gru.forward(cube, first);
        };
        const x = normal(key(from + 1), [rows, steps, inputs]);
        const initial = normal(key(from + 2), [rows, hidden]);
        gradcheck(run, [x, initial, weightIh, weightHh, biasIh, biasHh], { key: key(from + 3) });
      }),
      runs(15),
    );
  });

  it("starts with all four parameters different", () => {
    const { weightIh, weightHh, biasIh, biasHh } = new GRU(2, 2, key(7));
    const firsts = [weightIh, weightHh, biasIh, biasHh].map(({ data }) => data[0]);
    expect(new Set(firsts).size).toBe(4);
  });
});

describe("a GRU refuses", () => {
  const gru = new GRU(3, 2, key(1));

  it("inputs of another width, when compiling and when running", () => {
    // @ts-expect-error The layer takes 3 features per step.
    expect(() => gru.forward(zeros([4, 5, 2]))).toThrow("GRU: x must be [rows, steps >= 1, 3], not [4, 5, 2]");
    // @ts-expect-error A sequence has an axis for its steps.
    expect(() => gru.states(zeros([4, 3]))).toThrow(ShapeError);
    const last: Tensor<readonly [4, 2]> = gru.forward(zeros([4, 5, 3]));
    const states: Tensor<readonly [4, 5, 2]> = gru.states(zeros([4, 5, 3]));
    expect([last.shape, states.shape]).toEqual([
      [4, 2],
      [4, 5, 2],
    ]);
  });

  it("an initial state of another shape, when compiling and when running", () => {
    // @ts-expect-error The state has 2 units.
    expect(() => gru.forward(zeros([4, 5, 3]), zeros([4, 3]))).toThrow("the initial state must be [4, 2], not [4, 3]");
    // @ts-expect-error There are 4 rows; one would broadcast.
    expect(() => gru.forward(zeros([4, 5, 3]), zeros([1, 2]))).toThrow("the initial state must be [4, 2], not [1, 2]");
  });

  it("a sequence without steps", () => {
    expect(() => gru.forward(zeros([4, 0, 3]))).toThrow("GRU: x must be [rows, steps >= 1, 3], not [4, 0, 3]");
  });

  it("sizes that are no sizes", () => {
    expect(() => new GRU(0, 2, key(1))).toThrow("GRU: inputs must be a whole number of at least 1, not 0");
    expect(() => new GRU(2, 0.5, key(1))).toThrow("GRU: hidden must be a whole number of at least 1, not 0.5");
  });
});
