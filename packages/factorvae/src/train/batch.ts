import { type Tensor, tensor } from "@factorvae/autograd";
import type { Config } from "../config.js";
import { dayTargets } from "../data/target.js";
import { windowsOf } from "../data/windows.js";
import { type Dataset, labelsOn } from "./dataset.js";

/** The stocks of one or several days, stacked, as a loss takes them. */
export interface Batch {
  /** Windows, `[R, T, C]`. */
  readonly features: Tensor<readonly [number, number, number]>;
  /** Training labels, `[R]`; NaN where there is none. */
  readonly targets: Tensor<readonly [number]>;
  /** 1 where there is a label. */
  readonly labelled: Uint8Array;
  /** Rows per day. */
  readonly days: readonly number[];
  /** Labels that were cut at the outlier bound. */
  readonly clipped: number;
}

/** The windows of the cross-sections of some dates: `[R, T, C]`. */
export function windowsOn(
  { features, crossSections }: Dataset,
  dates: readonly number[],
  steps: number,
): Batch["features"] {
  const days = dates.map((date) => ({ date, stocks: crossSections[date] }));
  const rows = days.reduce((sum, { stocks }) => sum + stocks.length, 0);
  return tensor(windowsOf(features, days, steps), [rows, steps, features.names.length]);
}

/** Windows and training labels of some dates. */
export function batchOf(dataset: Dataset, dates: readonly number[], { label, window }: Config): Batch {
  const perDay = dates.map((date) =>
    dayTargets(labelsOn(dataset, date, dataset.crossSections[date]), {
      kind: label.target,
      scale: dataset.fit.labelScale,
    }),
  );
  const targets = Float64Array.from(perDay.flatMap((day) => [...day.targets]));
  return {
    features: windowsOn(dataset, dates, window.steps),
    targets: tensor(targets, [targets.length]),
    labelled: Uint8Array.from(targets, (target) => (Number.isNaN(target) ? 0 : 1)),
    days: perDay.map((day) => day.targets.length),
    clipped: perDay.reduce((sum, day) => sum + day.clipped, 0),
  };
}
