import { type ClippedShares, clippedCounts, type ProcessedValues } from "../data/clipped-shares.js";
import type { Fit } from "./dataset.js";

/** The clipped share of a feature where it is scored, and where the run was trained. */
export interface FeatureDrift {
  readonly name: string;
  readonly share: number;
  readonly trainingShare: number;
}

/** How the clipped shares of the windows that were scored compare with those of training. */
export interface Drift {
  /** Of all features together. */
  readonly share: number;
  readonly trainingShare: number;
  /** Whether the data have drifted away from what the run was trained on. */
  readonly isDrifted: boolean;
  /** The features that drifted, the furthest first. */
  readonly features: readonly FeatureDrift[];
}

/** How often the share of training a share has to be, and how far above it, to be called drifted. */
const ratio = 2;
const overall = 0.05;
const ofOneFeature = 0.25;

const exceeds = (share: number, training: number, by: number): boolean =>
  share > ratio * training && share - training >= by;

/** Looks at the windows that are scored, group by group. */
export interface DriftCounts {
  /**
   * Adds the windows of some dates of a table.
   * @param dates as indices into the table's calendar, ascending, later than those of the group before and next to them
   */
  readonly add: (table: ProcessedValues, dates: readonly number[]) => void;
  /** Undefined where the fit has no shares: its processors do not cut, or an earlier version made it. */
  readonly drift: () => Drift | undefined;
}

/**
 * Begins to compare windows with training. The data have drifted where more than twice the share of training is
 * clipped, and at least 5 points more of all features together, or 25 points more of one: a window is short, so that one
 * feature's share swings with the market, while all together hardly do. A date that several windows hold counts once.
 */
export function driftCounts({ normaliser, clipped }: Fit, steps: number): DriftCounts {
  const counts = clipped && clippedCounts(normaliser);
  let last = "";
  return {
    add(table, dates) {
      const isCounted = inWindows(table.dates.length, dates, steps);
      table.dates.forEach((date, at) => {
        if (date <= last) isCounted[at] = 0;
      });
      counts?.add(table, isCounted);
      last = table.dates[dates[dates.length - 1]];
    },
    drift() {
      const now = counts?.shares();
      return now && clipped && compared(normaliser.names, now, clipped);
    },
  };
}

/** The comparison of two counts over the same features. */
export function compared(names: readonly string[], now: ClippedShares, training: ClippedShares): Drift {
  const each = names.flatMap((name, c): FeatureDrift[] => {
    const [share, trainingShare] = [now.byFeature[c], training.byFeature[c]];
    return share == null || trainingShare == null ? [] : [{ name, share, trainingShare }];
  });
  const isOverall = exceeds(now.share, training.share, overall);
  const features = each
    .filter(({ share, trainingShare }) => exceeds(share, trainingShare, isOverall ? overall : ofOneFeature))
    .sort((a, b) => b.share - b.trainingShare - (a.share - a.trainingShare));
  return {
    share: now.share,
    trainingShare: training.share,
    isDrifted: isOverall || features.length > 0,
    features,
  };
}

function inWindows(calendar: number, dates: readonly number[], steps: number): Uint8Array {
  const isThere = new Uint8Array(calendar);
  for (const date of dates) isThere.fill(1, Math.max(0, date - steps + 1), date + 1);
  return isThere;
}
