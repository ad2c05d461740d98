/** What the model is trained on, made from the raw label of a day. */
export type TargetKind = "label" | "excess" | "zscore" | "rank";

/** Targets of one day's stocks. */
export interface DayTargets {
  /** In the order of the labels; NaN where the label is missing. */
  readonly targets: Float64Array;
  /** Labels that were cut at the outlier bound. */
  readonly clipped: number;
}

/** How labels become targets. */
export interface TargetOptions {
  readonly kind: TargetKind;
  /** The pooled standard deviation of the label over the training dates (`pooledLabelDeviation`), in units of return. */
  readonly scale: number;
  /** Labels beyond this many standard deviations from 0 are cut; default 10. */
  readonly deviations?: number;
}

/** Labels beyond the bound are errors of the data, not the market's nature, only where they are rarer than this. */
/** Labels this many standard deviations away are outliers: wrong prices far more often than returns. */
export const outlierDeviations = 10;

const rareShare = 1e-3;
const mostRounds = 20;

/**
 * Standard deviation (ddof 1) of the raw label, pooled over the stocks and the usable training dates, of the labels as the
 * loss sees them: cut at +-`deviations` of this very deviation (found by repetition), as long as fewer than one label
 * in a thousand is cut. A few wrong prices (a close 100 times too high gives a label of 99) would otherwise make the scale
 * of everything: 8 such labels in 870,000 made it six times too large on real data.
 * @param labels symbol-major `[symbols, dates]`, NaN where missing
 * @param isTraining per date, 1 where its label may be seen in training
 * @param deviations default 10; Infinity gives the plain standard deviation
 * @throws RangeError if fewer than two labels are there, or all are equal
 */
export function pooledLabelDeviation(
  labels: Float64Array,
  isTraining: ArrayLike<number | boolean>,
  deviations = outlierDeviations,
): number {
  const dates = isTraining.length;
  const seen = labels.filter((label, cell) => Boolean(isTraining[cell % dates]) && !Number.isNaN(label));
  let deviation = cutDeviation(seen, Number.POSITIVE_INFINITY);
  for (let round = 0; round < mostRounds; round++) {
    const bound = deviations * deviation;
    const outliers = seen.reduce((count, label) => (Math.abs(label) > bound ? count + 1 : count), 0);
    if (outliers === 0 || outliers > rareShare * seen.length) break;
    const previous = deviation;
    deviation = cutDeviation(seen, bound);
    if (deviation > 0.999 * previous) break;
  }
  if (seen.length >= 2 && deviation > 0 && Number.isFinite(deviation)) return deviation;
  throw new RangeError(
    `pooledLabelDeviation: the ${seen.length} labels of the training dates have standard deviation ${deviation}; a scale must be positive`,
  );
}

function cutDeviation(labels: Float64Array, bound: number): number {
  let sum = 0;
  for (const label of labels) sum += Math.max(-bound, Math.min(bound, label));
  const mean = sum / labels.length;
  let squares = 0;
  for (const label of labels) squares += (Math.max(-bound, Math.min(bound, label)) - mean) ** 2;
  return Math.sqrt(squares / (labels.length - 1));
}

/**
 * Training targets of the stocks of one day. Labels are first cut at +-10 training standard deviations (outliers act in
 * the loss only: whoever scores uses the raw labels), then: "label" divides by the scale; "excess" takes off the day's
 * mean over the labelled stocks and divides by the same scale; "zscore" standardises within the day (ddof 1; 0 if all are
 * equal); "rank" gives average ranks, shifted and scaled to mean 0 and, without ties, variance 1.
 * @param labels raw returns of the day's stocks, NaN where missing
 */
export function dayTargets(
  labels: Float64Array,
  { kind, scale, deviations = outlierDeviations }: TargetOptions,
): DayTargets {
  const bound = deviations * scale;
  let clipped = 0;
  const cut = labels.map((label) => {
    if (Math.abs(label) > bound) clipped++;
    return Math.max(-bound, Math.min(bound, label));
  });
  if (kind === "label") return { targets: cut.map((label) => label / scale), clipped };
  if (kind === "rank") return { targets: normalRanks(labels), clipped };
  const labelled = cut.filter((label) => !Number.isNaN(label));
  const mean = labelled.reduce((sum, label) => sum + label, 0) / labelled.length;
  if (kind === "excess") return { targets: cut.map((label) => (label - mean) / scale), clipped };
  const squares = labelled.reduce((sum, label) => sum + (label - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (labelled.length - 1));
  const inverse = deviation > 0 ? 1 / deviation : 0;
  return { targets: cut.map((label) => (label - mean) * inverse), clipped };
}

/** `(average rank - (n + 1)/2) / sqrt((n^2 - 1)/12)` over the n labelled stocks; 0 if there is only one. */
function normalRanks(labels: Float64Array): Float64Array {
  const order = Int32Array.from(labels.keys())
    .filter((i) => !Number.isNaN(labels[i]))
    .sort((a, b) => labels[a] - labels[b]);
  const count = order.length;
  const inverse = count > 1 ? 1 / Math.sqrt((count * count - 1) / 12) : 0;
  const targets = new Float64Array(labels.length).fill(Number.NaN);
  for (let from = 0; from < count; ) {
    let to = from;
    while (to < count && labels[order[to]] === labels[order[from]]) to++;
    const averageRank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) targets[order[i]] = (averageRank - (count + 1) / 2) * inverse;
    from = to;
  }
  return targets;
}
