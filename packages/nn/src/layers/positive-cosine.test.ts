import { valueAndGrad } from "@factorvae/autograd";
import { key, normal, square, sum, tensor } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { positiveCosine, positiveCosineAlong } from "./positive-cosine.js";

describe("positiveCosine", () => {
  it("from products and squared lengths is that of the vectors", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (from) => {
        const [a, b] = [normal(key(from), [2, 5, 3]), normal(key(from + 1), [2, 1, 3])];
        const products = sum(a.mul(b), 2).as([2, 5]);
        const found = positiveCosine(products, sum(square(a), 2).as([2, 5]), sum(square(b), 2).as([2, 1]));
        positiveCosineAlong(a, b).data.forEach((cosine, at) => {
          expect(found.data[at]).toBeCloseTo(cosine, 5);
          expect(cosine).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it("is 0 beside a vector of no length, with a gradient of 0", () => {
    const [product, lengths] = [tensor([0, 0.5]), tensor([0, 1])];
    const run = () => positiveCosine(product, lengths, tensor([4, 1]));
    expect(run().toArray()).toEqual([0, 0.5]);
    const { grads } = valueAndGrad(() => sum(run()), [product, lengths]);
    expect(grads.map((gradient) => gradient.toArray()[0])).toEqual([0, 0]);
  });
});
