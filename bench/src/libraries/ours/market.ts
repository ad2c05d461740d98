import { type Config, type Panel, predict, resolveConfig, simulate, train } from "factorvae";
import type { Measured, Timed } from "../../case.js";
import type { EpochSpec, YearSpec } from "../../groups/model.js";

const market = (stocks: number, days: number): Panel => simulate({ seed: 7, stocks, days }).panel;

/** The second epoch of a training: the first one's kernels are not yet compiled. */
export function epochCase({ stocks, days }: EpochSpec): Measured {
  const panel = market(stocks, days);
  return {
    measure: async () => {
      const settings = { train: { epochs: 2, firstEpoch: 1 } };
      const { metrics } = await train(panel, settings, { clock: () => performance.now() });
      return metrics[metrics.length - 1].seconds ?? Number.NaN;
    },
  };
}

/** Functions of `factorvae` that its package keeps to itself. */
const scoring: typeof import("../../../../packages/factorvae/src/train/score.js") = await import(
  new URL("../../../../packages/factorvae/dist/train/score.js", import.meta.url).href
);
const { configuredSplit, fitDataset }: typeof import("../../../../packages/factorvae/src/train/dataset.js") =
  await import(new URL("../../../../packages/factorvae/dist/train/dataset.js", import.meta.url).href);
const { createModel }: typeof import("../../../../packages/factorvae/src/train/learner.js") = await import(
  new URL("../../../../packages/factorvae/dist/train/learner.js", import.meta.url).href
);

/** The last days of a market, scored in one of the ways. */
export function yearCase({ stocks, days, how }: YearSpec): Timed {
  const config: Config = resolveConfig({});
  const panel = market(stocks, days + 100);
  const split = configuredSplit(panel, config);
  const dataset = fitDataset(panel, config, split);
  const model = createModel(config, dataset.features.names.length);
  const dates = panel.dates.map((_, date) => date).slice(-days);
  const scored = (some: readonly number[]): number => {
    const { score } = scoring.scoreDates(model, config, dataset, some, () => "new").predictions;
    return score[score.length - 1];
  };
  if (how.startsWith("from prices")) {
    const run = { config, model, fit: dataset.fit, riskScale: 1, edges: split.edges };
    const [from] = panel.dates.slice(how === "from prices, at once" ? -days : -1);
    return { run: () => predict(run, panel, { from, to: panel.dates[panel.dates.length - 1] }).score.length };
  }
  return {
    run: how === "at once" ? () => scored(dates) : () => dates.map((date) => scored([date])),
  };
}
