import type { BacktestResult } from "../backtest/backtest.js";
import type { RowCounts } from "../data/panel.js";
import type { Summary } from "../evaluate/evaluate.js";
import type { DailySeries } from "../evaluate/information-coefficient.js";
import type { Predictions } from "../predictions/predictions.js";

/** One line of `metrics.jsonl`: how training stood after an epoch. */
export interface EpochMetrics {
  readonly epoch: number;
  /** Mean training loss, nats per stock-day. */
  readonly loss: number;
  /** Mean negative log-likelihood in training, nats per stock-day. */
  readonly nll: number;
  /** Mean Kullback-Leibler divergence of posterior from prior, nats a day. */
  readonly kl: number;
  /** Factors whose own divergence exceeds 0.01 nat. */
  readonly activeFactors: number;
  /** Attention heads, as a mean count a day, whose weights were all zero. */
  readonly deadHeads: number;
  /** Mean daily Rank IC on validation, through the prior; absent or null without labelled validation days. */
  readonly validRankIc?: number | null | undefined;
  /** Negative log-likelihood on validation, through the prior. */
  readonly validNll?: number | null | undefined;
  readonly seconds?: number | undefined;
}

/** All that a report can show. Sections whose data is absent are left out. */
export interface ReportInput {
  readonly title: string;
  /** One line under the title. */
  readonly subtitle?: string | undefined;
  readonly predictions: Predictions;
  /** Figures by name, in the order of the table's columns: `valid` and `test`, then `oracle`, `observable`, `ridge`. */
  readonly summaries: Readonly<Record<string, Summary | undefined>>;
  /** Daily Rank IC of other scores of the same market by name (`oracle`, `ridge`), drawn beside the model's. */
  readonly references?: Readonly<Record<string, DailySeries>> | undefined;
  readonly epochs?: readonly EpochMetrics[] | undefined;
  /** The epoch whose parameters were kept. */
  readonly bestEpoch?: number | undefined;
  readonly backtest?: BacktestResult | undefined;
  readonly rows?: RowCounts | undefined;
  /** Settings as resolved; nested objects are written as `train.epochs`. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Remarks for the reader, one sentence each. */
  readonly notes?: readonly string[] | undefined;
  /** Fewest labelled stocks of a date that counts, as in `evaluate`; default 10. */
  readonly minimumStocks?: number | undefined;
}
