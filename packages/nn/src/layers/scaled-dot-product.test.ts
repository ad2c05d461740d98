import { full, key, type Mat, normal, ShapeError, type Tensor, tensor, zeros } from "@factorvae/tensor";
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
      "attention: query must be [rows * heads, queries, width], not [5, 3]",
    );
  });

  it("gives nothing for no queries, or no rows", () => {
    const [keys, values] = [normal(key(1), [4, 6, 3]), normal(key(2), [4, 6, 2])];
    for (const masks of [{}, { blocked: zeros([0, 6]), padding: zeros([2, 6]), bias: zeros([0, 6]) }]) {
      const { output, weights } = scaledDotProductAttention(zeros([4, 0, 3]), keys, values, masks, 2);
      expect([output.shape, weights.shape]).toEqual([
        [4, 0, 2],
        [4, 0, 6],
      ]);
    }
    const none = scaledDotProductAttention(zeros([0, 5, 3]), zeros([0, 6, 3]), zeros([0, 6, 2]));
    expect(none.output.shape).toEqual([0, 5, 2]);
  });

  it.each([0, 5])("refuses to look where there are no keys, for %d queries", (queries) => {
    expect(() => scaledDotProductAttention(zeros([4, queries, 3]), zeros([4, 0, 3]), zeros([4, 0, 2]))).toThrow(
      new ShapeError("attention", "at least one key is needed, not key [4, 0, 3]", [[4, 0, 3]]),
    );
  });

  it("refuses a bias of infinity, which leaves no softmax, and a mask that is NaN", () => {
    const x = zeros([1, 2, 3]);
    const odd = (value: number): Mat<2, 2> => tensor([0, 0, value, 0], [2, 2]);
    expect(() => scaledDotProductAttention(x, x, x, { bias: odd(Number.POSITIVE_INFINITY) })).toThrow(
      "attention: bias must be below Infinity, not Infinity (element 2 of [2, 2])",
    );
    expect(() => scaledDotProductAttention(x, x, x, { blocked: odd(Number.NaN) })).toThrow(
      "attention: blocked must be 0 or another number, not NaN (element 2 of [2, 2])",
    );
    const padding = tensor([0, Number.NaN], [1, 2]);
    expect(() => scaledDotProductAttention(x, x, x, { padding })).toThrow(
      "attention: padding must be 0 or another number, not NaN (element 1 of [1, 2])",
    );
  });

  it("refuses what is no tensor, and a dropout without its key, and says where that belongs", () => {
    const x = zeros([1, 2, 3]);
    const list = JSON.parse("[[0, 1]]");
    expect(() => scaledDotProductAttention(list, x, x)).toThrow(
      new TypeError("attention: query must be a tensor, not an array; tensor(values, shape) makes one"),
    );
    expect(() => scaledDotProductAttention(x, x, x, { padding: list })).toThrow(
      new TypeError("attention: padding must be a tensor, not an array; tensor(values, shape) makes one"),
    );
    expect(() => scaledDotProductAttention(x, x, x, { dropout: JSON.parse('{ "rate": 0.5 }') })).toThrow(
      new TypeError("attention: dropout: needs a key, not undefined; as the option dropout: { rate, key: key(1) }"),
    );
  });

  it("passes a bias of NaN on to its query, and to no other", () => {
    const x = normal(key(3), [1, 2, 3]);
    const { output, weights } = scaledDotProductAttention(x, x, x, { bias: tensor([0, 0, Number.NaN, 0], [2, 2]) });
    expect(weights.toArray()[0][1]).toEqual([Number.NaN, Number.NaN]);
    expect(Array.from(output.data, Number.isNaN)).toEqual([false, false, false, true, true, true]);
  });

  it.each([3, 0, 1.5, 8])("refuses %d heads for 4 groups", (heads) => {
    const x = zeros([4, 5, 3]);
    expect(() => scaledDotProductAttention(x, x, x, {}, heads)).toThrow(
      `attention: the first dimension of query [4, 5, 3] must be a multiple of the heads, not 4 for ${heads}`,
    );
  });
});
