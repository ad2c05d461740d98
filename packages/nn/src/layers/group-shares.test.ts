import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import { key, normal, reshape, segmentSum, sum, type Tensor, tensor } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { groupShares } from "./group-shares.js";

const size = fc.integer({ min: 1, max: 5 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const counts = fc.array(size, { minLength: 1, maxLength: 4 });
const total = (groups: readonly number[]): number => groups.reduce((rows, count) => rows + count, 0);

describe("groupShares", () => {
  it("divides each score by the total of its group and head", () => {
    fc.assert(
      fc.property(counts, size, seed, (groups, heads, from) => {
        const scores = normal(key(from), [total(groups), heads])
          .abs()
          .add(0.1);
        const { weights, deadHeads } = groupShares(scores, groups);
        const totals = segmentSum(scores, groups).toArray();
        const groupOf = groups.flatMap((rows, group) => Array<number>(rows).fill(group));
        scores.toArray().forEach((row, at) => {
          row.forEach((score, head) => {
            expect(weights.toArray()[at][head]).toBeCloseTo(score / totals[groupOf[at]][head], 6);
          });
        });
        expect(deadHeads).toBe(0);
      }),
    );
  });

  it("shares evenly where no row has scored, counts that, and passes no gradient there", () => {
    const scores = tensor([0, 3, 0, 1, 0, 0], [3, 2]);
    const { weights, deadHeads } = groupShares(scores, [2, 1]);
    expect(weights.toArray()).toEqual([
      [0.5, 0.75],
      [0.5, 0.25],
      [1, 1],
    ]);
    expect(deadHeads).toBe(3);
    const { grads } = valueAndGrad(() => sum(groupShares(scores, [2, 1]).weights.square()), [scores]);
    expect(grads[0].toArray().map(([dead]) => dead)).toEqual([0, 0, 0]);
    expect(grads[0].data.every(Number.isFinite)).toBe(true);
  });

  it("has the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(counts, size, seed, (groups, heads, from) => {
        const scores = normal(key(from), [total(groups), heads])
          .abs()
          .add(0.5);
        const run = (x: Tensor): Tensor => groupShares(reshape(x, [total(groups), heads]), groups).weights;
        gradcheck(run, [scores], { key: key(from + 1) });
      }),
      runs(20),
    );
  });

  it("refuses groups that do not make up the rows", () => {
    for (const wrong of [
      [1, 1],
      [0, 3],
    ])
      expect(() => groupShares(tensor([1, 2, 3], [3, 1]), wrong)).toThrow(
        "groupShares: groups must be whole numbers of at least 1 that add up to 3 rows",
      );
  });

  it("refuses a score below 0, and lets NaN pass into the weights of its group, so that it is seen", () => {
    expect(() => groupShares(tensor([1, -2], [2, 1]), [2])).toThrow("groupShares: scores must be at least 0, not -2");
    const { weights, deadHeads } = groupShares(tensor([Number.NaN, 1, 2], [3, 1]), [2, 1]);
    expect(weights.toArray()).toEqual([[Number.NaN], [Number.NaN], [1]]);
    expect(deadHeads).toBe(0);
  });
});
