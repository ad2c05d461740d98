import { backtest, predict, simulate, train } from "factorvae";

// A small simulated market; of your own prices: const panel = await readPrices("prices.csv.gz").
const { panel } = simulate({ seed: 7, stocks: 40, days: 300 });

const { run, metrics, predictions, test } = await train(panel, {
  window: { steps: 10 },
  model: { hidden: 8, portfolios: 8, factors: 3 },
  train: { epochs: 2, firstEpoch: 1 },
});
export const divergences = metrics.map(({ kl }) => kl); // nats a day: near 0, the encoder would be switched off
export const { rankIc, nll, coverage90 } = test; // of the test dates, in units of return

export const newest = predict(run, panel); // date, symbol, score and risk of the newest date
export const { summary } = backtest(predictions, panel, { k: "auto" }); // TopK-Drop, with costs and without
