import {
  assign,
  full,
  indices,
  key,
  normal,
  readSafetensors,
  reference64,
  type Tensor,
  withBackend,
  writeSafetensors,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../tensor/test/runs.js";
import { GRU } from "./layers/gru.js";
import { Linear } from "./layers/linear.js";
import { buffer } from "./parameter.js";
import { loadStateDict, StateDictError, stateDict } from "./state-dict.js";

class Model {
  readonly gru: GRU;
  readonly head: Linear;
  readonly offset = buffer(full([2], 0.5));

  constructor(hidden: number, seed: number) {
    this.gru = new GRU(3, hidden, key(seed));
    this.head = new Linear(hidden, 2, key(seed + 1));
  }
}

const plain = (state: Readonly<Record<string, Tensor>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, tensor.toArray()]));

function refusal(fn: () => void): StateDictError {
  try {
    fn();
  } catch (error) {
    if (error instanceof StateDictError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a state dictionary", () => {
  it("goes through a file into another module of that form, to the bit", () => {
    const seed = fc.integer({ min: 0, max: 2 ** 31 });
    fc.assert(
      fc.property(seed, seed, fc.integer({ min: 1, max: 6 }), (one, other, hidden) => {
        const [from, to] = [new Model(hidden, one), new Model(hidden, other)];
        assign(from.offset, normal(key(one), [2]));
        loadStateDict(to, readSafetensors(writeSafetensors(stateDict(from))).tensors);
        expect(plain(stateDict(to))).toEqual(plain(stateDict(from)));
      }),
      runs(30),
    );
  });

  it("names what it holds by the fields that lead to it", () => {
    expect(Object.keys(stateDict(new Model(2, 1)))).toEqual([
      ...["gru.weightIh", "gru.weightHh", "gru.biasIh", "gru.biasHh", "head.weight", "head.bias", "offset"],
    ]);
  });

  it("is a copy: later changes of the module do not reach it", () => {
    const model = new Model(2, 1);
    const state = stateDict(model);
    const before = plain(state);
    assign(model.offset, zeros([2]));
    expect(plain(state)).toEqual(before);
  });

  it("is written into the tensors that are there, so that their owners see it", () => {
    const model = new Model(2, 1);
    const { weight } = model.head;
    loadStateDict(model, { ...stateDict(model), "head.weight": full([2, 2], 7) });
    expect(model.head.weight).toBe(weight);
    expect(weight.toArray()).toEqual([
      [7, 7],
      [7, 7],
    ]);
  });
});

describe("a state dictionary that does not fit", () => {
  it("is refused with all missing, unexpected and misshapen names at once, and nothing is written", () => {
    const model = new Model(2, 1);
    const before = plain(stateDict(model));
    const { "gru.biasIh": _, ...others } = stateDict(new Model(2, 9));
    const error = refusal(() =>
      loadStateDict(model, { ...others, "head.weight": zeros([2, 3]), "head.bias": zeros([]), extra: zeros([1]) }),
    );
    expect(error.message).toBe(
      "loadStateDict: the state does not fit; nothing was loaded; missing: gru.biasIh; unexpected: extra; " +
        "misshapen: head.weight [2, 3] instead of [2, 2], head.bias [] instead of [2]",
    );
    expect(error.missing).toEqual(["gru.biasIh"]);
    expect(error.unexpected).toEqual(["extra"]);
    expect(error.misshapen).toHaveLength(2);
    expect(plain(stateDict(model))).toEqual(before);
  });

  it("is refused where a tensor has another type, and nothing is written", () => {
    const model = new Model(2, 1);
    const before = plain(stateDict(model));
    const other = stateDict(new Model(2, 9));
    const wide = withBackend(reference64, () => zeros([2]).add(0));
    expect(() => loadStateDict(model, { ...other, offset: wide })).toThrow(TypeError);
    expect(() => loadStateDict(model, { ...other, offset: indices([1, 2]) })).toThrow(
      "misshapen: offset indices [2] instead of [2]",
    );
    expect(plain(stateDict(model))).toEqual(before);
  });

  it("is refused where there is none, or a value is no tensor, and nothing is written", () => {
    const model = new Model(2, 1);
    const before = plain(stateDict(model));
    // @ts-expect-error Nothing is no state.
    expect(() => loadStateDict(model, null)).toThrow(
      new TypeError("loadStateDict: the state must be tensors by name, { name: tensor }, not null"),
    );
    expect(() => loadStateDict(model, JSON.parse("7"))).toThrow("{ name: tensor }, not 7");
    // @ts-expect-error A tensor has no names.
    expect(() => loadStateDict(model, zeros([2]))).toThrow("{ name: tensor }, not a tensor [2]");
    const pairs = Object.entries(stateDict(new Model(2, 9)));
    const repair = "did you mean Object.fromEntries(it)?";
    // @ts-expect-error A Map is no object by name.
    expect(() => loadStateDict(model, new Map(pairs))).toThrow(`not an object (Map); ${repair}`);
    // @ts-expect-error Pairs are no object by name.
    expect(() => loadStateDict(model, pairs)).toThrow(`not an array; ${repair}`);
    // @ts-expect-error An iterator is no object by name.
    expect(() => loadStateDict(model, pairs.values())).toThrow("{ name: tensor }, not an object");
    const others = stateDict(new Model(2, 9));
    // @ts-expect-error An array is no tensor.
    expect(() => loadStateDict(model, { ...others, offset: [1, 2] })).toThrow(
      new TypeError("loadStateDict: offset must be a tensor, not an array; tensor(values, shape) makes one"),
    );
    expect(() => loadStateDict(model, JSON.parse('{ "offset": null }'))).toThrow(
      "loadStateDict: offset must be a tensor, not null",
    );
    expect(plain(stateDict(model))).toEqual(before);
  });

  it("is refused for every single name that it lacks or has in addition", () => {
    const model = new Model(2, 1);
    const whole = stateDict(model);
    fc.assert(
      fc.property(fc.subarray(Object.keys(whole)), fc.boolean(), (names, extra) => {
        fc.pre(extra || names.length < Object.keys(whole).length);
        const state = Object.fromEntries(names.map((name) => [name, whole[name]]));
        const error = refusal(() => loadStateDict(model, extra ? { ...state, toString: zeros([1]) } : state));
        expect(error.missing).toEqual(Object.keys(whole).filter((name) => !names.includes(name)));
        expect(error.unexpected).toEqual(extra ? ["toString"] : []);
      }),
    );
  });
});
