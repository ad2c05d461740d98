import { describe, expect, it } from "vitest";
import { around, halves } from "./adding-an-op.js";
import { coverage90, divergences, newest, nll, rankIc, summary } from "./library.js";
import { factorStd, loadings, losses, mean, residualStd, std } from "./model.js";

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
  });
});
