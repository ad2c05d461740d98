import { valueAndGrad } from "@factorvae/autograd";
import {
  key,
  normal,
  pinned,
  readSafetensors,
  reference64,
  sum,
  type Tensor,
  tensor,
  withBackend,
  writeSafetensors,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tensor/test/runs.js";
import { type AdamOptions, adam, adamW } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { parameter } from "./parameter.js";
import { StateDictError } from "./state-dict.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const decay = fc.double({ min: 0, max: 0.999, noNaN: true });
const shapes = [[2, 3], [4], []] as const;

const draws = (from: number): Tensor[] => shapes.map((shape, at) => normal(key(from + at), shape));
const values = (tensors: readonly Tensor[]): unknown[] => tensors.map((tensor) => tensor.toArray());
const makers = [
  ["adam", adam],
  ["adamW", adamW],
] as const;

describe("adam", () => {
  it("moves by lr g / (|g| + epsilon) in every step while the gradient stays: the biases of both means are corrected", () => {
    const options = fc.record({
      lr: fc.double({ min: 1e-4, max: 1, noNaN: true }),
      beta1: decay,
      beta2: decay,
      epsilon: fc.double({ min: 1e-10, max: 0.1, noNaN: true }),
    });
    fc.assert(
      fc.property(seed, options, fc.integer({ min: 1, max: 20 }), (from, settings, steps) => {
        withBackend(reference64, () => {
          const start = draws(from);
          const [params, grads] = [start.map(parameter), draws(from + 50)];
          const { step } = adam(params, settings);
          for (let count = 0; count < steps; count++) step(grads);
          params.forEach((found, at) => {
            found.data.forEach((value, index) => {
              const g = grads[at].data[index];
              const move = (steps * settings.lr * g) / (Math.abs(g) + settings.epsilon);
              expect(Math.abs(start[at].data[index] - value - move)).toBeLessThan(1e-9 * Math.max(1, Math.abs(move)));
            });
          });
        });
      }),
    );
  });

  it("finds the lowest point of a bowl", () => {
    const x = parameter(tensor([3, -2]));
    const target = tensor([0.5, 1]);
    const optimizer = adam([x], { lr: 0.05 });
    for (let count = 0; count < 600; count++)
      optimizer.step(valueAndGrad(() => sum(x.sub(target).square()), [x]).grads);
    x.data.forEach((value, at) => {
      expect(value).toBeCloseTo(target.data[at], 3);
    });
  });

  it("does not touch a parameter whose gradients were always 0", () => {
    const x = parameter(tensor([3, -2]));
    const { step } = adam([x], { lr: 1 });
    for (let count = 0; count < 5; count++) step([zeros([2])]);
    expect(x.toArray()).toEqual([3, -2]);
  });
});

describe("adamW", () => {
  it("shrinks by 1 - lr weightDecay in each step where there is no gradient, at the rate of that step", () => {
    const rates = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(seed, rates, fc.double({ min: 0, max: 1, noNaN: true }), (from, lrs, weightDecay) => {
        withBackend(reference64, () => {
          const start = normal(key(from), [3]);
          const x = parameter(start);
          const { step } = adamW([x], { lr: 1, weightDecay });
          for (const lr of lrs) step([zeros([3])], { lr });
          const left = lrs.reduce((product, lr) => product * (1 - lr * weightDecay), 1);
          x.data.forEach((value, at) => {
            expect(value).toBeCloseTo(start.data[at] * left, 12);
          });
        });
      }),
    );
  });

  it("is adam where the decay is 0, to the bit", () => {
    const [mine, theirs] = [draws(1).map(parameter), draws(1).map(parameter)];
    const [decoupled, plain] = [adamW(mine, { lr: 0.1, weightDecay: 0 }), adam(theirs, { lr: 0.1 })];
    for (let count = 0; count < 5; count++) {
      decoupled.step(draws(10 + count));
      plain.step(draws(10 + count));
    }
    expect(values(mine)).toEqual(values(theirs));
  });
});

describe.each(makers)("%s", (name, make) => {
  it("takes the same steps with its memory pinned, which goes back to the heap", () => {
    const [free, held] = [draws(1).map(parameter), draws(1).map(parameter)];
    const [one, other] = [make(free, { lr: 0.1 }), make(held, { lr: 0.1 })];
    steps(one, 0, 4);
    pinned([...held, ...other.memory()], () => steps(other, 0, 4));
    expect(values(held)).toEqual(values(free));
    expect(values(Object.values(other.stateDict()))).toEqual(values(Object.values(one.stateDict())));
    expect(other.memory().every(({ storage }) => storage.isOnHeap)).toBe(true);
  });

  const steps = (optimizer: Optimizer, from: number, to: number): void => {
    for (let count = from; count < to; count++) optimizer.step(draws(100 * count), { lr: 0.1 / (1 + count) });
  };

  it("goes on from a saved state as if it had never stopped, to the bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 6 }), (before, after) => {
        const uninterrupted = draws(1).map(parameter);
        steps(make(uninterrupted, { lr: 0.1 }), 0, before + after);
        const first = draws(1).map(parameter);
        const optimizer = make(first, { lr: 0.1 });
        steps(optimizer, 0, before);
        const saved = writeSafetensors(optimizer.stateDict());
        const second = first.map(parameter);
        const resumed = make(second, { lr: 0.1 });
        resumed.loadStateDict(readSafetensors(saved).tensors);
        steps(resumed, before, before + after);
        expect(values(second)).toEqual(values(uninterrupted));
      }),
      runs(20),
    );
  });

  it("has a state that later steps do not change", () => {
    const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
    steps(optimizer, 0, 2);
    const state = optimizer.stateDict();
    const before = values(Object.values(state));
    steps(optimizer, 2, 4);
    expect(values(Object.values(state))).toEqual(before);
    expect(state.step.item()).toBe(2);
  });

  it("refuses the state of another list of parameters and keeps its own", () => {
    const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
    const other = make(draws(1).slice(0, 2).map(parameter), { lr: 0.1 });
    const before = values(Object.values(optimizer.stateDict()));
    expect(() => optimizer.loadStateDict(other.stateDict())).toThrow(StateDictError);
    expect(() => optimizer.loadStateDict(other.stateDict())).toThrow(
      `${name}.loadStateDict: the state does not fit; nothing was loaded; missing: firstMoment.2, secondMoment.2`,
    );
    expect(values(Object.values(optimizer.stateDict()))).toEqual(before);
  });

  it("refuses gradients that do not fit, and changes nothing then", () => {
    const params = draws(1).map(parameter);
    const optimizer = make(params, { lr: 0.1 });
    const before = values([...params, ...Object.values(optimizer.stateDict())]);
    const [matrix, vector] = draws(5);
    expect(() => optimizer.step([matrix, vector])).toThrow(`${name}: 3 parameters need as many gradients, not 2`);
    expect(() => optimizer.step([matrix, vector, zeros([1])])).toThrow(
      `${name}: gradient 2 is [1], but its parameter is []`,
    );
    expect(() => optimizer.step(draws(5), { lr: Number.NaN })).toThrow(
      `${name}: the learning rate must be finite and at least 0, not NaN`,
    );
    expect(values([...params, ...Object.values(optimizer.stateDict())])).toEqual(before);
  });

  it("refuses every use after its release", () => {
    const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
    const state = optimizer.stateDict();
    optimizer.release();
    const message = `${name}: used after release(); make a new optimizer`;
    expect(() => optimizer.step(draws(5))).toThrow(message);
    expect(() => optimizer.stateDict()).toThrow(message);
    expect(() => optimizer.loadStateDict(state)).toThrow(message);
  });

  it.each<[AdamOptions & { weightDecay?: number }, string]>([
    [{ lr: -1 }, "the learning rate must be finite and at least 0, not -1"],
    [{ lr: Number.POSITIVE_INFINITY }, "the learning rate must be finite and at least 0, not Infinity"],
    [{ lr: 1, beta1: 1 }, "beta1 must be in [0, 1), not 1"],
    [{ lr: 1, beta2: -0.1 }, "beta2 must be in [0, 1), not -0.1"],
    [{ lr: 1, epsilon: 0 }, "epsilon must be positive and finite, not 0"],
  ])("refuses %o", (options, message) => {
    expect(() => make([], options)).toThrow(`${name}: ${message}`);
  });
});

it("adamW refuses a negative weight decay", () => {
  expect(() => adamW([], { lr: 1, weightDecay: -1 })).toThrow(
    "adamW: weightDecay must be finite and at least 0, not -1",
  );
});
