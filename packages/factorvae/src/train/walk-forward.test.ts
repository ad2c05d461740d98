import { describe, expect, it } from "vitest";
import type { ConfigInput } from "../config.js";
import { predictionsCsv } from "../predictions/predictions-csv.js";
import { predict } from "./predict.js";
import { train } from "./train.js";
import { smallMarket, smallSettings } from "./train.samples.js";
import { type Fold, walkForward } from "./walk-forward.js";

const panel = smallMarket(230);
const settings: ConfigInput = {
  ...smallSettings,
  train: { ...smallSettings.train, epochs: 1 },
  split: { trainDays: 110, validDays: 30, testDays: 40, embargo: 3 },
};
const seen: number[] = [];
const result = await walkForward(panel, settings, {
  onFold: (_fold: Fold, index, count) => void seen.push(index, count),
});

describe("walkForward", () => {
  it("scores every date after the first validation once, as the fold that tests it does on its own", async () => {
    expect([...new Set(result.predictions.date)]).toEqual(panel.dates.slice(140));
    expect(result.predictions.date).toEqual([...result.predictions.date].sort());
    expect(seen).toEqual([0, 3, 1, 3, 2, 3]);
    for (const { run } of result.folds) {
      const { edges } = run;
      const own = predict(run, panel, { from: edges.testFrom, to: edges.testTo });
      const rows = result.predictions.date.flatMap((date, row) =>
        date >= edges.testFrom && date <= edges.testTo ? [row] : [],
      );
      expect(rows.map((row) => result.predictions.score[row])).toEqual([...own.score]);
      expect(rows.map((row) => result.predictions.symbol[row])).toEqual(own.symbol);
      expect(rows.map((row) => result.predictions.risk?.[row])).toEqual([...(own.risk ?? [])]);
    }
  });

  it("gives each fold settings by which it trains alike on its own, its embargo included", async () => {
    const { run, trainingDays } = result.folds[1];
    const alone = await train(panel, run.config);
    expect(alone.trainingDays).toBe(trainingDays);
    expect(trainingDays).toBeLessThanOrEqual(110 - 2 - 3);
    const { testFrom, testTo } = run.edges;
    expect(predictionsCsv(predict(alone.run, panel, { from: testFrom, to: testTo }))).toBe(
      predictionsCsv(predict(run, panel, { from: testFrom, to: testTo })),
    );
  });

  it("tells the figures of all tests together", () => {
    expect(result.test.days).toBe(230 - 140 - 2);
    expect(result.folds.map(({ test }) => test.days)).toEqual([40, 40, 8]);
  });

  it("takes the newest fold where tests overlap", async () => {
    const overlapping = await walkForward(panel, {
      ...settings,
      split: { trainDays: 110, validDays: 30, testDays: 60, stepDays: 40 },
    });
    const [first, second] = overlapping.folds;
    expect(first.run.edges.testTo > second.run.edges.testFrom).toBe(true);
    const date = second.run.edges.testFrom;
    const { score } = predict(second.run, panel, { from: date, to: date });
    const rows = overlapping.predictions.date.flatMap((one, row) => (one === date ? [row] : []));
    expect(rows.map((row) => overlapping.predictions.score[row])).toEqual([...score]);
  });

  it("is another thing than one training, and each says so", async () => {
    await expect(train(panel, settings)).rejects.toThrow(/run walkForward\(panel, settings\)/);
    await expect(walkForward(panel, smallSettings)).rejects.toThrow(/walkForward: give its lengths/);
  });
});
