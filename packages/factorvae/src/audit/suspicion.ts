import { informationCoefficients } from "../evaluate/information-coefficient.js";
import type { Predictions } from "../predictions/predictions.js";
import { predictionsOf } from "../predictions/predictions-days.js";
import { chanceBound, meanRankIc } from "./chance.js";
import { type Check, figure } from "./check.js";

/** Mean daily Rank IC that simple signals on daily prices of large stocks do not reach. */
const suspectedFrom = 0.04;

/** Looks at how well the run's scores, and each of its features alone, rank the test. */
export const suspicionCheck: Check = {
  name: "suspicion",
  about: "no signal ranks the test better than simple signals on real daily prices do (simulated markets may)",
  severity: "warning",
  run: ({ run, dataset, predictions }) => {
    const test = predictionsOf(predictions, "test");
    const { names, symbols, dates, values } = dataset.features;
    const symbolAt = new Map(symbols.map((symbol, n) => [symbol, n]));
    const dateAt = new Map(dates.map((date, t) => [date, t]));
    const cells = test.date.map(
      (date, row) => (symbolAt.get(test.symbol[row]) ?? 0) * dates.length + (dateAt.get(date) ?? 0),
    );
    const figures = (rows: Predictions) => {
      const coefficients = informationCoefficients(rows, run.config.train.minimumStocks);
      return { rankIc: meanRankIc(coefficients), bound: chanceBound(coefficients), days: coefficients.dates.length };
    };
    const signals = [
      { name: "the score", ...figures(test) },
      ...names.map((name, c) => ({
        name,
        ...figures({ ...test, score: Float64Array.from(cells, (cell) => values[cell * names.length + c]) }),
      })),
    ];
    const suspects = signals
      .filter(({ rankIc, bound }) => Math.abs(rankIc) > suspectedFrom && Math.abs(rankIc) > bound)
      .toSorted((a, b) => Math.abs(b.rankIc) - Math.abs(a.rankIc));
    const [{ rankIc, bound, days }] = signals;
    const scoreText = `test Rank IC of the score ${figure(rankIc)} on ${days} dates (chance stays within ${figure(bound)})`;
    if (suspects.length === 0)
      return { passed: true, detail: `${scoreText}; none of ${names.length} features is above ${suspectedFrom}` };
    const list = suspects.slice(0, 5).map(({ name, rankIc: one }) => `${name} ${figure(one)}`);
    return { passed: false, detail: `${scoreText}; above ${suspectedFrom}, suspect a leak: ${list.join(", ")}` };
  },
};
