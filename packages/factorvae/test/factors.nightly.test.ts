import { gather, tensor } from "@factorvae/autograd";
import { describe, expect, it } from "vitest";
import { solvePositiveDefinite } from "../src/baselines/cholesky.js";
import { resolveConfig } from "../src/config.js";
import { simulate, type Truth } from "../src/data/simulate.js";
import { dim, type Hidden, type Stocks } from "../src/dims.js";
import type { FactorVAE } from "../src/model/factorvae.js";
import { batchOf } from "../src/train/batch.js";
import { configuredSplit, type Dataset, fitDataset } from "../src/train/dataset.js";
import { trainModel } from "../src/train/trainer.js";

const config = resolveConfig({ train: { epochs: 4 } });

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * b[at], 0);

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** The share of the variance of `target` that a linear function of the columns explains. */
function explainedShare(columns: readonly (readonly number[])[], target: readonly number[]): number {
  const x = columns.map(centred);
  const y = centred(target);
  const gram = Float64Array.from(x.flatMap((left) => x.map((right) => dot(left, right))));
  const moments = x.map((column) => dot(column, y));
  const weights = solvePositiveDefinite(gram, Float64Array.from(moments));
  return dot([...weights], moments) / dot(y, y);
}

/** The posterior means of the factors on some dates, one column a factor. */
function posteriorMeans(model: FactorVAE, dataset: Dataset, dates: readonly number[]): number[][] {
  const days = dates.map((date) => {
    const { features, targets, labelled } = batchOf(dataset, [date], config);
    const rows = [...labelled.keys()].filter((row) => labelled[row] === 1);
    const embedding = gather(model.embed(features), rows, 0).as([
      dim<Stocks>(rows.length),
      dim<Hidden>(config.model.hidden),
    ]);
    const returns = tensor(Float64Array.from(rows, (row) => targets.data[row]));
    return Array.from(model.posterior(embedding, returns).mean.data);
  });
  return days[0].map((_, factor) => days.map((day) => day[factor]));
}

const factorReturns = (
  { factorReturns: returns, premia }: Truth,
  factor: number,
  dates: readonly number[],
): number[] => {
  const factors = 5;
  expect(returns.length).toBe(premia.length);
  return dates.map((date) => returns[date * factors + factor]);
};

describe("what the encoder finds", () => {
  it("the posterior means explain at least 0.4 of the variance of one true factor return, on the test dates", async () => {
    const { panel, truth } = simulate({ seed: 7 });
    const split = configuredSplit(panel, config);
    const dataset = fitDataset(panel, config, split);
    const { model, metrics } = await trainModel(dataset, split, config);
    const dates = split.splitOf.flatMap((name, date) => (name === "test" && split.usable[date] === 1 ? [date] : []));
    const means = posteriorMeans(model, dataset, dates);
    const shares = [0, 1, 2, 3, 4].map((factor) => explainedShare(means, factorReturns(truth, factor, dates)));
    console.log(`explained shares of the five true factors: ${shares.map((share) => share.toFixed(2)).join(" ")}`);
    expect(Math.max(...shares)).toBeGreaterThanOrEqual(0.4);
    expect(metrics[metrics.length - 1].activeFactors).toBeGreaterThanOrEqual(3);
    expect(metrics[metrics.length - 1].kl).toBeGreaterThanOrEqual(0.1);
  });
});
