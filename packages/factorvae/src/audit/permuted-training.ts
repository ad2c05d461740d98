import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { scoreDates } from "../train/score.js";
import { trainModel } from "../train/trainer.js";
import { chanceBound, meanRankIc } from "./chance.js";
import { type Check, figure } from "./check.js";
import { datesOf } from "./context.js";
import { permutedDataset } from "./permuted-labels.js";

/**
 * Trains a model anew, by the run's settings, on labels permuted within each day, and scores it against such labels: there is
 * nothing to learn, so that whatever it finds came through the encoder or the harness. Takes as long as the training did.
 */
export const permutedTrainingCheck: Check = {
  name: "permuted-training",
  about: "a model trained on labels permuted within each day finds nothing in the test",
  run: async ({ run, dataset, split }) => {
    const everyDate = dataset.panel.dates.map((_, date) => date);
    const permuted = permutedDataset(dataset, everyDate);
    const { model, bestEpoch } = await trainModel(permuted, split, run.config);
    const dates = datesOf({ split }, "test");
    const { predictions } = scoreDates(model, run.config, permuted, dates, () => "test");
    const coefficients = informationCoefficients(predictions, run.config.train.minimumStocks);
    const [rankIc, bound] = [meanRankIc(coefficients), chanceBound(coefficients)];
    return {
      passed: Math.abs(rankIc) <= bound,
      detail:
        `Rank IC ${figure(rankIc)} on ${coefficients.dates.length} test dates, trained on permuted labels (epoch ` +
        `${bestEpoch}); chance stays within ${figure(bound)}`,
    };
  },
};
