import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  assign,
  concatenate,
  gather,
  key,
  mul,
  normal,
  permutation,
  reference64,
  reshape,
  type Shape,
  segmentSum,
  type Tensor,
  tensor,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { parameters } from "../parameter.js";
import { CosineAttention } from "./cosine-attention.js";

const size = fc.integer({ min: 1, max: 5 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const groups = fc.array(size, { minLength: 1, maxLength: 4 });

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const largestGap = (a: Tensor, b: Tensor): number =>
  Math.max(0, ...Array.from(a.data, (value, at) => Math.abs(value - b.data[at])));

/** Attention whose head 0 no row of positive numbers pleases. */
function withDeadHead(): CosineAttention<2, 2> {
  const attention = new CosineAttention(2, 2, key(1));
  const unit = [1, 0, 0, 1];
  assign(attention.query, tensor([-1, -1, 1, 1], [2, 2]));
  assign(attention.key, tensor([...unit, ...unit], [2, 2, 2]));
  return attention;
}

describe("CosineAttention", () => {
  it("has weights that add up to 1 over each group, none of them negative", () => {
    fc.assert(
      fc.property(groups, size, size, seed, (counts, heads, width, from) => {
        const attention = new CosineAttention<number, number>(heads, width, key(from));
        const { weights, output } = attention.forward(normal(key(from + 1), [total(counts), width]), counts);
        expect(output.shape).toEqual([counts.length, heads, width]);
        for (const weight of weights.data) expect(weight).toBeGreaterThanOrEqual(0);
        for (const sum of segmentSum(weights, counts).data) expect(sum).toBeCloseTo(1, 5);
      }),
    );
  });

  it("gives the same weights when queries or keys are scaled by any positive number", () => {
    const scale = fc.integer({ min: -35, max: 35 }).map((power) => 10 ** power);
    fc.assert(
      fc.property(size, size, seed, scale, (rows, width, from, wide) => {
        const attention = new CosineAttention<number, number>(2, width, key(from));
        const x = normal(key(from + 1), [rows, width]);
        const before = attention.forward(x).weights;
        for (const part of ["query", "key"] as const) {
          const scaled = new CosineAttention<number, number>(2, width, key(from));
          assign<Shape>(scaled[part], mul<Shape>(scaled[part], wide));
          expect(largestGap(scaled.forward(x).weights, before)).toBeLessThan(1e-4);
        }
      }),
    );
  });

  it("gives each group of several what it gives the group alone, to the bit", () => {
    fc.assert(
      fc.property(size, size, size, seed, (first, second, width, from) => {
        const attention = new CosineAttention<number, number>(3, width, key(from));
        const [a, b] = [normal(key(from + 1), [first, width]), normal(key(from + 2), [second, width])];
        const both = attention.forward(concatenate([a, b], 0).as([first + second, width]), [first, second]);
        const alone = [attention.forward(a), attention.forward(b)];
        expect(both.output.toArray()).toEqual(alone.map(({ output }) => output.toArray()[0]));
        expect(both.weights.toArray()).toEqual(alone.flatMap(({ weights }) => weights.toArray()));
        expect(both.deadHeads).toBe(alone[0].deadHeads + alone[1].deadHeads);
      }),
    );
  });

  it("sees the same whatever the order of the rows, and its weights go with them", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        withBackend(reference64, () => {
          const attention = new CosineAttention<number, number>(3, width, key(from));
          const x = normal(key(from + 1), [rows, width]);
          const order = permutation(key(from + 2), rows);
          const [before, after] = [attention.forward(x), attention.forward(gather(x, order, 0).as([rows, width]))];
          expect(largestGap(after.output, before.output)).toBeLessThan(1e-12);
          expect(largestGap(after.weights, gather(before.weights, order, 0))).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it("gives no weight at all where the cosine is negative", () => {
    const attention = withDeadHead();
    const { weights } = attention.forward(tensor([1, 2, -1, -1, 3, 0], [3, 2]));
    expect(weights.toArray().map(([dead]) => dead)).toEqual([0, 1, 0]);
    expect(weights.toArray()[1][1]).toBe(0);
  });

  it("looks at all rows alike where none has a positive cosine, counts such heads, and has finite gradients", () => {
    const attention = withDeadHead();
    const x = tensor([1, 2, 2, 1, 3, 0.5], [3, 2]);
    const { weights, deadHeads } = attention.forward(x, [1, 2]);
    expect(weights.toArray().map(([dead]) => dead)).toEqual([1, 0.5, 0.5]);
    expect(deadHeads).toBe(2);
    const sources: readonly Tensor[] = [x, attention.query, attention.key, attention.value];
    const { grads } = valueAndGrad(() => attention.forward(x, [1, 2]).output.square().sum(), sources);
    for (const gradient of grads) for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
    expect(Array.from(grads[1].data.slice(0, 2))).toEqual([0, 0]);
  });

  it("counts a cosine with a vector of no length as 0, with finite gradients", () => {
    const attention = withDeadHead();
    const x = tensor([0, 0, 1, 1], [2, 2]);
    expect(attention.forward(x).weights.toArray()).toEqual([
      [0.5, 0],
      [0.5, 1],
    ]);
    const sources: readonly Tensor[] = [x, attention.key];
    const { grads } = valueAndGrad(() => attention.forward(x).output.square().sum(), sources);
    for (const gradient of grads) for (const value of gradient.data) expect(Number.isFinite(value)).toBe(true);
    assign(attention.query, zeros([2, 2]));
    expect(attention.forward(x).weights.toArray()).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(attention.forward(x).deadHeads).toBe(2);
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(groups, size, seed, (counts, width, from) => {
        const attention = new CosineAttention<number, number>(2, width, key(from));
        const { query, key: keys, value } = attention;
        const run = (...[x, ...rest]: Tensor[]): Tensor => {
          Object.assign(attention, { query: rest[0], key: rest[1], value: rest[2] });
          return attention.forward(reshape(x, [total(counts), width]), counts).output;
        };
        gradcheck(run, [normal(key(from + 1), [total(counts), width]), query, keys, value], { key: key(from + 2) });
      }),
      runs(15),
    );
  });

  it.each(["query", "key"] as const)("shows a %s that is none in what it sees", (part) => {
    const attention = new CosineAttention(2, 3, key(1));
    const weight: Tensor = attention[part];
    assign(weight, mul(weight, Number.NaN));
    const { output, weights } = attention.forward(normal(key(2), [4, 3]));
    for (const { data } of [output, weights]) expect(data.every(Number.isNaN)).toBe(true);
  });

  it("trains its queries, keys and values", () => {
    const attention = new CosineAttention(2, 3, key(1));
    expect(parameters(attention).map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 3, 3],
      [2, 3, 3],
    ]);
  });

  it("refuses inputs of another width and groups that do not make up the rows", () => {
    const attention = new CosineAttention(2, 3, key(1));
    // @ts-expect-error The layer takes 3 columns.
    expect(() => attention.forward(zeros([4, 2]))).toThrow("CosineAttention: x must be [rows, 3], not [4, 2]");
    for (const wrong of [[3], [4, 0], [5, -1], [2.5, 1.5], []])
      expect(() => attention.forward(zeros([4, 3]), wrong)).toThrow(
        `CosineAttention: groups must be whole numbers of at least 1 that add up to 4 rows, not [${wrong.join(", ")}]`,
      );
    expect(() => attention.forward(zeros([0, 3]))).toThrow("groups must be whole numbers of at least 1");
    expect(() => new CosineAttention(0, 3, key(1))).toThrow(
      "CosineAttention: heads must be a whole number of at least 1, not 0",
    );
  });
});
