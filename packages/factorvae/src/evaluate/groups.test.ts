import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { samplePredictions } from "../predictions/predictions.samples.js";
import { groupReturns } from "./groups.js";

const day = fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 10, maxLength: 47 });

describe("groupReturns", () => {
  it("puts every stock into floor(rank 10 / N), none dropped", () => {
    fc.assert(
      fc.property(day, (scores) => {
        const labels = scores.map((score) => score / 1000);
        const { daily } = groupReturns(samplePredictions([scores], [labels]));
        const sorted = [...labels].sort((a, b) => a - b);
        for (let group = 0; group < 10; group++) {
          const members = sorted.filter((_, rank) => Math.floor((rank * 10) / sorted.length) === group);
          expect(daily[group]).toBeCloseTo(members.reduce((sum, value) => sum + value, 0) / members.length, 12);
        }
      }),
    );
  });

  it("does not change under an increasing map of the scores, and turns round under a decreasing one of 10 m stocks", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 20, maxLength: 20 }), (scores) => {
        const labels = [scores.map((_, stock) => stock / 100)];
        const mean = (transform: (score: number) => number) =>
          Array.from(groupReturns(samplePredictions([scores.map(transform)], labels)).mean);
        const plain = mean((score) => score);
        expect(mean((score) => score ** 3 + score)).toEqual(plain);
        mean((score) => -score).forEach((value, group) => {
          expect(value).toBeCloseTo(plain[9 - group], 12);
        });
      }),
    );
  });

  it("keeps equal scores in one group and reports groups without a stock as missing", () => {
    const scores = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const { mean } = groupReturns(samplePredictions([scores], [scores.map((_, stock) => stock)]));
    expect(Array.from(mean).filter((value) => !Number.isNaN(value))).toEqual([4.5]);
  });

  it("ranks by all scores, averages the labels there are, and leaves days without enough labels out", () => {
    const scores = Array.from({ length: 20 }, (_, stock) => stock);
    const labels = scores.map((score) => (score === 0 ? Number.NaN : score));
    const missing = scores.map((score) => (score < 11 ? Number.NaN : score));
    const returns = groupReturns(samplePredictions([scores, scores], [labels, missing]));
    expect(returns.dates).toEqual(["2018-01-01"]);
    expect([returns.mean[0], returns.mean[1]]).toEqual([1, 2.5]);
    expect(() => groupReturns(samplePredictions([scores], [labels]), 1)).toThrow("groups is 1");
  });
});
