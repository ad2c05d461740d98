import { fold, key, permutation } from "@factorvae/autograd";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import type { Dataset } from "../train/dataset.js";
import { scoreDates } from "../train/score.js";
import { chanceBound, meanRankIc } from "./chance.js";
import { type Check, figure } from "./check.js";
import { datesOf } from "./context.js";
import { scoreDifference } from "./future.js";

/** Scores the test by the run's model with labels that were permuted within each day in the labels' place. */
export const permutedLabelsCheck: Check = {
  name: "permuted-labels",
  about: "scores know nothing of labels: against labels permuted within each day the test Rank IC is chance",
  run: ({ run, dataset, split }) => {
    const dates = datesOf({ split }, "test");
    const scored = (labelled: Dataset) => scoreDates(run.model, run.config, labelled, dates, () => "test").predictions;
    const permuted = scored(permutedDataset(dataset, dates));
    const seen = scoreDifference(scored(dataset), permuted);
    if (seen !== undefined) return { passed: false, detail: `scores change with the labels: ${seen}` };
    const coefficients = informationCoefficients(permuted, run.config.train.minimumStocks);
    const [rankIc, bound] = [meanRankIc(coefficients), chanceBound(coefficients)];
    return {
      passed: Math.abs(rankIc) <= bound,
      detail:
        `Rank IC ${figure(rankIc)} against permuted labels on ${coefficients.dates.length} test dates; chance stays within ` +
        `${figure(bound)}. The scores are the same to the bit with either labels`,
    };
  },
};

/** A dataset whose labels are permuted among the labelled stocks of the cross-section of each of some dates. */
export function permutedDataset(dataset: Dataset, dates: readonly number[], seed = 0): Dataset {
  const labels = dataset.labels.slice();
  const calendar = dataset.panel.dates.length;
  for (const date of dates) {
    const cells = Array.from(dataset.crossSections[date], (stock) => stock * calendar + date).filter(
      (cell) => !Number.isNaN(labels[cell]),
    );
    if (cells.length < 2) continue;
    const order = permutation(fold(fold(key(seed), "permuted labels"), date), cells.length).data;
    cells.forEach((cell, at) => {
      labels[cell] = dataset.labels[cells[order[at]]];
    });
  }
  return { ...dataset, labels };
}
