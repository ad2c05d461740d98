import type { Config } from "../config.js";
import { crossSection } from "../data/cross-section.js";
import type { Panel } from "../data/panel.js";
import { universeMembers } from "../data/universe.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { configuredSplit } from "../train/dataset.js";
import { hasReturnUnits } from "../train/score.js";
import { type BacktestResult, backtest } from "./backtest.js";
import { marketOf } from "./market.js";
import { chooseSize } from "./size.js";

/** `backtest` as the settings have it. Throws what it throws. */
export function configuredBacktest(
  predictions: Predictions,
  panel: Panel,
  { backtest: { n, ...options } }: Config,
  split: Split | "all" = "test",
): BacktestResult {
  return backtest(predictions, panel, { ...options, split, ...(n !== "auto" && { n }) });
}

/**
 * Throws what the backtest of a run would throw after the training: prices without the field to trade at, a k or n that
 * does not fit the stocks of the test dates, or an eta without a risk.
 */
export function requireBacktest(panel: Panel, config: Config): void {
  const { k, n, eta, tradeAt } = config.backtest;
  marketOf(panel, tradeAt);
  const crossSections = { ...config.window, universe: universeMembers(panel, config.universe) };
  const counts = configuredSplit(panel, config).splitOf.flatMap((split, date) =>
    split === "test" ? [crossSection(panel, date, crossSections).length] : [],
  );
  const scored = counts.filter((count) => count > 0);
  chooseSize(scored.reduce((sum, count) => sum + count, 0) / scored.length, k, n === "auto" ? undefined : n);
  if (eta > 0 && !hasReturnUnits(config))
    throw new RangeError(
      `backtest: eta is ${eta}, but a model of the label.target "${config.label.target}" has no risk in units of return; use eta 0`,
    );
}
