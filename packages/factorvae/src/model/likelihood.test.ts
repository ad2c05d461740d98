import { fold, type Key, normal, reference64, tensor, withBackend } from "@factorvae/autograd";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Days, dim, type Factors, type Stocks } from "../dims.js";
import { exposed } from "./decoder.js";
import { type Evidence, type Likelihood, likelihoods } from "./likelihood.js";
import { anyDays, anyKey, positionsOf, rowsOf, solvedDensely, total } from "./model.samples.js";

const anyLatent = fc.integer({ min: 1, max: 4 });

/** Evidence of random moments: standard deviations between about 0.2 and 5. */
function drawnEvidence(from: Key, days: readonly number[], latent: number): Evidence {
  const draw = (name: string) => fold(from, name);
  const rows = [dim<Stocks>(total(days))] as const;
  const perDay = [dim<Days>(days.length), dim<Factors>(latent)] as const;
  return {
    returns: normal(draw("returns"), rows),
    decomposition: {
      alpha: { mean: normal(draw("alpha mean"), rows), std: normal(draw("alpha std"), rows).mul(0.5).exp() },
      beta: normal(draw("beta"), [rows[0], perDay[1]]),
    },
    factors: { mean: normal(draw("factor mean"), perDay), std: normal(draw("factor std"), perDay).mul(0.5).exp() },
    days,
    draw: undefined,
  };
}

/** The same evidence with factors drawn: mean + std * noise. */
const withNoise = (evidence: Evidence, noise: readonly number[]): Evidence => {
  const { mean: centre, std } = evidence.factors;
  return { ...evidence, draw: std.mul(tensor(noise, std.shape)).add(centre) };
};

/** The evidence of one of its days alone. */
function dayOf(evidence: Evidence, day: number): Evidence {
  const rows = positionsOf(evidence.days)[day];
  const { alpha, beta } = evidence.decomposition;
  return {
    returns: rowsOf(evidence.returns, rows),
    decomposition: {
      alpha: { mean: rowsOf(alpha.mean, rows), std: rowsOf(alpha.std, rows) },
      beta: rowsOf(beta, rows),
    },
    factors: { mean: rowsOf(evidence.factors.mean, [day]), std: rowsOf(evidence.factors.std, [day]) },
    days: [rows.length],
    draw: evidence.draw && rowsOf(evidence.draw, [day]),
  };
}

/** The mean negative log density of one day's returns as one normal vector, by elimination in its dense covariance. */
function denseDensity({ returns, decomposition: { alpha, beta }, factors }: Evidence): number {
  const [loadings, residualStd, [factorStd]] = [beta.toArray(), alpha.std.toArray(), factors.std.toArray()];
  const centre = alpha.mean.add(exposed(beta, factors.mean, [returns.size]));
  const error = returns.sub(centre).toArray();
  const covariance = loadings.map((a, row) =>
    loadings.map((b, column) => {
      const shared = a.reduce((sum, exposure, k) => sum + exposure * factorStd[k] ** 2 * b[k], 0);
      return shared + (row === column ? residualStd[row] ** 2 : 0);
    }),
  );
  const { solution, logDeterminant } = solvedDensely(covariance, error);
  const squares = error.reduce((sum, value, row) => sum + value * solution[row], 0);
  return (logDeterminant + squares + error.length * Math.log(2 * Math.PI)) / (2 * error.length);
}

const close = (actual: number, expected: number, tolerance = 1e-12): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

const corners = (dimensions: number): number[][] =>
  Array.from({ length: 2 ** dimensions }, (_, corner) =>
    Array.from({ length: dimensions }, (_unused, axis) => (corner & (1 << axis) ? 1 : -1)),
  );

describe("likelihoods", () => {
  it("score each day alone as in a batch, to the bit, all four", () => {
    const names: readonly Likelihood[] = ["analytic", "expected", "sampled", "joint"];
    fc.assert(
      fc.property(anyKey, anyDays, anyLatent, fc.constantFrom(...names), (from, days, latent, name) => {
        const noise = normal(fold(from, "noise"), [days.length * latent]).toArray();
        const evidence = withNoise(drawnEvidence(from, days, latent), noise);
        const together = likelihoods[name](evidence).data;
        expect(together.length).toBe(days.length);
        days.forEach((_, day) => {
          expect(likelihoods[name](dayOf(evidence, day)).data).toEqual(together.slice(day, day + 1));
        });
      }),
    );
  });

  it("expected is exactly the mean of sampled over all corners of signs, being quadratic in the noise", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 7 }), anyLatent, (from, rows, latent) => {
        withBackend(reference64, () => {
          const evidence = drawnEvidence(from, [rows], latent);
          const sampled = corners(latent).map((signs) => likelihoods.sampled(withNoise(evidence, signs)).data[0]);
          const averaged = sampled.reduce((sum, value) => sum + value) / sampled.length;
          close(averaged, likelihoods.expected(evidence).data[0]);
        });
      }),
    );
  });

  it("analytic has the moments of equation 12, and is expected where the factors are certain", () => {
    fc.assert(
      fc.property(anyKey, anyDays, anyLatent, (from, days, latent) => {
        withBackend(reference64, () => {
          const evidence = drawnEvidence(from, days, latent);
          const { mean: centre, std } = evidence.factors;
          const certain = { ...evidence, factors: { mean: centre, std: std.mul(0) } };
          const [analytic, expected] = [likelihoods.analytic(certain), likelihoods.expected(certain)];
          analytic.data.forEach((value, day) => {
            close(value, expected.data[day]);
          });
          const { alpha, beta } = evidence.decomposition;
          const [exposures, [stds]] = [beta.toArray(), std.toArray()];
          const error = evidence.returns
            .sub(alpha.mean)
            .sub(exposed(beta, centre, days))
            .toArray();
          const firstDay = positionsOf(days)[0].map((row) => {
            const variance = exposures[row].reduce((sum, b, k) => sum + (b * stds[k]) ** 2, alpha.std.data[row] ** 2);
            return (Math.log(2 * Math.PI * variance) + error[row] ** 2 / variance) / 2;
          });
          close(likelihoods.analytic(evidence).data[0], firstDay.reduce((sum, value) => sum + value) / days[0]);
        });
      }),
    );
  });

  it("expected is never below analytic: what the factors cannot tell costs more than a wider risk (Jensen)", () => {
    fc.assert(
      fc.property(anyKey, anyDays, anyLatent, (from, days, latent) => {
        withBackend(reference64, () => {
          const evidence = drawnEvidence(from, days, latent);
          const analytic = likelihoods.analytic(evidence).data;
          likelihoods.expected(evidence).data.forEach((value, day) => {
            expect(value).toBeGreaterThanOrEqual(analytic[day] - 1e-12);
          });
        });
      }),
    );
  });

  it("joint is the density of one normal vector of all stocks, by brute force", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 12 }), anyLatent, (from, rows, latent) => {
        withBackend(reference64, () => {
          const evidence = drawnEvidence(from, [rows], latent);
          close(likelihoods.joint(evidence).data[0], denseDensity(evidence), 1e-11);
        });
      }),
    );
  });

  it("joint is analytic for one stock, and for any number of stocks whose factors are certain", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 7 }), anyLatent, (from, rows, latent) => {
        withBackend(reference64, () => {
          const evidence = drawnEvidence(from, [rows], latent);
          const alone = drawnEvidence(from, [1], latent);
          close(likelihoods.joint(alone).data[0], likelihoods.analytic(alone).data[0]);
          const certain = { ...evidence, factors: { ...evidence.factors, std: evidence.factors.std.mul(0) } };
          close(likelihoods.joint(certain).data[0], likelihoods.analytic(certain).data[0]);
        });
      }),
    );
  });

  it("sampled without a draw is an error that asks for a key", () => {
    const evidence = withBackend(reference64, () => drawnEvidence({ high: 0, low: 1 }, [3], 2));
    expect(() => withBackend(reference64, () => likelihoods.sampled(evidence))).toThrow(
      "likelihood sampled: a key is needed to draw the factors",
    );
  });
});
