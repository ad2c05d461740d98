import { fold, key, normalValues } from "@factorvae/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spearman } from "../evaluate/ranks.js";
import { type LabelledDay, lastColumns, normalEquations } from "./normal-equations.js";
import { defaultPenalties, fitRidge, linearScores, ridge } from "./ridge.js";

const width = 6;
const trueWeights = [0, 0, 0, 0.5, -1, 0.25];

/** Days of normal features whose labels are a linear score, noise, and a shift that all stocks of the day share. */
function linearDays(seed: number, days: number, stocks: number, noise: number): LabelledDay[] {
  return Array.from({ length: days }, (_, day) => {
    const stream = fold(key(seed), day);
    const features = Float32Array.from(normalValues(fold(stream, "features"), stocks * width));
    const surprises = normalValues(fold(stream, "noise"), stocks);
    const shift = 5 * normalValues(fold(stream, "shift"), 1)[0];
    const targets = surprises.map((surprise, n) =>
      trueWeights.reduce((sum, weight, c) => sum + weight * features[n * width + c], shift + noise * surprise),
    );
    targets[0] = Number.NaN;
    return { features, targets };
  });
}

describe("ridge", () => {
  it("minimises the mean squared error plus the penalty: no small step in any direction does better", () => {
    const days = linearDays(1, 5, 12, 1);
    const objective = (weights: ArrayLike<number>, penalty: number) => {
      let squares = 0;
      let rows = 0;
      for (const { features, targets } of days) {
        const residuals = Array.from(targets, (target, n) => {
          let fitted = 0;
          for (let c = 0; c < width; c++) fitted += weights[c] * features[n * width + c];
          return target - fitted;
        }).filter((residual) => !Number.isNaN(residual));
        const mean = residuals.reduce((sum, x) => sum + x, 0) / residuals.length;
        squares += residuals.reduce((sum, x) => sum + (x - mean) ** 2, 0);
        rows += residuals.length;
      }
      return squares / rows + penalty * Array.from(weights).reduce((sum, w) => sum + w * w, 0);
    };
    const equations = normalEquations(days, width);
    const step = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: width, maxLength: width });
    fc.assert(
      fc.property(fc.constantFrom(0, 0.01, 0.3, 10), step, (penalty, direction) => {
        const { weights } = ridge(equations, penalty);
        const moved = weights.map((weight, c) => weight + direction[c]);
        expect(objective(moved, penalty)).toBeGreaterThanOrEqual(objective(weights, penalty) - 1e-12);
      }),
    );
  });

  it("recovers the weights of labels without noise, whatever shifts whole days", () => {
    const { weights } = ridge(normalEquations(linearDays(2, 20, 30, 0), width), 0);
    trueWeights.forEach((weight, c) => {
      expect(weights[c]).toBeCloseTo(weight, 6);
    });
  });

  it("shrinks the weights as the penalty grows", () => {
    const equations = normalEquations(linearDays(3, 5, 20, 1), width);
    const norms = defaultPenalties.map((penalty) => Math.hypot(...ridge(equations, penalty).weights));
    expect([...norms].sort((a, b) => b - a)).toEqual(norms);
    expect(norms[norms.length - 1]).toBeLessThan(0.02 * norms[0]);
  });

  it("refuses a penalty below zero, and singular equations by naming the remedy", () => {
    const equations = normalEquations(linearDays(4, 1, 4, 1), width);
    expect(() => ridge(equations, -1)).toThrow(/penalty .* got -1/);
    expect(() => ridge(equations, Number.NaN)).toThrow(/got NaN/);
    const zero = { ...equations, gram: equations.gram.map(() => 0) };
    expect(() => ridge(zero, 0)).toThrow(/raise the penalty/);
  });
});

describe("linearScores", () => {
  it("weighs the last columns of each row", () => {
    const features = Float32Array.of(1, 2, 3, 4, 5, 6);
    const model = { weights: Float64Array.of(10, 100), intercept: 0.5 };
    expect(Array.from(linearScores(model, features, 3))).toEqual([320.5, 650.5]);
    expect(() => linearScores(model, features, 1)).toThrow(/2 weights, rows of 1, 6 features/);
    expect(() => linearScores(model, features, 4)).toThrow(/rows of 4, 6 features/);
  });
});

describe("fitRidge", () => {
  const train = linearDays(5, 30, 25, 2);
  const valid = linearDays(6, 15, 25, 2);

  /** Mean daily Spearman correlation, by the definition. */
  function rankIc(penalty: number, days: readonly LabelledDay[], columns: number): number {
    const model = ridge(lastColumns(normalEquations(train, width), columns), penalty);
    const daily = days.map(({ features, targets }) => {
      const scores = linearScores(model, features, width);
      const labelled = [...targets.keys()].filter((n) => !Number.isNaN(targets[n]));
      return (
        spearman(
          labelled.map((n) => scores[n]),
          labelled.map((n) => targets[n]),
        ) ?? Number.NaN
      );
    });
    return daily.reduce((sum, x) => sum + x, 0) / daily.length;
  }

  it("keeps the penalty with the best mean Rank IC on validation, for whole windows and for the last columns", () => {
    const penalties = [1e-3, 0.1, 3, 100];
    for (const columns of [width, 3]) {
      const fit = fitRidge(lastColumns(normalEquations(train, width), columns), valid, width, penalties);
      const expected = penalties.map((penalty) => rankIc(penalty, valid, columns));
      fit.candidates.forEach((candidate, i) => {
        expect(candidate.penalty).toBe(penalties[i]);
        expect(candidate.rankIc).toBeCloseTo(expected[i], 12);
      });
      expect(fit.rankIc).toBe(Math.max(...fit.candidates.map((candidate) => candidate.rankIc)));
      expect(fit.penalty).toBe(penalties[fit.candidates.findIndex((candidate) => candidate.rankIc === fit.rankIc)]);
      expect(fit.model.weights).toHaveLength(columns);
    }
  });

  it("prefers the larger penalty of two that rank alike", () => {
    const one: LabelledDay[] = [{ features: Float32Array.of(1, 2, 3), targets: Float64Array.of(1, 2, 3) }];
    const fit = fitRidge(normalEquations(one, 1), one, 1, [0.1, 10, 1]);
    expect(fit.candidates.map((candidate) => candidate.rankIc)).toEqual([1, 1, 1]);
    expect(fit.penalty).toBe(10);
  });

  it("finds most of a linear signal, out of sample", () => {
    const fit = fitRidge(normalEquations(train, width), valid, width);
    expect(rankIc(fit.penalty, linearDays(7, 40, 25, 2), width)).toBeGreaterThan(0.35);
  });

  it("skips validation days that cannot be ranked, and says so when none can", () => {
    const equations = normalEquations(train, width);
    const constant: LabelledDay = { features: train[0].features, targets: new Float64Array(25) };
    const alone: LabelledDay = { features: new Float32Array(width), targets: Float64Array.of(1) };
    const empty: LabelledDay = { features: new Float32Array(0), targets: new Float64Array(0) };
    const fit = fitRidge(equations, [constant, ...valid, alone, empty], width);
    expect(fit).toEqual(fitRidge(equations, valid, width));
    expect(() => fitRidge(equations, [constant, alone, empty], width)).toThrow(/no validation day can be ranked/);
    expect(() => fitRidge(equations, valid, width, [])).toThrow(/at least one penalty/);
  });
});
