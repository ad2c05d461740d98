import { key, zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { BatchNorm } from "./layers/batch-norm.js";
import { Bidirectional } from "./layers/bidirectional.js";
import { GRU } from "./layers/gru.js";
import { LSTM } from "./layers/lstm.js";
import { MultiHeadAttention } from "./layers/multi-head-attention.js";
import { stacked } from "./layers/stacked.js";
import { fromPyTorch, toPyTorch } from "./pytorch.js";
import { loadStateDict, stateDict } from "./state-dict.js";

const model = () => ({
  encoder: { gru: new GRU(2, 3, key(1)), lstm: new LSTM(2, 3, key(2)), norm: new BatchNorm(3) },
  attention: new MultiHeadAttention(4, 2, key(3)),
});

describe("state dictionaries of PyTorch", () => {
  it("come back under our names, every tensor itself", () => {
    const state = stateDict(model());
    const theirs = toPyTorch(state);
    expect(Object.keys(theirs)).toContain("encoder.gru.weight_ih_l0");
    expect(Object.keys(theirs)).toContain("encoder.norm.running_var");
    expect(Object.keys(theirs)).toContain("attention.out_proj.weight");
    expect(fromPyTorch(theirs)).toEqual(state);
    for (const [name, tensor] of Object.entries(fromPyTorch(theirs))) expect(tensor).toBe(state[name]);
  });

  it("load into a model, the count of batches left out", () => {
    const [saved, other] = [toPyTorch(stateDict(model())), model()];
    const count = { "encoder.norm.num_batches_tracked": zeros([]) };
    loadStateDict(other, fromPyTorch({ ...saved, ...count }));
    expect(Object.values(stateDict(other)).map((tensor) => tensor.toArray())).toEqual(
      Object.values(saved).map((tensor) => tensor.toArray()),
    );
  });

  it("keep names that both have, and parts that only look like ours", () => {
    const state = { "layers.0.weight": zeros([1]), "constructor.toString": zeros([1]), my_own_weight: zeros([1]) };
    expect(Object.keys(fromPyTorch(state))).toEqual(Object.keys(state));
    expect(Object.keys(toPyTorch(state))).toEqual(Object.keys(state));
  });

  it("of stacks and of layers both ways come back under our names, and load", () => {
    const bothWays = (inputs: number, from: number) =>
      new Bidirectional(
        new GRU<number, number>(inputs, 3, key(from)),
        new GRU<number, number>(inputs, 3, key(from + 1)),
      );
    const make = (from: number) => ({
      both: bothWays(2, from),
      high: stacked(new LSTM(2, 3, key(from + 2)), new LSTM(3, 3, key(from + 3)), new LSTM(3, 3, key(from + 4))),
      encoder: { gru: stacked(bothWays(2, from + 5), bothWays(6, from + 7)), list: [new GRU(2, 3, key(from + 9))] },
    });
    const [state, other] = [stateDict(make(1)), make(50)];
    const theirs = toPyTorch(state);
    for (const name of [
      "both.weight_ih_l0",
      "both.bias_hh_l0_reverse",
      "high.weight_hh_l2",
      "encoder.gru.weight_ih_l1_reverse",
      "encoder.list.0.weight_ih_l0",
    ])
      expect(Object.keys(theirs)).toContain(name);
    expect(fromPyTorch(theirs)).toEqual(state);
    loadStateDict(other, fromPyTorch(theirs));
    expect(Object.values(stateDict(other)).map(({ data }) => data)).toEqual(
      Object.values(state).map(({ data }) => data),
    );
  });

  it("with a projection of states, which our layers lack, are refused", () => {
    expect(() => fromPyTorch({ "encoder.gru.weight_hr_l0": zeros([1]) })).toThrow(
      "fromPyTorch: encoder.gru.weight_hr_l0 belongs to a projection of states",
    );
  });

  it("are refused where two tensors would have one name", () => {
    const state = { running_mean: zeros([1]), runningMean: zeros([1]) };
    expect(() => fromPyTorch(state)).toThrow("fromPyTorch: two tensors would be named runningMean");
    expect(() => toPyTorch(state)).toThrow("toPyTorch: two tensors would be named running_mean");
  });
});
