import { simulate } from "../data/simulate.js";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { predictionsOf } from "../predictions/predictions-days.js";
import { train } from "../train/train.js";
import { chanceBound, meanRankIc } from "./chance.js";
import { type Check, figure } from "./check.js";

/** Of the oracle's Rank IC; a feature that is the expected return itself leaves little to lose. */
const shareToFind = 0.5;

/**
 * Trains and scores, by the labels, the features' clipping and the windows of the run, a small simulated market with little
 * noise in which one column of the prices is each stock's true expected return.
 */
export const plantedFactorCheck: Check = {
  name: "planted-factor",
  about: "the harness finds a factor that is there: a simulated market whose expected return is a feature",
  run: async ({ run: { config } }) => {
    const { panel, truth } = simulate({ seed: 11, stocks: 40, days: 300, noise: 0.3 });
    const planted = { ...panel, fields: { ...panel.fields, planted: truth.expectedReturn } };
    const { predictions } = await train(planted, {
      seed: 1,
      label: config.label,
      features: { names: [], columns: ["planted"], clip: config.features.clip },
      window: { steps: Math.min(config.window.steps, 5) },
      model: { hidden: 4, portfolios: 8, factors: 2 },
      train: { epochs: 4, firstEpoch: 4, daysPerStep: 2, minimumDays: 20, learningRate: 1e-2, averageDecay: 0.98 },
    });
    const test = predictionsOf(predictions, "test");
    const symbolAt = new Map(panel.symbols.map((symbol, n) => [symbol, n]));
    const dateAt = new Map(panel.dates.map((date, t) => [date, t]));
    const expected = Float64Array.from(test.score, (_, row) => {
      const [stock, date] = [symbolAt.get(test.symbol[row]) ?? 0, dateAt.get(test.date[row]) ?? 0];
      return truth.expectedReturn[stock * panel.dates.length + date];
    });
    const found = informationCoefficients(test);
    const [rankIc, bound] = [meanRankIc(found), chanceBound(found)];
    const oracle = meanRankIc(informationCoefficients({ ...test, score: expected }));
    return {
      passed: rankIc > bound && rankIc >= shareToFind * oracle,
      detail:
        `test Rank IC ${figure(rankIc)} on ${found.dates.length} dates of a simulated market; the truth has ` +
        `${figure(oracle)}, chance stays within ${figure(bound)}`,
    };
  },
};
