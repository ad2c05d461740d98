import { assign, type Key, key, reference64, withBackend } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dim, type Factors, type Hidden, type Portfolios } from "../dims.js";
import { Encoder } from "./encoder.js";
import {
  anyDays,
  anyKey,
  anySizes,
  largestDifference,
  positionsOf,
  rowsOf,
  sampleEmbedding,
  sampleReturns,
  solvedDensely,
  total,
} from "./model.samples.js";

interface Sizes {
  readonly hidden: number;
  readonly portfolios: number;
  readonly factors: number;
}

const weighing = ({ hidden, portfolios, factors }: Sizes, from: Key): Encoder =>
  new Encoder(dim<Hidden>(hidden), dim<Portfolios>(portfolios), dim<Factors>(factors), 1e-3, false, from);

const regressing = ({ hidden, factors }: Sizes, from: Key): Encoder =>
  new Encoder(dim<Hidden>(hidden), dim<Portfolios>(hidden), dim<Factors>(factors), 1e-3, true, from);

const anyEncoder = fc.constantFrom(weighing, regressing);

describe("Encoder", () => {
  it("has portfolio weights that are positive and add up to 1 over each day's stocks (trap 1)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        const embedding = sampleEmbedding(from, total(days), sizes.hidden).mul(9);
        const weights = weighing(sizes, from).portfolioWeights(embedding, days);
        expect(weights.shape).toEqual([total(days), sizes.portfolios]);
        for (const weight of weights.data) expect(weight).toBeGreaterThan(0);
        for (const day of positionsOf(days))
          for (const sum of rowsOf(weights, day).sum(0).data) expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
      }),
    );
  });

  it("gives a return that all stocks share to every portfolio", () => {
    fc.assert(
      fc.property(
        anyKey,
        anySizes,
        anyDays,
        fc.double({ min: -1, max: 1, noNaN: true }),
        (from, sizes, days, shared) => {
          withBackend(reference64, () => {
            const embedding = sampleEmbedding(from, total(days), sizes.hidden);
            const returns = sampleReturns(from, total(days)).mul(0).add(shared);
            const found = weighing(sizes, from).portfolioReturns(embedding, returns, days);
            expect(found.shape).toEqual([days.length, sizes.portfolios]);
            for (const value of found.data) expect(Math.abs(value - shared)).toBeLessThan(1e-14);
          });
        },
      ),
    );
  });

  it("weighs portfolios the same when every stock's score moves by a constant", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, (from, sizes, days) => {
        withBackend(reference64, () => {
          const encoder = weighing(sizes, from);
          const embedding = sampleEmbedding(from, total(days), sizes.hidden);
          const before = encoder.portfolioWeights(embedding, days);
          const { portfolio } = encoder;
          if (!portfolio) throw new Error("this encoder weighs its portfolios");
          assign(portfolio.bias, portfolio.bias.add(3));
          expect(largestDifference(encoder.portfolioWeights(embedding, days), before)).toBeLessThan(1e-14);
        });
      }),
    );
  });

  it("gives several days in one batch, to the bit, the posterior that each has alone (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, anyDays, anyEncoder, (from, sizes, days, encoderOf) => {
        const encoder = encoderOf(sizes, from);
        const embedding = sampleEmbedding(from, total(days), sizes.hidden);
        const returns = sampleReturns(from, total(days));
        const together = encoder.forward(embedding, returns, days);
        positionsOf(days).forEach((rows, day) => {
          const alone = encoder.forward(rowsOf(embedding, rows), rowsOf(returns, rows), [rows.length]);
          expect(alone.mean.data).toEqual(rowsOf(together.mean, [day]).data);
          expect(alone.std.data).toEqual(rowsOf(together.std, [day]).data);
        });
      }),
    );
  });

  it("infers the same factors from the stocks in another order (trap 2)", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 1, max: 9 }), anyEncoder, (from, sizes, rows, encoderOf) => {
        withBackend(reference64, () => {
          const encoder = encoderOf(sizes, from);
          const embedding = sampleEmbedding(from, rows, sizes.hidden);
          const returns = sampleReturns(from, rows);
          const turned = Array.from({ length: rows }, (_, row) => rows - 1 - row);
          const straight = encoder.forward(embedding, returns, [rows]);
          const reversed = encoder.forward(rowsOf(embedding, turned), rowsOf(returns, turned), [rows]);
          // The regression has a condition number of up to a million where stocks are fewer than its width.
          const tolerance = encoder.portfolio ? 1e-12 : 1e-7;
          const scale = Math.max(1, ...straight.mean.data.map(Math.abs));
          expect(largestDifference(reversed.mean, straight.mean)).toBeLessThanOrEqual(tolerance * scale);
          expect(largestDifference(reversed.std, straight.std)).toBeLessThanOrEqual(tolerance * scale);
        });
      }),
    );
  });

  it("regresses, under the portfolio ablation, what solves the normal equations with their ridge", () => {
    fc.assert(
      fc.property(anyKey, anySizes, fc.integer({ min: 6, max: 9 }), (from, sizes, rows) => {
        withBackend(reference64, () => {
          const { hidden } = sizes;
          const embedding = sampleEmbedding(from, rows, hidden);
          const returns = sampleReturns(from, rows);
          const [e, y] = [embedding.toArray(), returns.toArray()];
          const columns = Array.from({ length: hidden }, (_, column) => e.map((row) => row[column]));
          const dot = (a: readonly number[], b: readonly number[]): number =>
            a.reduce((sum, x, at) => sum + x * b[at], 0);
          const trace = dot(e.flat(), e.flat());
          const gram = columns.map((a, row) =>
            columns.map((b, column) => dot(a, b) + (row === column ? (1e-6 * trace) / hidden : 0)),
          );
          const { solution } = solvedDensely(
            gram,
            columns.map((column) => dot(column, y)),
          );
          const found = regressing(sizes, from).portfolioReturns(embedding, returns, [rows]).toArray()[0];
          const scale = Math.max(1, ...solution.map(Math.abs));
          found.forEach((value, at) => {
            expect(Math.abs(value - solution[at])).toBeLessThanOrEqual(1e-9 * scale);
          });
        });
      }),
    );
  });

  it("has neither weights nor a layer for them under the portfolio ablation", () => {
    const encoder = regressing({ hidden: 3, portfolios: 3, factors: 2 }, key(1));
    expect(encoder.portfolio).toBeUndefined();
    expect(() => encoder.portfolioWeights(sampleEmbedding(key(1), 4, 3), [4])).toThrow(
      "portfolioWeights: this encoder regresses its portfolios and has no weights",
    );
  });
});
