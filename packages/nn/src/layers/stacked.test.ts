import { gradcheck } from "@factorvae/autograd";
import { concatenate, flip, key, normal, reshape, type Tensor, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { parameters } from "../parameter.js";
import { stateDict } from "../state-dict.js";
import { Bidirectional } from "./bidirectional.js";
import { GRU } from "./gru.js";
import { LSTM } from "./lstm.js";
import type { RecurrentLayer } from "./recurrent.js";
import { stacked } from "./stacked.js";

const size = fc.integer({ min: 1, max: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

const units: Readonly<Record<string, (inputs: number, hidden: number, from: number) => RecurrentLayer>> = {
  GRU: (inputs, hidden, from) => new GRU<number, number>(inputs, hidden, key(from)),
  LSTM: (inputs, hidden, from) => new LSTM<number, number>(inputs, hidden, key(from)),
};

describe.each(Object.entries(units))("a stack of layers of kind %s", (_, unit) => {
  it("is one layer on the states of the other, to the bit", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, steps, hidden, from) => {
        const [low, middle, top] = [
          unit(3, hidden, from),
          unit(hidden, hidden, from + 1),
          unit(hidden, hidden, from + 2),
        ];
        const x = normal(key(from + 3), [rows, steps, 3]);
        const whole = stacked(low, middle, top);
        const below = middle.states(low.states(x));
        expect(whole.states(x).toArray()).toEqual(top.states(below).toArray());
        expect(whole.forward(x).toArray()).toEqual(top.forward(below).toArray());
        expect(stacked(low, middle).forward(x).toArray()).toEqual(middle.forward(low.states(x)).toArray());
      }),
      runs(30),
    );
  });

  it("both ways reads the sequence turned round as itself, its halves exchanged", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, steps, hidden, from) => {
        const [onward, reverse] = [unit(3, hidden, from), unit(3, hidden, from + 1)];
        const x = normal(key(from + 2), [rows, steps, 3]);
        const [one, other] = [new Bidirectional(onward, reverse), new Bidirectional(reverse, onward)];
        const turned = flip(other.states(flip(x, 1)), 1);
        const halves = [turned.slice(2, hidden, 2 * hidden), turned.slice(2, 0, hidden)];
        expect(one.states(x).toArray()).toEqual(concatenate(halves, 2).toArray());
        expect(one.states(x).shape).toEqual([rows, steps, 2 * hidden]);
        const ends = [onward.forward(x), reverse.forward(flip(x, 1))];
        expect(one.forward(x).toArray()).toEqual(concatenate(ends, 1).toArray());
      }),
      runs(30),
    );
  });

  it("has the derivatives that differences give, first and second, both ways too", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, steps, from) => {
        const both = new Bidirectional(unit(2, 2, from), unit(2, 2, from + 1));
        const layer = stacked(both, unit(4, 4, from + 2));
        const x = normal(key(from + 3), [rows, steps, 2]);
        const run = (moved: Tensor): Tensor => layer.states(reshape(moved, [rows, steps, 2]));
        gradcheck(run, [x], { key: key(from + 4) });
      }),
      runs(10),
    );
  });

  it("trains every parameter of every layer, and names them by their place", () => {
    const both = (inputs: number, from: number) => new Bidirectional(unit(inputs, 2, from), unit(inputs, 2, from + 1));
    const layer = stacked(both(3, 1), both(4, 3));
    expect(parameters(layer)).toHaveLength(16);
    expect(Object.keys(stateDict(layer))).toContain("stack.1.reverse.weightHh");
  });
});

describe("layers over layers refuse what is no recurrent layer", () => {
  const [low, high] = [new GRU(3, 2, key(1)), new GRU(2, 2, key(2))];
  const wanted = "a recurrent layer, an object with forward and states, is needed, not";

  it.each<[string, () => unknown, string]>([
    ["a list", () => Reflect.apply(stacked, undefined, [[low, high]]), `stacked: ${wanted} an array`],
    ["one alone", () => Reflect.apply(stacked, undefined, [low]), `stacked: ${wanted} undefined`],
    ["a third", () => Reflect.apply(stacked, undefined, [low, high, 2]), `stacked: ${wanted} 2`],
    ["one way", () => Reflect.construct(Bidirectional, [low]), `Bidirectional: ${wanted} undefined`],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(new TypeError(message));
  });
});

describe("layers over layers refuse what does not fit", () => {
  it("when compiling and when running", () => {
    const [low, high] = [new GRU(3, 2, key(1)), new GRU(2, 2, key(2))];
    // @ts-expect-error The second layer reads 3 features, the first makes 2.
    expect(() => stacked(low, low).forward(zeros([4, 5, 3]))).toThrow(
      "GRU: x must be [rows, steps >= 1, 3], not [4, 5, 2]",
    );
    // @ts-expect-error Both layers read the same sequence.
    expect(() => new Bidirectional(low, high).forward(zeros([4, 5, 3]))).toThrow(
      "GRU: x must be [rows, steps >= 1, 2]",
    );
    // @ts-expect-error The stack reads 3 features per step.
    expect(() => stacked(low, high).states(zeros([4, 5, 2]))).toThrow("GRU: x must be [rows, steps >= 1, 3]");
    const last: Tensor<readonly [4, 2]> = stacked(low, high).forward(zeros([4, 5, 3]));
    expect(last.shape).toEqual([4, 2]);
  });
});
