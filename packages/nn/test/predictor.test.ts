import { key, normal, type Tensor } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { dim } from "../../factorvae/src/dims.js";
import { Predictor } from "../../factorvae/src/model/predictor.js";
import { CosineAttention } from "../src/index.js";

const largestGap = (a: Tensor, b: Tensor): number =>
  Math.max(...Array.from(a.data, (value, at) => Math.abs(value - b.data[at])));

describe("the attention of FactorVAE, which computes it in another order", () => {
  it("is what CosineAttention gives, dead heads too", () => {
    const [stocks, days] = [13, [5, 8]];
    let dead = 0;
    for (let seed = 0; seed < 20; seed++) {
      const predictor = new Predictor(dim(6), dim(4), 1e-3, 0.01, key(seed));
      const layer = Object.assign(new CosineAttention<number, number>(4, 6, key(0)), {
        query: predictor.query,
        key: predictor.key,
        value: predictor.value,
      });
      const x = normal(key(seed + 100), [dim(stocks), dim(6)]);
      const [theirs, ours] = [predictor.attend(x.as([dim(stocks), dim(6)]), days), layer.forward(x, days)];
      expect(largestGap(ours.weights, theirs.attention)).toBeLessThan(1e-5);
      expect(ours.deadHeads).toBe(theirs.deadHeads);
      dead += ours.deadHeads;
    }
    expect(dead).toBeGreaterThan(0);
  });
});
