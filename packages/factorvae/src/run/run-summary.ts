import { basename } from "node:path";
import type { BacktestResult, BacktestSummary } from "../backtest/backtest.js";
import type { CrossSectionCounts } from "../data/cross-section.js";
import type { Panel, RowCounts } from "../data/panel.js";
import type { Summary } from "../evaluate/evaluate.js";
import type { TrainingResult } from "../train/train.js";

/** How the epoch that was kept came about. */
export interface TrainingSummary {
  readonly epochs: number;
  /** The epoch whose parameters were kept, 1-based. */
  readonly bestEpoch: number;
  /** Dates trained on, and selected by. */
  readonly trainingDays: number;
  readonly validationDays: number;
  /** Of the kept epoch: divergence of posterior from prior in nats a day, factors above 0.01 nat, dead heads a day. */
  readonly kl: number;
  readonly activeFactors: number;
  readonly deadHeads: number;
  /** What every risk was multiplied by. */
  readonly riskScale: number;
  /** Standard deviation of the label over the training dates, in units of return. */
  readonly labelScale: number;
}

/** What `summary.json` holds. */
export interface RunSummary {
  readonly rows: RowCounts;
  /** Of files of features: their rows, as those of the prices. */
  readonly features?: readonly { readonly file: string; readonly rows: RowCounts }[];
  /** Stock-days of all dates, in and out of the cross-sections. */
  readonly stockDays: CrossSectionCounts;
  readonly training: TrainingSummary;
  readonly valid: Summary;
  readonly test: Summary;
  /** The test's figures for the risk before `riskScale`. */
  readonly testUnscaled: Summary;
  readonly backtest: BacktestSummary;
  readonly notes: readonly string[];
}

/** The figures of one fold of a walk forward. */
export interface FoldSummary extends Pick<RunSummary, "valid" | "test"> {
  /** Below the folder of the whole. */
  readonly folder: string;
  readonly trainFrom: string;
  readonly validFrom: string;
  readonly testFrom: string;
  readonly testTo: string;
  /** The epoch whose parameters were kept, and what else the fold's own summary says of its training. */
  readonly training: Pick<TrainingSummary, "bestEpoch">;
}

/** What the `summary.json` of a walk forward holds. */
export interface WalkForwardSummary extends Pick<RunSummary, "rows" | "features" | "backtest" | "notes"> {
  readonly folds: readonly FoldSummary[];
  /** Of all tests together. */
  readonly test: Summary;
}

/** The summary of a training and the backtest of its test scores. */
export function runSummary(result: TrainingResult, backtest: BacktestResult): RunSummary {
  const { run, dataset, metrics, bestEpoch, trainingDays, validationDays } = result;
  const best = metrics[bestEpoch - 1];
  if (best === undefined) throw new Error(`runSummary: there are no metrics of the best epoch, ${bestEpoch}`);
  return {
    rows: dataset.panel.rows,
    ...featureRows(dataset.panel),
    stockDays: result.stockDays,
    training: {
      epochs: metrics.length,
      bestEpoch,
      trainingDays,
      validationDays,
      kl: best.kl,
      activeFactors: best.activeFactors,
      deadHeads: best.deadHeads,
      riskScale: run.riskScale,
      labelScale: run.fit.labelScale,
    },
    valid: result.valid,
    test: result.test,
    testUnscaled: result.testUnscaled,
    backtest: backtest.summary,
    notes: result.notes,
  };
}

/** What became of the rows of files of features, for a summary; nothing where there are none. */
export const featureRows = ({ ownFeatures }: Panel): Pick<RunSummary, "features"> =>
  ownFeatures === undefined
    ? {}
    : { features: ownFeatures.map(({ source, rows }) => ({ file: basename(source.file), rows })) };

/**
 * A value as indented JSON text with a final line end; fields that are undefined are left out.
 *
 * @throws RangeError if a number is not finite: JSON would write it as null.
 */
export function finiteJson(value: unknown): string {
  const checked = (key: string, part: unknown): unknown => {
    if (typeof part === "number" && !Number.isFinite(part)) throw new RangeError(`finiteJson: ${key} is ${part}`);
    return part;
  };
  return `${JSON.stringify(value, checked, 2)}\n`;
}
