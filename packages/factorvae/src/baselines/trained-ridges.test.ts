import { beforeAll, describe, expect, it } from "vitest";
import { type Config, resolveConfig } from "../config.js";
import type { FeatureTable } from "../data/feature-table.js";
import { simulate } from "../data/simulate.js";
import type { DateSplit } from "../data/split.js";
import { configuredSplit, type Dataset, fitDataset, labelsOn } from "../train/dataset.js";
import { lastColumns, normalEquations } from "./normal-equations.js";
import { ridge } from "./ridge.js";
import { ridgeScores, type TrainedRidges, trainRidges } from "./trained-ridges.js";

const config: Config = resolveConfig({
  features: { names: ["KLEN", "STD5", "ROC5"] },
  window: { steps: 4 },
});

let dataset: Dataset<FeatureTable>;
let split: DateSplit;
let ridges: TrainedRidges;

beforeAll(() => {
  const { panel } = simulate({ seed: 6, stocks: 20, days: 160 });
  split = configuredSplit(panel, config);
  dataset = fitDataset(panel, config, split);
  ridges = trainRidges(dataset, split, config);
});

/** Features of a stock over the window of a date, oldest first. */
function row(stock: number, date: number): number[] {
  const width = dataset.features.names.length;
  const end = (stock * dataset.features.dates.length + date + 1) * width;
  return [...dataset.features.values.slice(end - 4 * width, end)];
}

describe("the ridges that a model has to beat", () => {
  it("are fitted to the usable training dates, in the model's own units and features", () => {
    const days = split.splitOf.flatMap((name, date) => {
      if (name !== "train" || split.usable[date] === 0) return [];
      const stocks = dataset.crossSections[date];
      const labels = labelsOn(dataset, date, stocks);
      if (labels.filter((label) => !Number.isNaN(label)).length < config.train.minimumStocks) return [];
      const targets = labels.map((label) => {
        const bounded = Math.max(-10 * dataset.fit.labelScale, Math.min(10 * dataset.fit.labelScale, label));
        return bounded / dataset.fit.labelScale;
      });
      return [{ features: Float32Array.from([...stocks].flatMap((stock) => row(stock, date))), targets }];
    });
    const equations = normalEquations(days, 12);
    expect(ridges.window.model).toEqual(ridge(equations, ridges.window.penalty));
    expect(ridges.lastDay.model).toEqual(ridge(lastColumns(equations, 3), ridges.lastDay.penalty));
    expect(ridges.window.model.weights).toHaveLength(12);
    expect(ridges.lastDay.model.weights).toHaveLength(3);
  });

  it("score a date by the weighted features of each stock's window, or of its last day", () => {
    const date = dataset.panel.dates.length - 1;
    const stocks = [...dataset.crossSections[date]];
    for (const { model } of [ridges.lastDay, ridges.window]) {
      const scores = ridgeScores(model, dataset, date, config);
      expect(scores).toHaveLength(stocks.length);
      stocks.forEach((stock, at) => {
        const features = row(stock, date).slice(-model.weights.length);
        const expected = features.reduce((sum, x, c) => sum + x * model.weights[c], model.intercept);
        expect(scores[at]).toBeCloseTo(expected, 10);
      });
    }
  });
});
