import { valueAndGrad } from "@factorvae/autograd";
import { key, normal, reference64, sum, type Tensor, tensor, withBackend, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameter } from "../parameter.js";
import { type AdamOptions, adam, adamW, amsGrad } from "./adam.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const decay = fc.double({ min: 0, max: 0.999, noNaN: true });
const shapes = [[2, 3], [4], []] as const;

const draws = (from: number): Tensor[] => shapes.map((shape, at) => normal(key(from + at), shape));
const values = (tensors: readonly Tensor[]): unknown[] => tensors.map((tensor) => tensor.toArray());

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

  it("remembers nothing of a large gradient where nothing is kept", () => {
    const x = parameter(tensor([1]));
    const { step } = adam([x], { lr: 0.1, beta1: 0, beta2: 0 });
    for (const gradient of [100, 0.01]) step([tensor([gradient])]);
    expect(x.item()).toBeCloseTo(0.8, 6);
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

describe("amsGrad", () => {
  it("divides by the largest second moment that there was", () => {
    withBackend(reference64, () => {
      const x = parameter(tensor([0]));
      const [lr, beta2] = [0.1, 0.5];
      const { step, stateDict } = amsGrad([x], { lr, beta1: 0, beta2 });
      let [power, largest, expected] = [0, 0, 0];
      [5, 0.1, 0.01, 3, 0.1, 8].forEach((gradient, at) => {
        step([tensor([gradient])]);
        power += (1 - beta2) * (gradient ** 2 - power);
        largest = Math.max(largest, power);
        expected -= (lr * gradient) / (Math.sqrt(largest / (1 - beta2 ** (at + 1))) + 1e-8);
        expect(x.data[0]).toBeCloseTo(expected, 12);
        expect(stateDict()["largestMoment.0"].data[0]).toBeCloseTo(largest, 12);
      });
    });
  });

  it("is adamW while gradients grow, to the bit", () => {
    const [mine, theirs] = [draws(1).map(parameter), draws(1).map(parameter)];
    const options = { lr: 0.1, weightDecay: 0.1 };
    const [monotone, plain] = [amsGrad(mine, options), adamW(theirs, options)];
    for (let count = 1; count < 6; count++) {
      const grads = draws(10).map((gradient) => gradient.mul(count));
      monotone.step(grads);
      plain.step(grads);
    }
    expect(values(mine)).toEqual(values(theirs));
  });
});

describe.each([
  ["adam", adam],
  ["adamW", adamW],
  ["amsGrad", amsGrad],
] as const)("%s", (name, make) => {
  it.each<[AdamOptions & { weightDecay?: number }, string]>([
    [{ lr: 1, beta1: 1 }, "beta1 must be in [0, 1), not 1"],
    [{ lr: 1, beta2: -0.1 }, "beta2 must be in [0, 1), not -0.1"],
    [{ lr: 1, epsilon: 0 }, "epsilon must be positive and finite, not 0"],
  ])("refuses %o", (options, message) => {
    expect(() => make([zeros([1])], options)).toThrow(`${name}: ${message}`);
  });
});

it.each([
  ["adamW", adamW],
  ["amsGrad", amsGrad],
] as const)("%s refuses a negative weight decay", (name, make) => {
  expect(() => make([zeros([1])], { lr: 1, weightDecay: -1 })).toThrow(
    `${name}: weightDecay must be finite and at least 0, not -1`,
  );
});
