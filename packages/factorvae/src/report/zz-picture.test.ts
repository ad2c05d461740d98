import { writeFileSync } from "node:fs";
import { it } from "vitest";
import { backtest } from "../backtest/backtest.js";
import { rootMeanSquaredError } from "../evaluate/calibration.js";
import { evaluate } from "../evaluate/evaluate.js";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { sampleMarket } from "../predictions.samples.js";
import { predictionsOf } from "../predictions-days.js";
import { report } from "./report.js";

it("x", () => {
  const { panel, predictions } = sampleMarket({ stocks: 250, days: 1000, seed: 7, skill: 0.09 });
  const oracle = sampleMarket({ stocks: 250, days: 1000, seed: 7, skill: 0.14 }).predictions;
  const ridge = sampleMarket({ stocks: 250, days: 1000, seed: 7, skill: 0.06 }).predictions;
  const constantRisk = rootMeanSquaredError(predictionsOf(predictions, "valid")) ?? 1;
  const ric = (p: typeof predictions) => {
    const c = informationCoefficients(predictionsOf(p, "test"));
    return { dates: c.dates, values: c.rankIc };
  };
  const t0 = performance.now();
  const bt = backtest(predictions, panel, { k: "auto" });
  const t1 = performance.now();
  const summaries = {
    valid: evaluate(predictions, { split: "valid", constantRisk }),
    test: evaluate(predictions, { constantRisk }),
    oracle: evaluate(oracle),
    ridge: evaluate({ ...ridge }),
  };
  const t2 = performance.now();
  const page = report({
    title: "FactorVAE on a simulated market",
    subtitle: "Demo run, seed 7",
    predictions,
    backtest: bt,
    summaries,
    references: { oracle: ric(oracle), ridge: ric(ridge) },
    epochs: Array.from({ length: 8 }, (_, e) => ({
      epoch: e + 1,
      loss: 1.42 - 0.05 * Math.log(e + 1),
      nll: 1.41 - 0.052 * Math.log(e + 1),
      kl: 0.1 + 0.3 * (1 - Math.exp(-e / 2)),
      activeFactors: Math.min(8, 2 + e),
      deadHeads: 3 / (e + 1),
      validRankIc: 0.03 + 0.04 * (1 - Math.exp(-e / 2)),
      seconds: 11,
    })),
    bestEpoch: 6,
    rows: {
      read: 250000,
      used: 249800,
      dropped: {
        thinDate: {
          count: 150,
          example:
            'prices.csv, line 12, column "date", value "2011-02-17": a date on which 3 of 250 symbols have a price',
        },
        duplicate: { count: 50, example: "prices.csv, line 99" },
      },
      noted: { suspended: { count: 321, example: 'prices.csv, line 1000, column "volume", value "0"' } },
    },
    settings: {
      seed: 7,
      data: { columns: { symbol: "Name" } },
      model: { features: 20, hidden: 20, portfolios: 32, factors: 8, likelihood: "expected" },
      train: { epochs: 8, learningRate: 0.002, clipNorm: 5, average: 0.997, gamma: "elbo" },
      split: [0.6, 0.2, 0.2],
    },
    notes: ["Risks were multiplied by 1.03, the root mean squared z on validation."],
  });
  const t3 = performance.now();
  writeFileSync("/tmp/ev/times.txt", JSON.stringify([t1 - t0, t2 - t1, t3 - t2, page.length]));
  writeFileSync("/tmp/ev/report.html", page);
  writeFileSync("/tmp/ev/minimal.html", report({ title: "Scores <of> somebody & co", predictions, summaries: {} }));
});
