import {
  logDeterminant,
  reference64,
  solve,
  startEngine,
  sum,
  tensor,
  type Vec,
  valueAndGrad,
  withBackend,
} from "@factorvae/autograd";
import { describe, expect, it } from "vitest";
import { around, grown, halves, tiny } from "./adding-an-op.js";
import * as gaussian from "./gaussian-process.js";
import { coverage90, divergences, newest, nll, rankIc, summary } from "./library.js";
import * as regression from "./logistic-regression.js";
import { factorStd, loadings, losses, mean, residualStd, std } from "./model.js";
import * as ball from "./throw-through-drag.js";

describe("the example of the library", () => {
  it("trains both epochs, and has figures of the test dates", () => {
    expect(divergences).toHaveLength(2);
    for (const figure of [...divergences, rankIc, nll, coverage90]) expect(figure).toEqual(expect.any(Number));
    expect(rankIc).toBeGreaterThan(-1);
    expect(rankIc).toBeLessThan(1);
    expect(coverage90).toBeGreaterThan(0.5);
  });

  it("scores the newest date", () => {
    expect(new Set(newest.date).size).toBe(1);
    expect(newest.symbol.length).toBeGreaterThan(20);
    expect(newest.risk?.every((risk) => risk > 0)).toBe(true);
  });

  it("trades the scores, and pays for it", () => {
    expect(summary.k).toBe(Math.floor(summary.k));
    expect(summary.turnover).toBeGreaterThan(0);
    expect(summary.lastDate > summary.firstDate).toBe(true);
  });
});

describe("the example of the model", () => {
  it("learns the day by heart", () => {
    expect(losses[4]).toBeLessThan(losses[0]);
  });

  it("gives each stock a score, a risk and its exposures", () => {
    expect(mean.shape).toEqual([100]);
    expect(std.data.every((risk) => risk > 0)).toBe(true);
    expect(loadings.shape).toEqual([100, 8]);
    expect(factorStd.shape).toEqual([8]);
    expect(residualStd.shape).toEqual([100]);
  });
});

describe("the example of an operation", () => {
  it("computes what it says", () => {
    expect(halves).toEqual([-0.5, 0, 0.5]);
    expect(around).toEqual([-2, -1, 3]);
    expect(tiny / Math.exp(-90)).toBeCloseTo(1, 4); // a denormal number: five digits
    expect(grown).toBe(1);
  });
});

describe("the example of logistic regression", () => {
  // As R prints them: glm(damaged ~ fahrenheit, binomial).
  it("finds the coefficients that statistics programs find, and the standard error", () => {
    expect(regression.coefficients.intercept).toBeCloseTo(15.0429, 2);
    expect(regression.coefficients.slope).toBeCloseTo(-0.2322, 4);
    expect(regression.slopeError).toBeCloseTo(0.1082, 4);
    expect(2 * regression.losses[5]).toBeCloseTo(20.315, 3); // the residual deviance
  });

  it("has seen that cold O-rings break", () => {
    expect(regression.cold).toBeGreaterThan(0.99);
    expect(regression.mild).toBeLessThan(0.25);
  });
});

describe("the example of a throw", () => {
  it("hits, from a throw that misses by metres", () => {
    expect(ball.misses[0]).toBeGreaterThan(5);
    expect(ball.misses[15]).toBeLessThan(1e-3);
    ball.landing(ball.found).data.forEach((metres, axis) => {
      expect(metres).toBeCloseTo(ball.target.data[axis], 4);
    });
  });

  it("flies a parabola where there is no air", () => {
    const [x, y] = ball.landing(tensor([3, 12], [2]), 0).toArray();
    expect(x).toBeCloseTo(6, 4);
    expect(y).toBeCloseTo(2 * 12 - (9.81 * 2 ** 2) / 2, 4);
  });

  it("has the same gradient with checkpoints as without, in a fraction of the memory", () => {
    const { backend, memory } = startEngine({ threads: 1, kernels: "plain" });
    const velocity: Vec<2> = tensor([8, 8], [2]);
    const slope = (chunk: typeof ball.fly | undefined) =>
      withBackend(backend, () => {
        const before = memory().used;
        const { grads } = valueAndGrad(() => sum(ball.landing(velocity, 0.02, chunk)), [velocity]);
        return { gradient: grads[0].toArray(), bytes: memory().peak - before };
      });
    slope(ball.fly); // compiles the kernels, which stay
    const [all, some] = [slope(ball.fly), slope(undefined)];
    expect(some.gradient).toEqual(all.gradient);
    expect(some.bytes).toBeLessThan(all.bytes / 9);
  });
});

describe("the example of a Gaussian process", () => {
  it("becomes less surprised, and learns how noisy the data are", () => {
    expect(gaussian.surprises[149]).toBeLessThan(gaussian.surprises[0] - 50);
    expect(gaussian.logs.noise.exp().item()).toBeGreaterThan(0.7 * gaussian.noise);
    expect(gaussian.logs.noise.exp().item()).toBeLessThan(1.4 * gaussian.noise);
  });

  it("has the likelihood, and its slopes, that determinant and inverse have", () => {
    const byInverse = () => {
      const matrix = gaussian.covariance();
      const squares = sum(gaussian.y.mul(solve(matrix, gaussian.y)));
      return squares
        .add(logDeterminant(matrix).logarithm)
        .mul(0.5)
        .add(30 * Math.log(2 * Math.PI));
    };
    const hyperParameters = Object.values(gaussian.logs);
    withBackend(reference64, () => {
      const [one, other] = [gaussian.surprise, byInverse].map((loss) => valueAndGrad(loss, hyperParameters));
      expect(one.value.item()).toBeCloseTo(other.value.item(), 9);
      one.grads.forEach((slope, at) => {
        expect(slope.item()).toBeCloseTo(other.grads[at].item(), 6);
      });
    });
  });

  it("ends where no hyper-parameter has a slope to speak of", () => {
    const { grads } = valueAndGrad(gaussian.surprise, Object.values(gaussian.logs));
    for (const gradient of grads) expect(Math.abs(gradient.item())).toBeLessThan(1);
  });

  it("says how wrong its predictions are", () => {
    const squares = gaussian.deviations.map((deviation) => deviation ** 2);
    const spread = Math.sqrt(squares.reduce((total, square) => total + square) / squares.length);
    expect(spread).toBeGreaterThan(0.5);
    expect(spread).toBeLessThan(1.5);
  });
});
