import { full, key, normal, type Tensor, zeros } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { scaledDotProductAttention } from "./scaled-dot-product.js";

const largestGap = (a: Tensor, b: Tensor): number =>
  Math.max(...Array.from(a.data, (value, at) => Math.abs(value - b.data[at])));

describe("scaledDotProductAttention", () => {
  it("is the mean of the values where all keys are alike", () => {
    const value = normal(key(1), [2, 4, 3]);
    const { output } = scaledDotProductAttention(normal(key(2), [2, 5, 3]), full([2, 4, 3], 0.5), value);
    const mean = value.mean(1, true).expand([2, 5, 3]);
    expect(largestGap(output, mean)).toBeLessThan(1e-6);
  });

  it("refuses queries, keys and values that do not fit together, naming both, when compiling and when running", () => {
    const query = zeros([4, 5, 3]);
    // @ts-expect-error Queries and keys are of one width.
    expect(() => scaledDotProductAttention(query, zeros([4, 6, 2]), zeros([4, 6, 3]))).toThrow(
      "attention: key must be [4, keys, 3] beside a query [4, 5, 3], not [4, 6, 2]",
    );
    // @ts-expect-error There are as many groups of keys as of queries.
    expect(() => scaledDotProductAttention(query, zeros([2, 6, 3]), zeros([2, 6, 3]))).toThrow(
      "attention: key must be [4, keys, 3] beside a query [4, 5, 3], not [2, 6, 3]",
    );
    // @ts-expect-error Each key has a value.
    expect(() => scaledDotProductAttention(query, zeros([4, 6, 3]), zeros([4, 5, 3]))).toThrow(
      "attention: value must be [4, 6, width] beside a key [4, 6, 3], not [4, 5, 3]",
    );
    // @ts-expect-error A query has rows, steps and columns.
    expect(() => scaledDotProductAttention(zeros([5, 3]), query, query)).toThrow(
      "attention: query must be [rows heads, queries, width], not [5, 3]",
    );
  });

  it.each([3, 0, 1.5, 8])("refuses %d heads for 4 groups", (heads) => {
    const x = zeros([4, 5, 3]);
    expect(() => scaledDotProductAttention(x, x, x, {}, heads)).toThrow(
      `attention: the first dimension of query [4, 5, 3] must be a multiple of the heads, not 4 for ${heads}`,
    );
  });
});
