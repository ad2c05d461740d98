import { fold, type Key, normal, reference64, withBackend } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Days, dim, type Factors, type Hidden, type Stocks } from "../dims.js";
import { Decoder, exposed, factorVariance, returnsOf } from "./decoder.js";
import type { GaussianRows } from "./gaussian.js";
import { anyDays, anyKey, anySizes, positionsOf, rowsOf, sampleEmbedding, total } from "./model.samples.js";

const decoderOf = ({ hidden, factors }: { readonly hidden: number; readonly factors: number }, from: Key): Decoder =>
  new Decoder(dim<Hidden>(hidden), dim<Factors>(factors), 1e-3, 0.01, from);

const drawnFactors = (from: Key, days: number, factors: number): GaussianRows<Days, Factors> => {
  const shape = [dim<Days>(days), dim<Factors>(factors)] as const;
  return { mean: normal(fold(from, "mean"), shape), std: normal(fold(from, "std"), shape).exp() };
};

const close = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));

describe("Decoder", () => {
  it("adds up alpha and the exposed factors of each stock's own day, in mean and in variance (equation 12)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        withBackend(reference64, () => {
          const factors = drawnFactors(from, days.length, sizes.factors);
          const parts = decoderOf(sizes, from).forward(sampleEmbedding(from, total(days), sizes.hidden));
          const returns = returnsOf(parts, factors, days);
          const [beta, means, stds] = [parts.beta.toArray(), factors.mean.toArray(), factors.std.toArray()];
          const [alphaMean, alphaStd] = [parts.alpha.mean.toArray(), parts.alpha.std.toArray()];
          const [mean, std] = [returns.mean.toArray(), returns.std.toArray()];
          positionsOf(days).forEach((rows, day) => {
            for (const row of rows) {
              const terms = beta[row].map((exposure, k) => exposure * means[day][k]);
              const variances = beta[row].map((exposure, k) => exposure ** 2 * stds[day][k] ** 2);
              close(mean[row], alphaMean[row] + terms.reduce((sum, term) => sum + term));
              close(std[row], Math.sqrt(alphaStd[row] ** 2 + variances.reduce((sum, term) => sum + term)));
            }
          });
        });
      }),
    );
  });

  it("decomposes each stock from its own embedding alone, to the bit", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 40 }), (from, sizes, rows) => {
        const decoder = decoderOf(sizes, from);
        const embedding = sampleEmbedding(from, rows, sizes.hidden);
        const together = decoder.forward(embedding);
        for (const row of [0, rows >> 1, rows - 1]) {
          const alone = decoder.forward(rowsOf(embedding, [row]));
          expect(alone.alpha.mean.data).toEqual(rowsOf(together.alpha.mean, [row]).data);
          expect(alone.alpha.std.data).toEqual(rowsOf(together.alpha.std, [row]).data);
          expect(alone.beta.data).toEqual(rowsOf(together.beta, [row]).data);
        }
      }),
    );
  });

  it("is as certain as alpha where the factors are certain", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        withBackend(reference64, () => {
          const { mean, std } = drawnFactors(from, days.length, sizes.factors);
          const parts = decoderOf(sizes, from).forward(sampleEmbedding(from, total(days), sizes.hidden));
          const found = returnsOf(parts, { mean, std: std.mul(0) }, days).std.toArray();
          parts.alpha.std.toArray().forEach((value, row) => {
            close(found[row], value);
          });
        });
      }),
    );
  });
});

describe("exposed and factorVariance", () => {
  it("give each stock the factors of its own day and of no other", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, { factors: latent }, days) => {
        const { mean, std } = drawnFactors(from, days.length, latent);
        const beta = normal(from, [dim<Stocks>(total(days)), dim<Factors>(latent)]);
        positionsOf(days).forEach((rows, day) => {
          const mine = rowsOf(beta, rows);
          const alone = [rows.length];
          const [ownMean, ownStd] = [rowsOf(mean, [day]), rowsOf(std, [day])];
          expect(rowsOf(exposed(beta, mean, days), rows).data).toEqual(exposed(mine, ownMean, alone).data);
          expect(rowsOf(factorVariance(beta, std, days), rows).data).toEqual(factorVariance(mine, ownStd, alone).data);
        });
      }),
    );
  });
});
