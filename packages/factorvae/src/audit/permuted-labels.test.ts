import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config.js";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { configuredSplit, fitDataset, labelsOn } from "../train/dataset.js";
import { smallMarket, smallSettings } from "../train/train.samples.js";
import { chanceBound, meanRankIc } from "./chance.js";
import { permutedDataset } from "./permuted-labels.js";

const panel = smallMarket();
const config = resolveConfig(smallSettings);
const dataset = fitDataset(panel, config, configuredSplit(panel, config));
const dates = panel.dates.map((_, date) => date).slice(100, 160);
const sorted = (values: Float64Array): number[] =>
  Array.from(values.filter((value) => !Number.isNaN(value))).toSorted((a, b) => a - b);

describe("permutedDataset", () => {
  it("gives each day its own labels again, to other stocks, and none to a stock that had none", () => {
    const permuted = permutedDataset(dataset, dates);
    let moved = 0;
    for (const [date, stocks] of dataset.crossSections.entries()) {
      const [before, after] = [labelsOn(dataset, date, stocks), labelsOn(permuted, date, stocks)];
      expect(Array.from(after, Number.isNaN)).toEqual(Array.from(before, Number.isNaN));
      expect(sorted(after)).toEqual(sorted(before));
      if (!dates.includes(date)) expect(after).toEqual(before);
      else moved += after.filter((label, at) => label !== before[at]).length;
    }
    expect(moved).toBeGreaterThan(dates.length * 15);
  });

  it("leaves a Rank IC within the bound of chance in all but a few of many permutations", () => {
    const rows = dates.flatMap((date) => Array.from(dataset.crossSections[date], (stock) => ({ date, stock })));
    const cells = rows.map(({ date, stock }) => stock * panel.dates.length + date);
    const permutedLabels = (seed: number): Float64Array => {
      const { labels } = permutedDataset(dataset, dates, seed);
      return Float64Array.from(cells, (cell) => labels[cell]);
    };
    const outside = Array.from({ length: 200 }, (_, seed) => {
      const coefficients = informationCoefficients({
        date: rows.map(({ date }) => panel.dates[date]),
        symbol: rows.map(({ stock }) => panel.symbols[stock]),
        score: Float64Array.from(cells, (cell) => dataset.labels[cell] || 0),
        label: permutedLabels(seed),
        split: rows.map(() => "test" as const),
      });
      return Math.abs(meanRankIc(coefficients)) / chanceBound(coefficients);
    });
    expect(outside.filter((share) => share > 1).length).toBeLessThanOrEqual(3);
    // The bound is three deviations: a third of it is one, beyond which a third of the draws lies.
    expect(outside.filter((share) => share > 1 / 3).length).toBeGreaterThan(40);
    expect(outside.filter((share) => share > 1 / 3).length).toBeLessThan(90);
  });
});
