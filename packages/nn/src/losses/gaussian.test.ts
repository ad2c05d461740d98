import { gradcheck, valueAndGrad } from "@factorvae/autograd";
import {
  key,
  normal,
  reference64,
  reshape,
  sum,
  type Tensor,
  tensor,
  type Vec,
  withBackend,
  zeros,
} from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../tensor/test/runs.js";
import { gaussianDivergence, gaussianNegativeLogLikelihood } from "./gaussian.js";
import { seed, size, stds } from "./losses.samples.js";

describe("gaussian losses", () => {
  it("have a divergence of 0 from themselves, and more from anything else", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        withBackend(reference64, () => {
          const q = { mean: normal(key(from), [rows, width]), std: stds(from + 1, [rows, width]) };
          const p = { mean: normal(key(from + 2), [rows, width]), std: stds(from + 3, [rows, width]) };
          for (const value of gaussianDivergence(q, q, "none").data) expect(Math.abs(value)).toBeLessThan(1e-14);
          for (const value of gaussianDivergence(q, p, "none").data) expect(value).toBeGreaterThan(0);
        });
      }),
    );
  });

  it("have a divergence of all digits between distributions that are almost the same", () => {
    const one = (mean: number, std: number) => ({ mean: tensor([mean], [1, 1]), std: tensor([std], [1, 1]) });
    const [standard, narrow] = [one(0, 1), one(0, 1e-4)];
    for (const distance of [1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.099, 0.101, 0.3, 3, -1e-4, -0.05, -0.099, -0.101, -0.5]) {
      const gap = Math.fround(1 + distance) - 1;
      // x - ln(1 + x) + x^2 / 2 by its Taylor series where that is short.
      const tail = Array.from({ length: 60 }, (_, at) => (-gap) ** (at + 3) / (at + 3)).reverse();
      const series = gap ** 2 + tail.reduce((total, term) => total + term, 0);
      const exact = Math.abs(gap) < 0.6 ? series : gap - Math.log1p(gap) + gap ** 2 / 2;
      const q = one(0, 1 + gap);
      expect(gaussianDivergence(q, standard).item() / exact, `at ${distance}`).toBeCloseTo(1, 5);
      const { grads } = valueAndGrad(() => gaussianDivergence(q, standard), [q.std, standard.std]);
      const slopes = [gap * ((gap + 2) / (gap + 1)), -gap * (gap + 2)];
      slopes.forEach((slope, at) => {
        expect(grads[at].item() / slope, `derivative ${at} at ${distance}`).toBeCloseTo(1, 6);
      });
    }
    // A share of 1e-10 is far from nothing: the logarithm of the ratio counts.
    expect(gaussianDivergence(one(0, 1e-14), narrow).item()).toBeCloseTo(10 * Math.LN10 - 0.5, 4);
  });

  it("have a divergence that is the first distribution's mean difference of log likelihoods", () => {
    withBackend(reference64, () => {
      const one = (mean: number, std: number) => ({ mean: tensor([mean], [1, 1]), std: tensor([std], [1, 1]) });
      const [q, p] = [one(0.3, 0.8), one(-0.5, 1.7)];
      // The integral over q as a sum over a fine grid.
      const places = Array.from({ length: 20001 }, (_, at) => (at - 10000) / 1000);
      const all = (x: Tensor): Vec => x.expand([places.length, 1]).reshape([places.length]);
      const costs = [q, p].map(({ mean, std }) =>
        gaussianNegativeLogLikelihood({ mean: all(mean), std: all(std) }, tensor(places), "none"),
      );
      const expected = sum(costs[0].neg().exp().mul(costs[1].sub(costs[0]))).item() / 1000;
      expect(gaussianDivergence(q, p).item()).toBeCloseTo(expected, 10);
    });
  });

  it("have the derivatives that differences give, first and second", () => {
    fc.assert(
      fc.property(size, size, seed, (rows, width, from) => {
        const matrix = (x: Tensor) => reshape(x, [rows, width]);
        const draw = (at: number) => normal(key(from + at), [rows, width]);
        const [a, b, c] = [draw(0), draw(1), draw(2)];
        const positive = (at: number) => stds(from + at, [rows, width]).add(0.5);
        gradcheck(
          (x, s, y) => gaussianNegativeLogLikelihood({ mean: matrix(x), std: matrix(s) }, matrix(y), "none"),
          [a, positive(3), c],
          { key: key(2) },
        );
        gradcheck(
          (x, s, y, r) =>
            gaussianDivergence({ mean: matrix(x), std: matrix(s) }, { mean: matrix(y), std: matrix(r) }, "none"),
          [a, positive(3), b, positive(4)],
          { key: key(2) },
        );
      }),
      runs(20),
    );
  });

  it("refuse standard deviations that are not positive, and shapes that differ", () => {
    const [mean, std] = [zeros([2, 2]), tensor([1, 1, 1, 0], [2, 2])];
    const fine = { mean, std: zeros([2, 2]).add(1) };
    expect(() => gaussianNegativeLogLikelihood({ mean, std }, mean)).toThrow(
      "gaussianNegativeLogLikelihood: predicted std must be positive, not 0 (element 3 of [2, 2])",
    );
    expect(() => gaussianDivergence(fine, { mean, std })).toThrow(
      "gaussianDivergence: second std must be positive, not 0 (element 3 of [2, 2])",
    );
    expect(() => gaussianNegativeLogLikelihood(fine, tensor([0, 0, Number.NaN, 0], [2, 2]))).toThrow(
      "gaussianNegativeLogLikelihood: target must be a number, not NaN (element 2 of [2, 2])",
    );
    // @ts-expect-error The second has another width.
    expect(() => gaussianDivergence(fine, { mean: zeros([2, 1]), std: zeros([2, 1]).add(1) })).toThrow(
      "gaussianDivergence: first mean and second mean must have one shape, not [2, 2] and [2, 1]",
    );
  });
});
