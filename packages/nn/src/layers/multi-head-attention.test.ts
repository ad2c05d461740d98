import { gradcheck } from "@factorvae/autograd";
import {
  gather,
  key,
  normal,
  permutation,
  reference64,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { MultiHeadAttention } from "./multi-head-attention.js";
import { type AttentionMasks, causalMask } from "./scaled-dot-product.js";

const size = fc.integer({ min: 1, max: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const forbidden = Number.NEGATIVE_INFINITY;

const largestGap = (a: Tensor, b: Tensor): number =>
  Math.max(...Array.from(a.data, (value, at) => Math.abs(value - b.data[at])));

describe("MultiHeadAttention", () => {
  const attention = new MultiHeadAttention(4, 2, key(1));

  it("has weights that add up to 1 over the keys, none of them negative, at scores of any size", () => {
    fc.assert(
      fc.property(size, size, size, seed, fc.constantFrom(1e-3, 1, 1e4), (rows, queries, keys, from, wide) => {
        const query = normal(key(from), [rows, queries, 4]).mul(wide);
        const seen = normal(key(from + 1), [rows, keys, 4]).mul(wide);
        const { weights } = attention.forward(query, seen, seen);
        expect(weights.shape).toEqual([rows, 2, queries, keys]);
        for (const weight of weights.data) expect(weight).toBeGreaterThanOrEqual(0);
        for (const total of sum(weights, 3).data) expect(total).toBeCloseTo(1, 5);
      }),
    );
  });

  it("does not know the order of the keys", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, queries, keys, from) => {
        withBackend(reference64, () => {
          const attention = new MultiHeadAttention(4, 2, key(from));
          const query = normal(key(from), [rows, queries, 4]);
          const seen = normal(key(from + 1), [rows, keys, 4]);
          const shuffled = gather(seen, permutation(key(from + 2), keys), 1).as([rows, keys, 4]);
          const [one, other] = [seen, shuffled].map((x) => attention.forward(query, x, x).output);
          expect(largestGap(one, other)).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it("sees nothing of what is blocked, padding or forbidden by a bias: changing it changes no bit", () => {
    const [x, query] = [normal(key(2), [2, 3, 4]), normal(key(3), [2, 5, 4])];
    // The last key of both rows.
    const changed = x.add(tensor([0, 0, 7], [3, 1]));
    const last = (open: number, shut: number, rows: number) =>
      tensor(
        Array.from({ length: 3 * rows }, (_, at) => (at % 3 === 2 ? shut : open)),
        [rows, 3],
      );
    const masks: readonly AttentionMasks<2, 5, 3>[] = [
      { padding: last(0, 1, 2).as([2, 3]) },
      { blocked: last(0, 1, 5).as([5, 3]) },
      { bias: last(0.5, forbidden, 5).as([5, 3]) },
    ];
    for (const mask of masks) {
      const [one, other] = [x, changed].map((seen) => attention.forward(query, seen, seen, mask));
      expect(other.output.toArray()).toEqual(one.output.toArray());
      expect(one.weights.slice(3, 2, 3).data.every((weight: number) => weight === 0)).toBe(true);
    }
    expect(attention.forward(query, changed, changed).output.toArray()).not.toEqual(
      attention.forward(query, x, x).output.toArray(),
    );
  });

  it("with the causal mask looks at no later step", () => {
    const x = normal(key(4), [1, 5, 4]);
    const later = x.add(tensor([0, 0, 0, 9, 9], [5, 1]));
    const [one, other] = [x, later].map(
      (seen) => attention.forward(seen, seen, seen, { blocked: causalMask(5) }).output,
    );
    expect(other.slice(1, 0, 3).toArray()).toEqual(one.slice(1, 0, 3).toArray());
    expect(other.slice(1, 3, 5).toArray()).not.toEqual(one.slice(1, 3, 5).toArray());
  });

  it("treats each row by itself", () => {
    const x = normal(key(5), [3, 4, 4]);
    const together = attention.forward(x, x, x).output.toArray();
    const alone = [0, 1, 2].map((row) => {
      const own = x.slice(0, row, row + 1).as([1, 4, 4]);
      return attention.forward(own, own, own).output.toArray()[0];
    });
    expect(together).toEqual(alone);
  });

  it("drops weights with a key alone, and tells the whole ones", () => {
    const x = normal(key(6), [2, 4, 4]);
    const [whole, dropped] = [
      attention.forward(x, x, x),
      attention.forward(x, x, x, { dropout: { rate: 0.5, key: key(1) } }),
    ];
    expect(dropped.weights.toArray()).toEqual(whole.weights.toArray());
    expect(dropped.output.toArray()).not.toEqual(whole.output.toArray());
  });

  it("has the derivatives that differences give, first and second, also through a bias and masks", () => {
    fc.assert(
      fc.property(size, size, fc.constantFrom(1, 2), seed, fc.boolean(), (queries, keys, heads, from, masked) => {
        const attention = new MultiHeadAttention<number>(4, heads, key(from));
        const { inProjWeight, inProjBias, outProj } = attention;
        const run = (...[q, k, v, weight, bias, last, lastBias, score]: Tensor[]): Tensor => {
          Object.assign(attention, {
            inProjWeight: weight,
            inProjBias: bias,
            outProj: { weight: last, bias: lastBias },
          });
          const [query, seen, shown] = [
            reshape(q, [2, queries, 4]),
            reshape(k, [2, keys, 4]),
            reshape(v, [2, keys, 4]),
          ];
          const padding = tensor(
            Array.from({ length: 2 * keys }, (_, at) => (at % keys > 0 && at > keys ? 1 : 0)),
            [2, keys],
          );
          return attention.forward(query, seen, shown, {
            bias: reshape(score, [queries, keys]),
            ...(masked && { padding }),
          }).output;
        };
        const inputs = [queries, keys, keys].map((length, at) => normal(key(from + at), [2, length, 4]));
        const score = normal(key(from + 3), [queries, keys]);
        gradcheck(run, [...inputs, inProjWeight, inProjBias, outProj.weight, outProj.bias, score], {
          key: key(from + 4),
        });
      }),
      runs(10),
    );
  });

  it("refuses a query that has nothing to look at, by its place", () => {
    const [query, x] = [zeros([2, 3, 4]), zeros([2, 2, 4])];
    const blocked = tensor([0, 0, 1, 1, 0, 1], [3, 2]);
    expect(() => attention.forward(query, x, x, { blocked })).toThrow(
      "attention: query 1 of row 0 has no key to look at, all 2 are blocked or padding; leave it out, or let it look at one",
    );
    expect(() =>
      attention.forward(query, x, x, {
        padding: tensor([0, 1, 1, 1], [2, 2]),
      }),
    ).toThrow("query 0 of row 1");
    expect(() =>
      attention.forward(query, x, x, {
        blocked: tensor([0, 0, 0, 0, 0, 1], [3, 2]),
        bias: tensor([0, 0, 0, 0, forbidden, 0], [3, 2]),
      }),
    ).toThrow("query 2 of row 0");
    expect(() => attention.forward(query, zeros([2, 0, 4]), zeros([2, 0, 4]))).toThrow(
      new ShapeError("MultiHeadAttention", "at least one key is needed, not key [2, 0, 4]", [[2, 0, 4]]),
    );
  });

  it("refuses shapes that do not fit, when compiling and when running", () => {
    const x = zeros([2, 3, 4]);
    // @ts-expect-error The layer is 4 wide.
    expect(() => attention.forward(zeros([2, 3, 5]), x, x)).toThrow(
      "MultiHeadAttention: query must be [rows, queries, 4], not [2, 3, 5]",
    );
    // @ts-expect-error There are as many rows of keys as of queries.
    expect(() => attention.forward(x, zeros([1, 3, 4]), x)).toThrow(
      "MultiHeadAttention: key must be [2, keys, 4], not [1, 3, 4]",
    );
    // @ts-expect-error Each key has a value.
    expect(() => attention.forward(x, x, zeros([2, 2, 4]))).toThrow(
      "MultiHeadAttention: value must be [2, 3, 4], not [2, 2, 4]",
    );
    // @ts-expect-error A sequence has an axis for its rows.
    expect(() => attention.forward(zeros([3, 4]), x, x)).toThrow(
      "MultiHeadAttention: query must be [rows, queries, 4], not [3, 4]",
    );
    // @ts-expect-error A sequence that looks at itself is all three.
    expect(() => attention.forward(x)).toThrow("MultiHeadAttention: key must be a tensor, not undefined");
    // @ts-expect-error A mask has a name.
    expect(() => attention.forward(x, x, x, zeros([3, 3]))).toThrow(
      "attention: needs options { blocked, padding, bias, dropout }, not a tensor [3, 3]",
    );
    // @ts-expect-error A mask has a column for each key.
    expect(() => attention.forward(x, x, x, { blocked: zeros([3, 2]) })).toThrow(
      "attention: blocked must be [3, 3], not [3, 2]",
    );
    // @ts-expect-error Padding is told by row and key.
    expect(() => attention.forward(x, x, x, { padding: zeros([3, 3]) })).toThrow(
      "attention: padding must be [2, 3], not [3, 3]",
    );
  });

  it("refuses sizes that are no sizes", () => {
    expect(() => new MultiHeadAttention(4, 3, key(1))).toThrow(
      "MultiHeadAttention: 3 heads cannot share a width of 4; it must be a multiple",
    );
    expect(() => new MultiHeadAttention(0, 1, key(1))).toThrow("width must be a whole number of at least 1, not 0");
  });
});
