import { stateDict } from "@factorvae/nn";
import { key, normalValues } from "@factorvae/tensor";
import { describe, expect, it } from "vitest";
import { type ConfigInput, resolveConfig } from "../config.js";
import type { FeatureTable } from "../data/feature-table.js";
import type { FeatureRows } from "../data/windows.js";
import { evaluate } from "../evaluate/evaluate.js";
import { predictionsCsv } from "../predictions/predictions-csv.js";
import { configuredSplit, type Dataset, fitDataset } from "./dataset.js";
import { createModel } from "./learner.js";
import { predict } from "./predict.js";
import { scoreDates } from "./score.js";
import { minimumValidationDays } from "./selection.js";
import { train } from "./train.js";
import { smallMarket, smallSettings, withoutFirst, withoutLast } from "./train.samples.js";
import { type Checkpoint, trainModel } from "./trainer.js";

const panel = smallMarket();
const result = await train(panel, smallSettings);
const bytes = (values: Float32Array | Float64Array | undefined): Buffer =>
  Buffer.from(values?.buffer ?? new ArrayBuffer(0), values?.byteOffset, values?.byteLength);

const withTrain = (more: ConfigInput["train"]): ConfigInput => ({
  ...smallSettings,
  train: { ...smallSettings.train, ...more },
});

describe("train", () => {
  it("scores every date of validation and test, the unlabelled last ones too", () => {
    const { predictions } = result;
    const scored = new Set(predictions.date);
    const split = configuredSplit(panel, resolveConfig(smallSettings));
    const wanted = panel.dates.filter((_, at) => split.splitOf[at] === "valid" || split.splitOf[at] === "test");
    expect([...scored]).toEqual(wanted);
    expect(predictions.label.some(Number.isNaN)).toBe(true);
    expect(Math.min(...(predictions.risk ?? []))).toBeGreaterThan(0);
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const again = await train(panel, smallSettings);
    expect(predictionsCsv(again.predictions)).toBe(predictionsCsv(result.predictions));
    const other = await train(panel, { ...smallSettings, seed: 8 });
    expect(predictionsCsv(other.predictions)).not.toBe(predictionsCsv(result.predictions));
  });

  it("takes several days a step", async () => {
    const several = await train(panel, withTrain({ daysPerStep: 4 }));
    expect(several.metrics).toHaveLength(2);
    expect(several.test.days).toBe(result.test.days);
    expect(several.metrics[0].loss).not.toBe(result.metrics[0].loss);
  });

  it("logs what would show a collapsed posterior", () => {
    for (const epoch of result.metrics) {
      expect(epoch.kl).toBeCloseTo(
        epoch.klPerFactor.reduce((sum, kl) => sum + kl, 0),
        5,
      );
      expect(epoch.activeFactors).toBe(epoch.klPerFactor.filter((kl) => kl > 0.01).length);
      expect(epoch.deadHeads).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(epoch.validNll)).toBe(true);
    }
  });

  it("applies the risk scale of validation, and reports the figures without it", () => {
    const { riskScale } = result.run;
    expect(riskScale).not.toBe(1);
    const ratio = (result.testUnscaled.meanSquaredZ ?? 0) / (result.test.meanSquaredZ ?? 0);
    expect(ratio).toBeCloseTo(riskScale ** 2, 10);
    expect(result.test.rankIc).toBe(result.testUnscaled.rankIc);
  });

  it("gives no risk for a label without a unit, but the label itself", async () => {
    const { predictions, run } = await train(panel, { ...smallSettings, label: { target: "rank" } });
    expect(predictions.risk).toBeUndefined();
    expect(run.riskScale).toBe(1);
    const labelled = predictions.label.findIndex((label) => !Number.isNaN(label));
    expect(predictions.target?.[labelled]).toSatisfy(Number.isFinite);
  });

  it("refuses too few training days with their number", async () => {
    await expect(train(panel, withTrain({ minimumDays: 5000 }))).rejects.toThrow(
      /^train: \d+ training dates .* 5000 are needed/,
    );
  });

  it("takes the last epoch of a training shorter than the first that may be chosen, and says so", async () => {
    const longer = smallMarket(340);
    const settings = withTrain({ epochs: 1, firstEpoch: 4 });
    const { bestEpoch, validationDays, notes, run } = await train(longer, settings);
    expect(validationDays).toBeGreaterThanOrEqual(minimumValidationDays);
    expect(bestEpoch).toBe(1);
    expect(notes).toContain("train.firstEpoch, 4, lies beyond train.epochs, 1: the last epoch was taken.");
    const untrained = stateDict(createModel(run.config, run.fit.normaliser.names.length));
    const name = "extractor.projection.weight";
    expect(stateDict(run.model)[name].toArray()).not.toEqual(untrained[name].toArray());
  });

  it("chooses no epoch by fewer than 60 labelled validation days, and says so", () => {
    expect(result.validationDays).toBeLessThan(minimumValidationDays);
    expect(result.bestEpoch).toBe(result.metrics.length);
    expect(result.notes.join()).toContain(`Validation has ${result.validationDays} labelled days, fewer than 60`);
  });

  it("stops when asked to", async () => {
    const abort = new AbortController();
    const running = train(panel, smallSettings, {
      signal: abort.signal,
      onEpoch: () => abort.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
  });

  it("goes on from a checkpoint to the same bits", async () => {
    const longer = withTrain({ epochs: 4 });
    const checkpoints: Checkpoint[] = [];
    const whole = await train(panel, longer, { onCheckpoint: (checkpoint) => void checkpoints.push(checkpoint) });
    const resumed = await train(panel, longer, { resume: checkpoints[1] });
    expect(predictionsCsv(resumed.predictions)).toBe(predictionsCsv(whole.predictions));
    expect(resumed.metrics).toEqual(whole.metrics);
  });
});

describe("validation", () => {
  it("goes through the prior path: the chosen epoch's figure is that of its predictions", () => {
    const config = result.run.config;
    const split = configuredSplit(panel, config);
    const dates = split.splitOf.flatMap((name, at) => (name === "valid" && split.usable[at] === 1 ? [at] : []));
    const { predictions } = scoreDates(result.run.model, config, result.dataset, dates, () => "valid");
    const { rankIc } = evaluate(predictions, { split: "valid", minimumStocks: config.train.minimumStocks });
    expect(rankIc).toBe(result.metrics[result.bestEpoch - 1].validRankIc);
  });

  it("does not depend on the encoder", () => {
    const { model, config } = result.run;
    const score = () => scoreDates(model, config, result.dataset, [200], () => "test").predictions.score;
    const before = score();
    const encoder = stateDict(model)["encoder.mean.weight"];
    expect(encoder.size).toBeGreaterThan(0);
    model.encoder?.mean.weight.storage.values.fill(9);
    expect(bytes(score()).equals(bytes(before))).toBe(true);
    model.encoder?.mean.weight.storage.values.set(encoder.data);
  });
});

describe("no leak", () => {
  it("cutting the last 30 days changes no bit of the scores before", () => {
    const cut = withoutLast(panel, 30);
    const newest = cut.dates[cut.dates.length - 1];
    const from = panel.dates[150];
    const whole = predict(result.run, panel, { from, to: newest });
    const before = predict(result.run, cut, { from, to: newest });
    expect(bytes(before.score).equals(bytes(whole.score))).toBe(true);
    expect(bytes(before.risk).equals(bytes(whole.risk))).toBe(true);
  });

  it("predict gives the scores of the training's own predictions, a day, a month and all alike", () => {
    const { predictions } = result;
    const all = predict(result.run, panel, { from: predictions.date[0] });
    expect(predictionsCsv(all)).toBe(predictionsCsv(predictions));
    const day = predictions.date[predictions.date.length >> 1];
    const one = predict(result.run, panel, { from: day, to: day });
    const rows = predictions.date.flatMap((date, row) => (date === day ? [row] : []));
    expect([...one.score]).toEqual(rows.map((row) => predictions.score[row]));
  });

  it("refuses a look-back that would cut features off, with the number of dates, and scores alike with just enough", () => {
    const newest = panel.dates.length - 1;
    const needed = result.run.config.window.steps + 60;
    const enough = predict(result.run, withoutFirst(panel, newest + 1 - needed));
    expect(enough.score).toEqual(predict(result.run, panel).score);
    expect(() => predict(result.run, withoutFirst(panel, newest + 2 - needed))).toThrow(
      `need ${needed} market dates of prices up to it, and the data has ${needed - 1}`,
    );
  });

  it("prices after the training dates leave the fit as it is", () => {
    const config = resolveConfig(smallSettings);
    const split = configuredSplit(panel, config);
    const firstValid = split.splitOf.indexOf("valid");
    const close = panel.fields.close.slice();
    for (let n = 0; n < panel.symbols.length; n++)
      for (let at = firstValid; at < panel.dates.length; at++) close[n * panel.dates.length + at] *= 1 + 0.1 * (n % 3);
    const altered = { ...panel, fields: { ...panel.fields, close } };
    expect(fitDataset(altered, config, split).fit).toEqual(fitDataset(panel, config, split).fit);
  });

  it("labels permuted within each day cannot be predicted, but a label planted among the features is", async () => {
    const permuted = permutedWithinDays(
      fitDataset(panel, resolveConfig(smallSettings), configuredSplit(panel, resolveConfig(smallSettings))),
    );
    expect(await deviationsFromChance(permuted)).toBeLessThan(3);
    expect(await deviationsFromChance(withLabelPlanted(permuted))).toBeGreaterThan(10);
  });
});

/** The test Rank IC of a model trained on a dataset, in standard errors of a score that knows nothing. */
async function deviationsFromChance(dataset: Dataset): Promise<number> {
  const config = resolveConfig(smallSettings);
  const split = configuredSplit(panel, config);
  const { model } = await trainModel(dataset, split, config);
  const dates = split.splitOf.flatMap((name, at) => (name === "test" ? [at] : []));
  const { predictions } = scoreDates(model, config, dataset, dates, () => "test");
  const { rankIc = Number.NaN, days, stocksPerDay = 0 } = evaluate(predictions);
  return Math.abs(rankIc) * Math.sqrt(days * (stocksPerDay - 1));
}

/** The dataset with each date's label in the place of its first feature: the leak that the check is there for. */
function withLabelPlanted(dataset: Dataset<FeatureTable>): Dataset {
  const { features, labels, fit } = dataset;
  const values = features.values.slice();
  const width = features.names.length;
  labels.forEach((label, cell) => {
    values[cell * width] = Number.isNaN(label) ? 0 : label / fit.labelScale;
  });
  return { ...dataset, features: { ...features, values } };
}

/** The dataset with the labels of each date dealt out anew among its labelled stocks. */
function permutedWithinDays<Features extends FeatureRows>(dataset: Dataset<Features>): Dataset<Features> {
  const { symbols, dates } = dataset.panel;
  const labels = dataset.labels.slice();
  dates.forEach((_, at) => {
    const places = symbols.map((_symbol, n) => n * dates.length + at).filter((place) => !Number.isNaN(labels[place]));
    const draws = normalValues(key(at), places.length);
    const order = places.map((_place, index) => index).sort((a, b) => draws[a] - draws[b]);
    const values = places.map((place) => labels[place]);
    places.forEach((place, index) => {
      labels[place] = values[order[index]];
    });
  });
  return { ...dataset, labels };
}
