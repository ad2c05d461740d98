import { gradcheck } from "@factorvae/autograd";
import {
  type Cube,
  type Dim,
  key,
  leakyRelu,
  normal,
  relu,
  reshape,
  type Shape,
  type Tensor,
  tanh,
  zeros,
} from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { parameters } from "../parameter.js";
import { loadStateDict, stateDict } from "../state-dict.js";
import { BatchNorm } from "./batch-norm.js";
import { dropout } from "./dropout.js";
import { LayerNorm } from "./layer-norm.js";
import { Linear } from "./linear.js";
import { type RowLayer, sequential } from "./sequential.js";

describe("sequential", () => {
  const [first, second] = [new Linear(3, 4, key(1)), new Linear(4, 2, key(2))];
  const model = sequential(first).followedBy(relu).followedBy(new LayerNorm(4)).followedBy(second);

  it("runs its parts one after another", () => {
    const x = normal(key(3), [5, 3]);
    const y: Tensor<readonly [5, 2]> = model.forward(x);
    expect(y.toArray()).toEqual(second.forward(new LayerNorm(4).forward(relu(first.forward(x)))).toArray());
  });

  it("names its parts by their position, activations counted", () => {
    expect(Object.keys(stateDict(model))).toEqual([
      ...["0.weight", "0.bias"],
      ...["2.weight", "2.bias"],
      ...["3.weight", "3.bias"],
    ]);
    expect(model[0]).toBe(first);
    expect(parameters(model)[0]).toBe(first.weight);
  });

  it("names parts of parts by the path to them", () => {
    const nested = { head: sequential(sequential(first).followedBy(tanh)).followedBy(second) };
    expect(Object.keys(stateDict(nested))).toEqual([
      "head.0.0.weight",
      "head.0.0.bias",
      "head.1.weight",
      "head.1.bias",
    ]);
  });

  it("keeps ten parts and more in their order", () => {
    let chain = sequential(new Linear(2, 2, key(0)));
    for (let at = 1; at < 12; at++) chain = chain.followedBy(new Linear(2, 2, key(at)));
    const names = Object.keys(stateDict(chain)).filter((name) => name.endsWith("weight"));
    expect(names).toEqual(Array.from({ length: 12 }, (_, at) => `${at}.weight`));
  });

  it("leaves a chain as it is when another part is added to it", () => {
    const chain = sequential(first);
    const longer = chain.followedBy(second);
    expect(chain.forward(zeros([1, 3])).shape).toEqual([1, 4]);
    expect(longer.forward(zeros([1, 3])).shape).toEqual([1, 2]);
    expect(Object.keys(stateDict(chain))).toEqual(["0.weight", "0.bias"]);
  });

  it("loads what another one has saved, and then computes the same", () => {
    const other = sequential(new Linear(3, 4, key(11)))
      .followedBy(relu)
      .followedBy(new LayerNorm(4))
      .followedBy(new Linear(4, 2, key(12)));
    const x = normal(key(3), [5, 3]);
    expect(other.forward(x).toArray()).not.toEqual(model.forward(x).toArray());
    loadStateDict(other, stateDict(model));
    expect(other.forward(x).toArray()).toEqual(model.forward(x).toArray());
  });

  it("takes activations with settings, and drops with a key", () => {
    const x = normal(key(3), [5, 3]);
    const leaky = sequential(first).followedBy((y) => leakyRelu(y, 0.2));
    expect(leaky.forward(x).toArray()).toEqual(leakyRelu(first.forward(x), 0.2).toArray());
    const dropping = sequential(first).followedBy((y) => dropout(y, 0.5, key(9)));
    expect(dropping.forward(x).toArray()).toEqual(dropout(first.forward(x), 0.5, key(9)).toArray());
  });

  it("takes a layer of one's own, for any axes that lead", () => {
    class Halved<Width extends Dim> implements RowLayer<Width, Width> {
      forward<Lead extends Shape>(x: Tensor<readonly [...Lead, Width]>): Tensor<readonly [...Lead, Width]> {
        return x.mul(0.5);
      }
    }
    const x = normal(key(3), [2, 5, 3]);
    const y: Cube<2, 5, 2> = sequential(first).followedBy(new Halved<4>()).followedBy(second).forward(x);
    expect(y.toArray()).toEqual(second.forward(first.forward(x).mul(0.5)).toArray());
  });

  it("takes a batch normalisation, by its running statistics", () => {
    const norm = new BatchNorm(4);
    norm.track(norm.forwardBatch(normal(key(5), [6, 4])).statistics);
    const x = normal(key(3), [5, 3]);
    const found = sequential(first).followedBy(norm).forward(x);
    expect(found.toArray()).toEqual(norm.forward(first.forward(x)).toArray());
  });

  it("has the derivatives that differences give, first and second", () => {
    const chain = sequential(new Linear(3, 4, key(1)))
      .followedBy(tanh)
      .followedBy(new Linear(4, 2, key(2)));
    gradcheck((x) => chain.forward(reshape(x, [5, 3])), [normal(key(3), [5, 3])], { key: key(4) });
  });

  it("refuses what is no layer, when the chain is made", () => {
    // @ts-expect-error Nothing is no layer.
    expect(() => sequential()).toThrow(
      new TypeError("sequential: a layer, an object with a forward method, is needed, not undefined"),
    );
    // @ts-expect-error An activation has no width.
    expect(() => sequential(relu)).toThrow("an object with a forward method, is needed, not a function");
    // @ts-expect-error Nothing is no layer.
    expect(() => sequential(first).followedBy(undefined)).toThrow(
      new TypeError(
        "followedBy: a layer, an object with a forward method, or an activation, a function, is needed, not undefined",
      ),
    );
    // @ts-expect-error Weights alone are no layer.
    expect(() => sequential(first).followedBy({ weight: second.weight })).toThrow("is needed, not an object");
    // @ts-expect-error Nor is a name.
    expect(() => sequential(first).followedBy("relu")).toThrow('is needed, not "relu"');
  });

  it("refuses more than the first, which it would not go through", () => {
    // @ts-expect-error The others follow.
    expect(() => sequential(first, relu, second)).toThrow(
      new TypeError("sequential: takes the first layer alone, not 3; sequential(first).followedBy(second) adds others"),
    );
  });

  it("refuses parts that do not fit together, when compiling and when running", () => {
    // @ts-expect-error The first part makes 4 columns, the second takes 3.
    const misfit = sequential(first).followedBy(new Linear(3, 2, key(1)));
    expect(() => misfit.forward(zeros([1, 3]))).toThrow("Linear: x must be [..., 3], not [1, 4]");
    // @ts-expect-error The first part takes 3 columns.
    expect(() => model.forward(zeros([1, 4]))).toThrow("Linear: x must be [..., 3], not [1, 4]");
    // @ts-expect-error A sum does not leave the shape as it is.
    sequential(first).followedBy((y) => y.sum());
  });
});
