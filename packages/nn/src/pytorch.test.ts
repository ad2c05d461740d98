import { assign, key, tensor, zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { BatchNorm } from "./layers/batch-norm.js";
import { Bidirectional } from "./layers/bidirectional.js";
import { GRU } from "./layers/gru.js";
import { Linear } from "./layers/linear.js";
import { LSTM } from "./layers/lstm.js";
import { MultiHeadAttention } from "./layers/multi-head-attention.js";
import { Stacked, stacked } from "./layers/stacked.js";
import { buffer, parameter } from "./parameter.js";
import { fromPyTorch, toPyTorch } from "./pytorch.js";
import { loadStateDict, type StateDict, stateDict } from "./state-dict.js";

const model = () => ({
  encoder: { gru: new GRU(2, 3, key(1)), lstm: new LSTM(2, 3, key(2)), norm: new BatchNorm(3) },
  attention: new MultiHeadAttention(4, 2, key(3)),
});

describe("state dictionaries of PyTorch", () => {
  it("come back under our names, every tensor itself", () => {
    const module = model();
    const theirs = toPyTorch(module);
    expect(Object.keys(theirs)).toContain("encoder.gru.weight_ih_l0");
    expect(Object.keys(theirs)).toContain("encoder.norm.running_var");
    expect(Object.keys(theirs)).toContain("attention.out_proj.weight");
    expectRoundTrip(module);
    const ours = fromPyTorch(module, theirs);
    expect(Object.values(ours)).toEqual(Object.values(theirs));
    for (const [at, tensor] of Object.values(ours).entries()) expect(tensor).toBe(Object.values(theirs)[at]);
  });

  it("are copies: later changes of the module do not reach them", () => {
    const module = { norm: new BatchNorm(2) };
    const theirs = toPyTorch(module);
    assign(module.norm.runningMean, zeros([2]).add(3));
    expect(theirs["norm.running_mean"].toArray()).toEqual([0, 0]);
  });

  it("load into a model, the count of batches left out", () => {
    const [saved, other] = [toPyTorch(model()), model()];
    const count = { "encoder.norm.num_batches_tracked": zeros([]) };
    loadStateDict(other, fromPyTorch(other, { ...saved, ...count }));
    expect(Object.values(stateDict(other)).map((tensor) => tensor.toArray())).toEqual(
      Object.values(saved).map((tensor) => tensor.toArray()),
    );
  });

  it("of stacks and of layers both ways come back under our names, and load", () => {
    const make = (from: number) => ({
      both: bothWays(2, from),
      high: stacked(new LSTM(2, 3, key(from + 2)), new LSTM(3, 3, key(from + 3)), new LSTM(3, 3, key(from + 4))),
      encoder: { gru: stacked(bothWays(2, from + 5), bothWays(6, from + 7)), list: [new GRU(2, 3, key(from + 9))] },
    });
    const [one, other] = [make(1), make(50)];
    const theirs = toPyTorch(one);
    for (const name of [
      "both.weight_ih_l0",
      "both.bias_hh_l0_reverse",
      "high.weight_hh_l2",
      "encoder.gru.weight_ih_l1_reverse",
      "encoder.list.0.weight_ih_l0",
    ])
      expect(Object.keys(theirs)).toContain(name);
    expectRoundTrip(one);
    loadStateDict(other, fromPyTorch(other, theirs));
    expect(Object.values(stateDict(other)).map(({ data }) => data)).toEqual(
      Object.values(stateDict(one)).map(({ data }) => data),
    );
  });

  it("keep the fields that a module of one's own has, though they are named as those of our layers", () => {
    const module = {
      stack: [new GRU(2, 3, key(1)), new GRU(2, 3, key(2))],
      onward: new GRU(2, 3, key(3)),
      reverse: { stack: [new LSTM(2, 3, key(4))], outProj: new Linear(2, 2, key(5)) },
      constructor: { weightIh: parameter(zeros([1])), runningMean: buffer(zeros([1])), toString: buffer(zeros([1])) },
    };
    expectRoundTrip(module);
    const units = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];
    expect(Object.keys(toPyTorch(module))).toEqual([
      ...["stack.0", "stack.1", "onward", "reverse.stack.0"].flatMap((path) => units.map((unit) => `${path}.${unit}`)),
      ...["reverse.outProj.weight", "reverse.outProj.bias"],
      ...["constructor.weightIh", "constructor.runningMean", "constructor.toString"],
    ]);
  });

  it("keep the fields of stacks that PyTorch does not have, each unit as a module of its own", () => {
    const plain = (inputs: number, hidden = 6) => new GRU<number, number>(inputs, hidden, key(9));
    const mixed = {
      ways: stacked(bothWays(2, 1), plain(6)),
      kinds: stacked(plain(2), new LSTM<number, number>(6, 6, key(3))),
      uneven: new Bidirectional(plain(2, 2), plain(2, 4)),
      nested: stacked(plain(2), stacked(plain(6), plain(6))),
    };
    expectRoundTrip(mixed);
    const weights = Object.keys(toPyTorch(mixed)).filter((name) => /weight_ih/.test(name));
    expect(weights).toEqual([
      ...["ways.stack.0.weight_ih_l0", "ways.stack.0.weight_ih_l0_reverse", "ways.stack.1.weight_ih_l0"],
      ...["kinds.stack.0.weight_ih_l0", "kinds.stack.1.weight_ih_l0"],
      ...["uneven.onward.weight_ih_l0", "uneven.reverse.weight_ih_l0"],
      ...["nested.stack.0.weight_ih_l0", "nested.stack.1.weight_ih_l0", "nested.stack.1.weight_ih_l1"],
    ]);
  });

  it("keep the fields that a subclass of a recurrent layer has of its own", () => {
    class Scaled extends GRU {
      readonly scale = parameter(zeros([1]));
      readonly head = new Linear(3, 3, key(7));
      readonly inner = [new GRU(3, 3, key(8))];
    }
    class Ways extends Bidirectional {
      readonly gate = new GRU(3, 3, key(9));
    }
    class Tower extends Stacked {
      readonly norm = new BatchNorm(3);
    }
    const scaled = () => new Scaled(3, 3, key(1));
    const units = (path: string, end: string) =>
      ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((unit) => `${path}${unit}_${end}`);
    const own = ["scale", "head.weight", "head.bias", ...units("inner.0.", "l0")];
    expect(Object.keys(toPyTorch(scaled()))).toEqual([...units("", "l0"), ...own]);
    expect(Object.keys(toPyTorch(new Ways(scaled(), new GRU(3, 3, key(2)))))).toEqual([
      ...units("", "l0"),
      ...own.map((name) => `onward.${name}`),
      ...units("", "l0_reverse"),
      ...units("gate.", "l0"),
    ]);
    const tower = new Tower(scaled(), [scaled()]);
    expect(Object.keys(toPyTorch({ tower }))).toEqual([
      ...[0, 1].flatMap((level) => [
        ...units("tower.", `l${level}`),
        ...own.map((name) => `tower.stack.${level}.${name}`),
      ]),
      ...["weight", "bias", "running_mean", "running_var"].map((name) => `tower.norm.${name}`),
    ]);
    expectRoundTrip({ tower, ways: new Ways(scaled(), scaled()) });
  });

  it("have every name of a tensor that is reached by several paths, and load from any of them", () => {
    const make = (from: number) => {
      const [layer, gru] = [new Linear(2, 2, key(from)), new GRU(2, 2, key(from + 1))];
      return { a: layer, b: { weight: layer.weight }, ways: new Bidirectional(gru, gru), again: [{ a: layer }] };
    };
    const [module, other] = [make(1), make(9)];
    const theirs = toPyTorch(module);
    const units = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];
    expect(Object.keys(theirs).sort()).toEqual(
      [
        ...["a.weight", "a.bias", "b.weight", "again.0.a.weight", "again.0.a.bias"],
        ...units.flatMap((unit) => [`ways.${unit}`, `ways.${unit}_reverse`]),
      ].sort(),
    );
    expectRoundTrip(module);
    loadStateDict(other, fromPyTorch(other, theirs));
    expect(other.a.weight.toArray()).toEqual(module.a.weight.toArray());
    const { "a.weight": _, "again.0.a.weight": __, ...others } = theirs;
    expect(Object.keys(fromPyTorch(other, others)).sort()).toEqual(Object.keys(stateDict(other)).sort());
  });

  it("are refused where two names of one tensor have different values", () => {
    const layer = new Linear(2, 1, key(1));
    const module = { a: layer, b: layer };
    const [one, same] = [1, 1].map((value) => tensor([value, Number.NaN], [1, 2]));
    expect(fromPyTorch(module, { "a.weight": one, "b.weight": same })).toEqual({ "a.weight": one });
    for (const wrong of [tensor([1, 2], [1, 2]), tensor([1, Number.NaN], [2, 1])])
      expect(() => fromPyTorch(module, { "b.weight": one, "a.weight": wrong })).toThrow(
        new RangeError(
          "fromPyTorch: b.weight and a.weight differ, but are one tensor in the module; leave one of them out",
        ),
      );
  });

  it("end in modules that refer to themselves", () => {
    const child: { parent?: object; layer: Linear } = { layer: new Linear(1, 1, key(1)) };
    const module = { child };
    child.parent = module;
    expect(Object.keys(toPyTorch(module))).toEqual(["child.layer.weight", "child.layer.bias"]);
  });

  it("keep names that the module does not have, which loading then tells", () => {
    const module = { gru: new GRU(2, 3, key(1)) };
    const renamed = fromPyTorch(module, { ...toPyTorch(module), "gru.weight_ih_l1": zeros([9, 3]) });
    expect(() => loadStateDict(module, renamed)).toThrow("unexpected: gru.weight_ih_l1");
  });

  it("with a projection of states, which our layers lack, are refused", () => {
    expect(() => fromPyTorch(model(), { "encoder.gru.weight_hr_l0": zeros([1]) })).toThrow(
      "fromPyTorch: encoder.gru.weight_hr_l0 belongs to a projection of states",
    );
  });

  it("are refused where two tensors would have one name", () => {
    const norm = new BatchNorm(1);
    const state = { running_mean: zeros([1]), runningMean: zeros([1]) };
    expect(() => fromPyTorch(norm, state)).toThrow("fromPyTorch: two tensors would be named runningMean");
    const both = { running_mean: zeros([1]), weight: zeros([1]) };
    expect(() => fromPyTorch(norm, { runningMean: zeros([1]), ...both })).toThrow(
      "two tensors would be named runningMean",
    );
    const module = { gru: new GRU(1, 1, key(1)), "gru.weight_ih_l0": parameter(zeros([1])) };
    expect(() => toPyTorch(module)).toThrow("toPyTorch: two tensors would be named gru.weight_ih_l0");
  });

  it("are refused where there are none", () => {
    const { norm } = model().encoder;
    // @ts-expect-error A Map is no object by name.
    expect(() => fromPyTorch(norm, new Map(Object.entries(toPyTorch(norm))))).toThrow(
      "fromPyTorch: the state must be tensors by name, { name: tensor }, not an object (Map); did you mean Object.fromEntries(it)?",
    );
    // @ts-expect-error The module tells the names, the state has the tensors.
    expect(() => fromPyTorch(model())).toThrow(
      new TypeError("fromPyTorch: the state must be tensors by name, { name: tensor }, not undefined"),
    );
  });
});

function bothWays(inputs: number, from: number): Bidirectional<number> {
  return new Bidirectional(
    new GRU<number, number>(inputs, 3, key(from)),
    new GRU<number, number>(inputs, 3, key(from + 1)),
  );
}

/** Every tensor comes back under our name of it, and no two are exchanged. */
function expectRoundTrip(module: object): void {
  const back = fromPyTorch(module, toPyTorch(module));
  const plain = (state: StateDict) => Object.entries(state).map(([name, tensor]) => [name, tensor.toArray()]);
  expect(plain(back)).toEqual(plain(stateDict(module)));
}
