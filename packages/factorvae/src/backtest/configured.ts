import type { Config } from "../config.js";
import { crossSection } from "../data/cross-section.js";
import type { Panel } from "../data/panel.js";
import { universeMembers } from "../data/universe.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { configuredSplit } from "../train/dataset.js";
import { hasReturnUnits } from "../train/score.js";
import { type BacktestResult, backtest } from "./backtest.js";
import { indexReturns } from "./benchmark.js";
import { type BacktestInputs, holdable, requireInputs } from "./inputs.js";
import { marketOf } from "./market.js";
import { chooseSize } from "./size.js";

/** `backtest` as the settings have it, with the files that they name. Throws what it throws, and as `requireInputs`. */
export function configuredBacktest(
  predictions: Predictions,
  panel: Panel,
  { backtest: settings }: Config,
  inputs: BacktestInputs = {},
  split: Split | "all" = "test",
): BacktestResult {
  requireInputs(settings, inputs);
  const { n, benchmark: _, universe: __, ...options } = settings;
  return backtest(predictions, panel, {
    ...options,
    split,
    ...(n !== "auto" && { n }),
    ...(inputs.benchmark && { benchmark: inputs.benchmark }),
    ...(inputs.universe && { universe: inputs.universe.members }),
  });
}

/**
 * Throws what the backtest of a run would throw after the training: prices without the field to trade at, a k or n that
 * does not fit the stocks of the test dates, a benchmark without a price on one of them, or an eta without a risk.
 */
export function requireBacktest(panel: Panel, config: Config, inputs: BacktestInputs = {}): void {
  const { k, n, eta, tradeAt } = config.backtest;
  requireInputs(config.backtest, inputs);
  marketOf(panel, tradeAt);
  const scorable = universeMembers(panel, config.universe);
  const crossSections = { ...config.window, universe: holdable(panel, scorable, inputs) };
  const signals = configuredSplit(panel, config).splitOf.flatMap((split, date) => {
    const stocks = split === "test" ? crossSection(panel, date, crossSections).length : 0;
    return stocks > 0 ? [{ date, stocks }] : [];
  });
  if (signals.length === 0 && inputs.universe)
    throw new RangeError(
      `backtest: no stock of ${inputs.universe.source.file} has a score on a date of the test; name another backtest.universe`,
    );
  const scored = signals.map(({ stocks }) => stocks);
  chooseSize(scored.reduce((sum, count) => sum + count, 0) / scored.length, k, n === "auto" ? undefined : n);
  if (inputs.benchmark && signals.length > 0)
    indexReturns(inputs.benchmark, panel.dates.slice(signals[0].date + 1, signals[signals.length - 1].date + 3));
  if (eta > 0 && !hasReturnUnits(config))
    throw new RangeError(
      `backtest: eta is ${eta}, but a model of the label.target "${config.label.target}" has no risk in units of return; use eta 0`,
    );
}
