import { full, key, normal, type Tensor, tensor, zeros } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Linear } from "./layers/linear.js";
import { buffer, parameter, parameters } from "./parameter.js";
import { fromPyTorch, toPyTorch } from "./pytorch.js";
import { loadStateDict, stateDict } from "./state-dict.js";

class Scaled {
  readonly shift = buffer(tensor([1, 2]));
  readonly scale = parameter(tensor([3, 4]));
  readonly name = "scaled";
  readonly sizes = new Float64Array(3);
  readonly key = key(1);
  readonly activate = (x: number): number => x;
  readonly #memo = zeros([2]);

  get memo(): Tensor {
    return this.#memo;
  }
}

class Deep {
  readonly layers = [new Scaled(), new Linear(2, 3, key(5))] as const;
  readonly head = { inner: new Linear(3, 1, key(6)) };
  readonly tied = this.layers[1];
}

describe("parameter and buffer", () => {
  it("copy, so that what a layer trains is nobody else's", () => {
    const source = normal(key(1), [2, 3]);
    const mine = parameter(source);
    expect(mine.toArray()).toEqual(source.toArray());
    expect(mine.data).not.toBe(source.data);
  });

  it("give a broadcast tensor memory of its own for every element", () => {
    const wide = parameter(zeros([1]).expand([4]));
    expect(wide.layout.strides).toEqual([1]);
  });
});

describe("parameters", () => {
  it("come in the order of the state dictionary, without buffers", () => {
    const module = new Deep();
    const found = parameters(module);
    const names = Object.keys(stateDict(module)).filter((name) => !name.endsWith("shift"));
    expect(names).toEqual([
      "layers.0.scale",
      "layers.1.weight",
      "layers.1.bias",
      "head.inner.weight",
      "head.inner.bias",
    ]);
    const [scaled, linear] = module.layers;
    const { inner } = module.head;
    const wanted = [scaled.scale, linear.weight, linear.bias, inner.weight, inner.bias];
    expect(found).toHaveLength(wanted.length);
    wanted.forEach((tensor, at) => {
      expect(found[at]).toBe(tensor);
    });
  });

  it("come in that order where fields are whole numbers, which objects put first", () => {
    const mixed = fc.array(fc.constantFrom("layer", "parameter"), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(mixed, (kinds) => {
        const module = kinds.map((kind, at) =>
          kind === "layer" ? new Linear(1, at + 1, key(at)) : parameter(full([1], at)),
        );
        const state = Object.values(stateDict(module)).map((tensor) => tensor.toArray());
        expect(parameters(module).map((tensor) => tensor.toArray())).toEqual(state);
      }),
    );
  });

  it("refuse two tensors of one name", () => {
    const p = (): Tensor => parameter(zeros([1]));
    expect(() => parameters({ "a.b": p(), a: { b: p() } })).toThrow("parameters: two tensors are named a.b;");
    expect(() => stateDict({ "a.b": p(), a: { b: p() } })).toThrow("stateDict: two tensors are named a.b;");
  });

  it("refuse a Map and a Set, in which layers would not be found", () => {
    expect(() => parameters({ heads: new Map([["one", new Linear(1, 1, key(1))]]) })).toThrow(
      "parameters: heads is a Map, which is not searched; hold layers in an object or an array",
    );
    expect(() => parameters(new Set([new Linear(1, 1, key(1))]))).toThrow("parameters: the module is a Set,");
  });

  it("count a tensor that is reached twice once, under its first name", () => {
    const shared = parameter(zeros([2]));
    expect(parameters({ a: shared, b: [shared] })).toHaveLength(1);
    expect(Object.keys(stateDict({ a: shared, b: [shared] }))).toEqual(["a"]);
  });

  it("end in modules that refer to themselves", () => {
    const module: { weight: Tensor; self?: unknown } = { weight: parameter(zeros([1])) };
    module.self = module;
    expect(parameters(module)).toHaveLength(1);
  });

  it("refuse a tensor that would neither be trained nor saved, by name", () => {
    const module = { encoder: { scale: zeros([2]) } };
    expect(() => parameters(module)).toThrow(
      "encoder.scale is a tensor, but neither a parameter nor a buffer; make it with parameter(t) or buffer(t)",
    );
  });

  it("refuse what is no module", () => {
    for (const [none, told] of [
      [undefined, "undefined"],
      [null, "null"],
      [3, "3"],
      [() => new Linear(1, 1, key(1)), "a function"],
    ] as const) {
      const message = `a module is needed, an object that holds layers, not ${told}`;
      // @ts-expect-error Not all of these are objects.
      expect(() => parameters(none)).toThrow(new TypeError(`parameters: ${message}`));
      // @ts-expect-error Not all of these are objects.
      expect(() => stateDict(none)).toThrow(new TypeError(`stateDict: ${message}`));
      // @ts-expect-error Not all of these are objects.
      expect(() => loadStateDict(none, {})).toThrow(new TypeError(`loadStateDict: ${message}`));
      // @ts-expect-error Not all of these are objects.
      expect(() => toPyTorch(none)).toThrow(new TypeError(`toPyTorch: ${message}`));
      // @ts-expect-error Not all of these are objects.
      expect(() => fromPyTorch(none, {})).toThrow(new TypeError(`fromPyTorch: ${message}`));
    }
  });

  it("refuse a state dictionary for a module, and tell the repair", () => {
    const state = stateDict(new Linear(1, 1, key(1)));
    const repair = "; if this is a state dictionary, hand over the module itself";
    const message = `weight is a tensor, but neither a parameter nor a buffer; make it with parameter(t) or buffer(t)${repair}`;
    expect(() => parameters(state)).toThrow(new TypeError(`parameters: ${message}`));
    expect(() => toPyTorch(state)).toThrow(new TypeError(`toPyTorch: ${message}`));
    expect(() => parameters({ scale: zeros([1]), layer: new Linear(1, 1, key(1)) })).not.toThrow(repair);
  });

  it("take all tensors of a list of layers", () => {
    expect(parameters([new Linear(2, 2, key(1)), new Linear(2, 2, key(2))])).toHaveLength(4);
  });
});
