import type { Config } from "../config.js";

/** Epochs over which the figure on validation is averaged before it is compared. */
const smoothedOver = 3;

/** Fewest labelled validation days by which an epoch is chosen. */
export const minimumValidationDays = 60;

/** What validation told of one epoch; larger is better. */
export type ValidationScore = number;

/** The figure of the latest epoch, averaged with up to two before it: one epoch's figure is mostly noise. */
export function smoothed(scores: readonly ValidationScore[]): number {
  const latest = scores.slice(-smoothedOver);
  return latest.reduce((sum, score) => sum + score, 0) / latest.length;
}

/** Which epoch is the best so far, and whether training should end. */
export interface Choice {
  /** 1-based; 0 while none may be chosen. */
  readonly best: number;
  readonly stop: boolean;
}

/**
 * Chooses among the epochs so far: the one with the best smoothed figure, none before `firstEpoch` (or the last, if
 * training is shorter), the earlier of ties; training ends when `patience` epochs brought none better.
 */
export function chooseEpoch(
  scores: readonly ValidationScore[],
  { firstEpoch, patience, epochs }: Config["train"],
): Choice {
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let epoch = Math.min(firstEpoch, epochs); epoch <= scores.length; epoch++) {
    const score = smoothed(scores.slice(0, epoch));
    if (score > bestScore) {
      best = epoch;
      bestScore = score;
    }
  }
  return { best, stop: best > 0 && scores.length - best >= patience };
}
