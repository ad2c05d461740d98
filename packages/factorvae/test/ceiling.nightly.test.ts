import { fold, key, mean, permutation, reshape, square, sub, tensor, valueAndGrad } from "@factorvae/autograd";
import { adam, exponentialAverage, Linear, parameters } from "@factorvae/nn";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../src/config.js";
import { simulate } from "../src/data/simulate.js";
import { dim, type Features, type Hidden, type Steps, type Stocks } from "../src/dims.js";
import { evaluate } from "../src/evaluate/evaluate.js";
import { Extractor } from "../src/model/extractor.js";
import { embedded } from "../src/model/model.samples.js";
import type { Predictions } from "../src/predictions/predictions.js";
import { windowsOn } from "../src/train/batch.js";
import { configuredSplit, type Dataset, fitDataset, labelsOn } from "../src/train/dataset.js";

const config = resolveConfig({});
const { steps } = config.window;

/** The model's own extractor with one output, and the loss of a regression on the truth. */
function student(features: number) {
  const hidden = dim<Hidden>(config.model.hidden);
  const extractor = new Extractor(dim<Features>(features), hidden, config.model.leakySlope, key(1));
  const head = new Linear(hidden, 1, key(2));
  const score = (dataset: Dataset, date: number) => {
    const windows = windowsOn(dataset, [date], steps);
    const rows = windows.shape[0];
    const named = windows.as([dim<Stocks>(rows), dim<Steps>(steps), dim<Features>(features)]);
    return reshape(head.forward(embedded(extractor, named)), [rows]);
  };
  return { score, trainable: parameters({ extractor, head }) };
}

/** The extractor trained on the true expected return, without noise: how much the features let anyone see. */
function ceiling(seed: number): { readonly ceiling: number; readonly oracle: number } {
  const { panel, truth } = simulate({ seed });
  const split = configuredSplit(panel, config);
  const dataset = fitDataset(panel, config, split);
  const truthOn = (date: number): Float64Array =>
    Float64Array.from(dataset.crossSections[date], (stock) => truth.expectedReturn[stock * panel.dates.length + date]);
  const datesOf = (name: string): number[] =>
    split.splitOf.flatMap((of, date) => (of === name && dataset.crossSections[date].length >= 10 ? [date] : []));
  const training = datesOf("train");
  const scale = Math.sqrt(
    training.flatMap((date) => [...truthOn(date)]).reduce((sum, value, _, all) => sum + value ** 2 / all.length, 0),
  );

  const { score, trainable } = student(dataset.features.names.length);
  const optimizer = adam(trainable, { lr: config.train.learningRate });
  const average = exponentialAverage(trainable, config.train.averageDecay);
  for (let epoch = 0; epoch < 4; epoch++)
    for (const at of permutation(fold(key(3), epoch), training.length).data) {
      const date = training[at];
      const target = tensor(truthOn(date).map((value) => value / scale));
      optimizer.step(valueAndGrad(() => mean(square(sub(score(dataset, date), target))), trainable).grads);
      average.update();
    }

  const testing = datesOf("test");
  const predictions = (scores: (date: number) => ArrayLike<number>): Predictions => ({
    date: testing.flatMap((date) => Array.from(dataset.crossSections[date], () => panel.dates[date])),
    symbol: testing.flatMap((date) => Array.from(dataset.crossSections[date], (stock) => panel.symbols[stock])),
    score: Float64Array.from(testing.flatMap((date) => Array.from(scores(date)))),
    label: Float64Array.from(testing.flatMap((date) => [...labelsOn(dataset, date, dataset.crossSections[date])])),
    split: testing.flatMap((date) => Array.from(dataset.crossSections[date], () => "test" as const)),
  });
  const seen = average.withAverages(() => evaluate(predictions((date) => score(dataset, date).data)));
  return { ceiling: seen.rankIc ?? Number.NaN, oracle: evaluate(predictions(truthOn)).rankIc ?? Number.NaN };
}

describe("what the features let anyone see", () => {
  it.each([7, 101, 102])("market %i: the extractor, trained on the truth itself, comes near the oracle", (seed) => {
    const found = ceiling(seed);
    console.log(
      `market ${seed}: ceiling ${found.ceiling.toFixed(4)}, oracle ${found.oracle.toFixed(4)}, ratio ${(found.ceiling / found.oracle).toFixed(3)}`,
    );
    expect(found.ceiling / found.oracle).toBeGreaterThan(0.7);
    expect(found.ceiling / found.oracle).toBeLessThan(1.1);
  });
});
