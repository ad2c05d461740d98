/** The part of a run that a date belongs to; `new` is after the run's last test date. */
export type Split = "train" | "valid" | "test" | "new";

/** Scores of many stocks on many dates, column by column, ordered by date and then by symbol in code-unit order. */
export interface Predictions {
  /** Signal dates, ISO. */
  readonly date: readonly string[];
  readonly symbol: readonly string[];
  /** Predicted return, mu_y, in units of return (or any score of somebody else's). */
  readonly score: Float64Array;
  /** Predicted standard deviation of the return, sigma_y; absent for scores without risk. */
  readonly risk?: Float64Array;
  /** Raw return realised after the date; NaN where there is none. */
  readonly label: Float64Array;
  readonly split: readonly Split[];
  /** The training label, where it is not the raw return. */
  readonly target?: Float64Array;
}
