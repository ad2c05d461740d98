import type { FeatureTable } from "../data/feature-table.js";
import type { Predictions } from "../predictions/predictions.js";
import { appliedDataset, type Dataset } from "../train/dataset.js";
import { predict } from "../train/predict.js";
import { type Alteration, afterwards } from "./alterations.js";
import type { Check, Finding } from "./check.js";
import { type AuditContext, datesOf } from "./context.js";

/** Dates up to a day that are scored again. */
const scoredDates = 5;

/**
 * One check an alteration: what comes after a day changes no bit of the features, cross-sections, scores and risks up to
 * it. The days are the last of training, the middle and the last of validation, and the middle of the test.
 */
export const futureChecks: readonly Check[] = [
  futureCheck("cut", "cutting everything after a day off changes no feature, score or risk up to it"),
  futureCheck("altered", "other prices and missing rows after a day change no feature, score or risk up to it"),
  futureCheck("shuffled", "shuffling the dates after a day changes no feature, score or risk up to it"),
];

function futureCheck(how: Alteration, about: string): Check {
  return { name: `future-${how}`, about, run: (context) => unchanged(context, how) };
}

/** The days after which the future is taken away, as indices into the calendar. */
export function daysToCutAt(context: Pick<AuditContext, "split">): number[] {
  const [train, valid, test] = ["train", "valid", "test"].map((name) => datesOf(context, name));
  const middle = (dates: readonly number[]): number => dates[Math.floor((dates.length - 1) / 2)];
  return [...new Set([train[train.length - 1], middle(valid), valid[valid.length - 1], middle(test)])];
}

function unchanged(context: AuditContext, how: Alteration): Finding {
  const { run, panel, dataset } = context;
  const days = daysToCutAt(context);
  let features = 0;
  let scores = 0;
  for (const last of days) {
    const altered = afterwards(panel, last, how);
    const where = `; ${how} after ${panel.dates[last]}`;
    const differs = featureDifference(dataset, appliedDataset(altered, run.config, run.fit), last);
    if (differs !== undefined) return { passed: false, detail: differs + where };
    const range = { from: panel.dates[Math.max(0, last + 1 - scoredDates)], to: panel.dates[last] };
    const before = predict(run, panel, range);
    const moved = scoreDifference(before, predict(run, altered, range));
    if (moved !== undefined) return { passed: false, detail: moved + where };
    features += panel.symbols.length * (last + 1) * dataset.features.names.length;
    scores += before.date.length;
  }
  const dates = days.map((day) => panel.dates[day]).join(", ");
  return { passed: true, detail: `${features} features, ${scores} scores and risks the same to the bit; at ${dates}` };
}

/** The first feature or cross-section up to a date that two datasets of the same symbols do not share, to the bit. */
export function featureDifference(
  first: Dataset<FeatureTable>,
  second: Dataset<FeatureTable>,
  last: number,
): string | undefined {
  const { names, symbols, dates } = first.features;
  const stride = (dataset: Dataset<FeatureTable>): number => dataset.features.dates.length * names.length;
  const [a, b] = [first, second].map(({ features: { values } }) => new Uint32Array(values.buffer, values.byteOffset));
  const length = (last + 1) * names.length;
  for (let n = 0; n < symbols.length; n++)
    for (let i = 0; i < length; i++) {
      const [one, other] = [n * stride(first) + i, n * stride(second) + i];
      if (a[one] === b[other]) continue;
      const place = `${names[i % names.length]} of ${symbols[n]} on ${dates[Math.floor(i / names.length)]}`;
      return `${place} is ${first.features.values[one]}, and becomes ${second.features.values[other]}`;
    }
  for (let date = 0; date <= last; date++) {
    const [one, other] = [first.crossSections[date], second.crossSections[date]];
    if (one.length === other.length && one.every((stock, at) => stock === other[at])) continue;
    return `the cross-section of ${dates[date]} has ${one.length} stocks, and becomes another of ${other.length}`;
  }
  return undefined;
}

/** The first row in which scores or risks differ, to the bit. */
export function scoreDifference(first: Predictions, second: Predictions): string | undefined {
  if (first.date.length !== second.date.length)
    return `${first.date.length} scores of ${first.date[0]} and on become ${second.date.length}`;
  for (let row = 0; row < first.date.length; row++) {
    const place = `of ${first.symbol[row]} on ${first.date[row]}`;
    if (first.symbol[row] !== second.symbol[row] || first.date[row] !== second.date[row])
      return `the score ${place} becomes one of ${second.symbol[row]} on ${second.date[row]}`;
    for (const name of ["score", "risk"] as const) {
      const [before, after] = [first[name]?.[row], second[name]?.[row]];
      if (!Object.is(before, after)) return `the ${name} ${place} is ${before}, and becomes ${after}`;
    }
  }
  return undefined;
}
