import { describe, expect, it } from "vitest";
import { cumsum, reference64, startEngine, tensor, withBackend } from "../index.js";

describe("cumsum", () => {
  it("keeps a first element as it is, -0 too, and what follows an infinity or NaN", () => {
    for (const backend of [reference64, startEngine({ threads: 1, kernels: "plain" }).backend])
      withBackend(backend, () => {
        const values = [-0, -0, 1, Number.POSITIVE_INFINITY, 2, Number.NEGATIVE_INFINITY, 3];
        const sums = [-0, -0, 1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN];
        expect(cumsum(tensor(values), 0).toArray()).toEqual(sums);
        expect(cumsum(tensor([values, values]), 1).toArray()).toEqual([sums, sums]);
        const pairs = values.map((value) => [value, value]);
        expect(cumsum(tensor(pairs), 0).toArray()).toEqual(sums.map((sum) => [sum, sum]));
      });
  });

  it("adds up in double precision, and rounds each sum once", () => {
    const x = tensor([2 ** 24, 1, 1, 1]);
    expect(cumsum(x, 0).toArray()).toEqual([2 ** 24, 2 ** 24, 2 ** 24 + 2, 2 ** 24 + 4]);
  });
});
