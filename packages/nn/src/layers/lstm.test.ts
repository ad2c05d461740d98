import { gradcheck } from "@factorvae/autograd";
import { concatenate, key, normal, reshape, ShapeError, slice, type Tensor, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { LSTM } from "./lstm.js";

const size = fc.integer({ min: 1, max: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

describe("LSTM", () => {
  it("ends in the last of its states", () => {
    fc.assert(
      fc.property(size, size, size, size, seed, (rows, steps, inputs, hidden, from) => {
        const lstm = new LSTM<number, number>(inputs, hidden, key(from));
        const x = normal(key(from + 1), [rows, steps, inputs]);
        const states = lstm.states(x);
        expect(states.shape).toEqual([rows, steps, hidden]);
        expect(lstm.forward(x).toArray()).toEqual(states.toArray().map((row) => row[steps - 1]));
        expect(lstm.final(x).hidden.toArray()).toEqual(lstm.forward(x).toArray());
      }),
      runs(30),
    );
  });

  it("goes on from a state as if it had never stopped, to the bit", () => {
    fc.assert(
      fc.property(size, size, size, size, seed, (rows, before, after, hidden, from) => {
        const lstm = new LSTM<number, number>(3, hidden, key(from));
        const x = normal(key(from + 1), [rows, before + after, 3]);
        const middle = lstm.final(slice(x, 1, 0, before));
        const [end, whole] = [lstm.final(slice(x, 1, before, before + after), middle), lstm.final(x)];
        expect(end.hidden.toArray()).toEqual(whole.hidden.toArray());
        expect(end.cell.toArray()).toEqual(whole.cell.toArray());
      }),
      runs(30),
    );
  });

  it("treats each row by itself: its states depend neither on the others nor on its place, to the bit", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, steps, hidden, from) => {
        const lstm = new LSTM<number, number>(3, hidden, key(from));
        const x = normal(key(from + 1), [rows, steps, 3]);
        const others = normal(key(from + 2), [5, steps, 3]);
        const together = lstm.forward(concatenate([others, x], 0)).toArray();
        expect(together.slice(5)).toEqual(lstm.forward(x).toArray());
      }),
      runs(30),
    );
  });

  it("shows states between -1 and 1, finite at any input", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const lstm = new LSTM(3, 4, key(from));
        const x = normal(key(from + 1), [5, 6, 3]).mul(1e4);
        for (const value of lstm.states(x).data) expect(Math.abs(value)).toBeLessThanOrEqual(1);
      }),
      runs(20),
    );
  });

  it("has the derivatives that differences give, first and second, for every parameter, input and first state", () => {
    fc.assert(
      fc.property(size, size, size, size, seed, fc.boolean(), (rows, steps, inputs, hidden, from, all) => {
        const lstm = new LSTM<number, number>(inputs, hidden, key(from));
        const { weightIh, weightHh, biasIh, biasHh } = lstm;
        const run = (...[x, first, memory, ...weights]: Tensor[]): Tensor => {
          const [ih, hh, bi, bh] = weights;
          Object.assign(lstm, { weightIh: ih, weightHh: hh, biasIh: bi, biasHh: bh });
          const initial = { hidden: reshape(first, [rows, hidden]), cell: reshape(memory, [rows, hidden]) };
          const cube = reshape(x, [rows, steps, inputs]);
          return all ? lstm.states(cube, initial) : lstm.final(cube, initial).cell;
        };
        const state = [2, 3].map((at) => normal(key(from + at), [rows, hidden]));
        const x = normal(key(from + 1), [rows, steps, inputs]);
        gradcheck(run, [x, ...state, weightIh, weightHh, biasIh, biasHh], { key: key(from + 4) });
      }),
      runs(10),
    );
  });

  it("starts with all four parameters different", () => {
    const { weightIh, weightHh, biasIh, biasHh } = new LSTM(2, 2, key(7));
    const firsts = [weightIh, weightHh, biasIh, biasHh].map(({ data }) => data[0]);
    expect(new Set(firsts).size).toBe(4);
  });
});

describe("an LSTM refuses", () => {
  const lstm = new LSTM(3, 2, key(1));

  it("inputs of another width, when compiling and when running", () => {
    // @ts-expect-error The layer takes 3 features per step.
    expect(() => lstm.forward(zeros([4, 5, 2]))).toThrow("LSTM: x must be [rows, steps >= 1, 3], not [4, 5, 2]");
    // @ts-expect-error A sequence has an axis for its steps.
    expect(() => lstm.states(zeros([4, 3]))).toThrow(ShapeError);
    const last: Tensor<readonly [4, 2]> = lstm.forward(zeros([4, 5, 3]));
    expect(last.shape).toEqual([4, 2]);
  });

  it("an initial state of another shape, when compiling and when running", () => {
    const [fits, misfit] = [zeros([4, 2]), zeros([4, 3])];
    // @ts-expect-error The cell has 2 units.
    expect(() => lstm.forward(zeros([4, 5, 3]), { hidden: fits, cell: misfit })).toThrow(
      "LSTM: the initial cell state must be [4, 2], not [4, 3]",
    );
    // @ts-expect-error There are 4 rows; one would broadcast.
    expect(() => lstm.forward(zeros([4, 5, 3]), { hidden: zeros([1, 2]), cell: fits })).toThrow(
      "LSTM: the initial hidden state must be [4, 2], not [1, 2]",
    );
  });

  it("an initial state that is not a hidden state and a cell", () => {
    const [x, fits] = [zeros([4, 5, 3]), zeros([4, 2])];
    // @ts-expect-error There is no cell.
    expect(() => lstm.forward(x, { hidden: fits })).toThrow(
      "LSTM: the initial cell state must be a tensor, not undefined",
    );
    // @ts-expect-error There is no hidden state.
    expect(() => lstm.states(x, { cell: fits })).toThrow(
      "LSTM: the initial hidden state must be a tensor, not undefined",
    );
    // @ts-expect-error A GRU's state is one tensor, an LSTM's are two.
    expect(() => lstm.final(x, fits)).toThrow(
      "LSTM: the initial state: needs options { hidden, cell }, not a tensor [4, 2]",
    );
    // @ts-expect-error A mistyped name.
    expect(() => lstm.forward(x, { hidden: fits, cel: fits })).toThrow(
      'LSTM: the initial state: there is no option "cel"; did you mean cell?',
    );
    // @ts-expect-error An array is no tensor.
    expect(() => lstm.forward([[[1, 2, 3]]])).toThrow(
      "LSTM: x must be a tensor, not an array; tensor(values, shape) makes one",
    );
  });

  it("a sequence without steps", () => {
    expect(() => lstm.forward(zeros([4, 0, 3]))).toThrow("LSTM: x must be [rows, steps >= 1, 3], not [4, 0, 3]");
  });

  it("sizes that are no sizes", () => {
    expect(() => new LSTM(0, 2, key(1))).toThrow("LSTM: inputs must be a whole number of at least 1, not 0");
    expect(() => new LSTM(2, 0.5, key(1))).toThrow("LSTM: hidden must be a whole number of at least 1, not 0.5");
  });
});
