import { valueAndGrad } from "@factorvae/autograd";
import {
  DeadTensorError,
  expand,
  flip,
  indices,
  key,
  normal,
  pinned,
  readSafetensors,
  reference64,
  scalar,
  scope,
  sum,
  type Tensor,
  tensor,
  withBackend,
  writeSafetensors,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { parameter } from "../parameter.js";
import { StateDictError } from "../state-dict.js";
import { adam, adamW, amsGrad } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { rmsProp } from "./rms-prop.js";
import { sgd } from "./sgd.js";

interface Maker {
  readonly about: string;
  readonly name: string;
  readonly make: (params: readonly Tensor[], options: { readonly lr: number }) => Optimizer;
  readonly slots: readonly string[];
}

const moments = ["firstMoment", "secondMoment"];
const makers: readonly Maker[] = [
  { about: "adam", name: "adam", make: adam, slots: moments },
  { about: "adamW", name: "adamW", make: adamW, slots: moments },
  { about: "amsGrad", name: "amsGrad", make: amsGrad, slots: [...moments, "largestMoment"] },
  { about: "sgd", name: "sgd", make: sgd, slots: [] },
  ...[{ dampening: 0.3 }, { nesterov: true, weightDecay: 0.1 }].map((settings) => ({
    about: `sgd with momentum and ${Object.keys(settings)}`,
    name: "sgd",
    make: (params: readonly Tensor[], options: { readonly lr: number }) =>
      sgd(params, { momentum: 0.9, ...settings, ...options }),
    slots: ["velocity"],
  })),
  { about: "rmsProp", name: "rmsProp", make: rmsProp, slots: ["secondMoment"] },
  {
    about: "rmsProp, centred, with momentum",
    name: "rmsProp",
    make: (params, options) => rmsProp(params, { centred: true, momentum: 0.9, ...options }),
    slots: ["secondMoment", "firstMoment", "velocity"],
  },
];

const shapes = [[2, 3], [4], []] as const;
const draws = (from: number): Tensor[] => shapes.map((shape, at) => normal(key(from + at), shape));
const values = (tensors: readonly Tensor[]): unknown[] => tensors.map((tensor) => tensor.toArray());

describe.each(makers)("$about", ({ name, make, slots }) => {
  const steps = (optimizer: Optimizer, from: number, to: number): void => {
    for (let count = from; count < to; count++) optimizer.step(draws(100 * count), { lr: 0.1 / (1 + count) });
  };

  it("takes the same steps with its memory pinned, which goes back to the heap", () => {
    const [free, held] = [draws(1).map(parameter), draws(1).map(parameter)];
    const [one, other] = [make(free, { lr: 0.1 }), make(held, { lr: 0.1 })];
    steps(one, 0, 4);
    pinned([...held, ...other.memory()], () => steps(other, 0, 4));
    expect(values(held)).toEqual(values(free));
    expect(values(Object.values(other.stateDict()))).toEqual(values(Object.values(one.stateDict())));
    expect(other.memory().every(({ storage }) => storage.isOnHeap)).toBe(true);
  });

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

  it.runIf(slots.length > 0)("refuses the state of another list of parameters and keeps its own", () => {
    const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
    const other = make(draws(1).slice(0, 2).map(parameter), { lr: 0.1 });
    const before = values(Object.values(optimizer.stateDict()));
    expect(() => optimizer.loadStateDict(other.stateDict())).toThrow(StateDictError);
    expect(() => optimizer.loadStateDict(other.stateDict())).toThrow(
      `${name}.loadStateDict: the state does not fit; nothing was loaded; missing: ${slots.map((slot) => `${slot}.2`).join(", ")}`,
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

  it("refuses a state that is no object by name", () => {
    const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
    // @ts-expect-error A Map is none.
    expect(() => optimizer.loadStateDict(new Map(Object.entries(optimizer.stateDict())))).toThrow(
      `${name}.loadStateDict: the state must be tensors by name, { name: tensor }, not an object (Map); did you mean Object.fromEntries(it)?`,
    );
  });

  it("refuses to train nothing", () => {
    expect(() => make([], { lr: 0.1 })).toThrow(new RegExp(`^${name}: there is no parameter, .*#private fields`));
  });

  it("refuses what is no list of parameters, and one given twice", () => {
    const [matrix, vector] = draws(1).map(parameter);
    expect(() => make([matrix, vector, matrix], { lr: 0.1 })).toThrow(
      `${name}: parameter 2, [2, 3], is parameter 0 again; it would be moved twice`,
    );
    // @ts-expect-error A module is no list of parameters.
    expect(() => make({ matrix }, { lr: 0.1 })).toThrow(
      `${name}: parameters must be an array of tensors, not an object; did you mean parameters(module)?`,
    );
    // @ts-expect-error A number is no parameter.
    expect(() => make([matrix, 1], { lr: 0.1 })).toThrow(`${name}: parameters must be tensors, but 1 is 1`);
  });

  it("refuses two parameters over one memory, and moves slices of it that are apart", () => {
    const [matrix, vector] = draws(1).map(parameter);
    const message =
      "shares memory with parameter 1 or is interleaved with it; make each a tensor of its own: parameter(x)";
    expect(() => make([vector, matrix, matrix.reshape([3, 2])], { lr: 0.1 })).toThrow(
      new RangeError(`${name}: parameter 2, [3, 2], ${message}`),
    );
    expect(() => make([vector, matrix.slice(0, 0, 1), flip(matrix, 1)], { lr: 0.1 })).toThrow(message);
    expect(() => make([vector, matrix.slice(1, 0, 2), matrix.slice(1, 1, 3)], { lr: 0.1 })).toThrow(message);
    expect(() => make([zeros([0]), matrix, matrix.slice(0, 1, 2)], { lr: 0.1 })).toThrow(message);
    expect(() => make([vector, matrix.slice(1, 0, 1), matrix.slice(1, 1, 2)], { lr: 0.1 })).toThrow(message);
    const slices = [matrix.slice(0, 0, 1), flip(matrix.slice(0, 1, 2), 1), matrix.slice(0, 1, 1)];
    const apart = slices.map(parameter);
    const grads = slices.map(({ shape }, at) => normal(key(at), shape));
    for (const params of [slices, apart]) make(params, { lr: 0.1 }).step(grads);
    expect(values(slices)).toEqual(values(apart));
  });

  it("refuses a parameter whose elements share memory", () => {
    const [matrix, vector] = draws(1).map(parameter);
    expect(() => make([matrix, expand(vector.slice(0, 0, 1), [4])], { lr: 0.1 })).toThrow(
      `${name}: parameter 1, [4], is an expanded view, whose elements share memory; make it a tensor of its own: parameter(x)`,
    );
    make([zeros([3, 0])], { lr: 0.1 }).step([zeros([3, 0])]);
  });

  it.runIf(slots.length > 0)(
    "refuses a step where its memory cannot be read, by name, and changes nothing then",
    () => {
      const params = draws(1).map(parameter);
      const optimizer = withBackend(reference64, () => make(params, { lr: 0.1 }));
      const before = values(params);
      expect(() => optimizer.step(draws(5))).toThrow(
        `${name}: ${slots[0]}: 0, [2, 3], is float64, which only reference64 can use; make it float32 first`,
      );
      expect(values(params)).toEqual(before);
    },
  );

  it("refuses gradients that are no tensors, and changes nothing then", () => {
    const params = draws(1).map(parameter);
    const optimizer = make(params, { lr: 0.1 });
    const before = values([...params, ...Object.values(optimizer.stateDict())]);
    const [matrix, vector] = draws(5);
    // @ts-expect-error A gradient may be missing from an array.
    expect(() => optimizer.step([matrix, vector, undefined])).toThrow(
      `${name}: gradients must be tensors, but 2 is undefined`,
    );
    // @ts-expect-error The result of clipByNorm is no list.
    expect(() => optimizer.step({ grads: [matrix] })).toThrow(
      `${name}: gradients must be an array of tensors, not an object`,
    );
    expect(values([...params, ...Object.values(optimizer.stateDict())])).toEqual(before);
  });

  it("refuses a last gradient that cannot be read, and changes nothing then", () => {
    const params = draws(1).map(parameter);
    const optimizer = make(params, { lr: 0.1 });
    const before = values([...params, ...Object.values(optimizer.stateDict())]);
    const [matrix, vector] = draws(5);
    const freed: Tensor[] = [];
    scope(() => {
      freed.push(scalar(1).add(1));
    });
    expect(() => optimizer.step([matrix, vector, ...freed])).toThrow(DeadTensorError);
    expect(() => optimizer.step([matrix, vector, withBackend(reference64, () => scalar(1))])).toThrow(
      `${name}: gradients: 2, [], is float64, which only reference64 can use; make it float32 first`,
    );
    expect(values([...params, ...Object.values(optimizer.stateDict())])).toEqual(before);
  });

  it("refuses to move a last parameter that is being differentiated, and changes nothing then", () => {
    const params = draws(1).map(parameter);
    const optimizer = make(params, { lr: 0.1 });
    const before = values([...params, ...Object.values(optimizer.stateDict())]);
    const loss = (): Tensor<readonly []> => {
      optimizer.step(draws(5));
      return sum(params[2]);
    };
    expect(() => valueAndGrad(loss, [params[2]])).toThrow(`${name}: a tensor [] is being differentiated`);
    expect(values([...params, ...Object.values(optimizer.stateDict())])).toEqual(before);
  });

  it("refuses indices for a parameter", () => {
    expect(() => make([parameter(scalar(1)), indices([1, 2])], { lr: 0.1 })).toThrow(
      `${name}: parameter 1, [2], holds indices, which cannot move; leave it out`,
    );
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses a state of %d steps, and keeps its own",
    (count) => {
      const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
      steps(optimizer, 0, 2);
      const before = values(Object.values(optimizer.stateDict()));
      const state = { ...optimizer.stateDict(), step: scalar(count) };
      expect(() => optimizer.loadStateDict(state)).toThrow(
        `${name}.loadStateDict: step must be a whole number of at least 0, not ${count} (element 0 of [])`,
      );
      expect(values(Object.values(optimizer.stateDict()))).toEqual(before);
    },
  );

  const powers = slots.filter((slot) => slot === "secondMoment" || slot === "largestMoment");
  it.each(powers)("refuses a %s below 0 or that is none, and keeps its own", (slot) => {
    const optimizer = make(draws(1).map(parameter), { lr: 0.1 });
    steps(optimizer, 0, 2);
    const before = values(Object.values(optimizer.stateDict()));
    for (const wrong of [-1, Number.NaN]) {
      const state = { ...optimizer.stateDict(), [`${slot}.1`]: tensor([0, 1, wrong, 2]) };
      expect(() => optimizer.loadStateDict(state)).toThrow(
        `${name}.loadStateDict: ${slot}.1 must be at least 0, not ${wrong} (element 2 of [4])`,
      );
    }
    expect(values(Object.values(optimizer.stateDict()))).toEqual(before);
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

  it.each([-1, Number.POSITIVE_INFINITY, Number.NaN])("refuses a learning rate of %d", (lr) => {
    expect(() => make([zeros([1])], { lr })).toThrow(
      `${name}: the learning rate must be finite and at least 0, not ${lr}`,
    );
  });
});
