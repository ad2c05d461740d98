import type { InformationCoefficients } from "../evaluate/information-coefficient.js";

/**
 * How far from zero chance takes the mean daily Rank IC of scores and returns that have nothing to do with each other: three
 * standard deviations, `3 sqrt(sum 1 / (N_s - 1)) / days`, N_s the stocks of day s. Infinite without a day.
 */
export function chanceBound({ stocks }: Pick<InformationCoefficients, "stocks">): number {
  if (stocks.length === 0) return Number.POSITIVE_INFINITY;
  return (3 * Math.sqrt(stocks.reduce((sum, count) => sum + 1 / (count - 1), 0))) / stocks.length;
}

/** The mean daily Rank IC; 0 without a day. */
export function meanRankIc({ rankIc }: Pick<InformationCoefficients, "rankIc">): number {
  return rankIc.length === 0 ? 0 : rankIc.reduce((sum, value) => sum + value, 0) / rankIc.length;
}
