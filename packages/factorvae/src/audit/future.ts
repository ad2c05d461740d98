import type { FeatureTable } from "../data/feature-table.js";
import { type Panel, panelFrom } from "../data/panel.js";
import type { Predictions } from "../predictions/predictions.js";
import { appliedDataset, type Dataset, historyOf } from "../train/dataset.js";
import { predict } from "../train/predict.js";
import { scoreDates } from "../train/score.js";
import type { Run } from "../train/train.js";
import { type Alteration, afterwards } from "./alterations.js";
import type { Check, Finding } from "./check.js";
import { type AuditContext, datesOf } from "./context.js";

/** Dates up to a day that are scored again. */
const scoredDates = 5;

/** Dates up to a day whose features are made again from other prices after it; without any, those of all dates are. */
const nearDates = 20;

/**
 * One check an alteration: what comes after a day changes no bit of the features, cross-sections, scores and risks up to
 * it. The days are the last of training, the middle and the last of validation, and the middle of the test.
 *
 * Cutting takes the whole future from the whole past. What it cannot tell, code that looks ahead only where a later date is
 * there, shows next to the day: the other two look at the dates before and after it that a window reaches, and at the whole past of the newest day alone.
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
    const { part, first, from } =
      how === "cut" ? { part: panel, first: 0, from: 0 } : around(context, last, last === days[days.length - 1]);
    const altered = afterwards(part, last - first, how);
    const where = `; ${how} after ${panel.dates[last]}`;
    const other = appliedDataset(altered, run.config, run.fit);
    const differs = featureDifference(dataset, other, last, from);
    if (differs !== undefined) return { passed: false, detail: differs + where };
    const range = { from: panel.dates[Math.max(0, last + 1 - scoredDates)], to: panel.dates[last] };
    // One of the checks makes its features anew, as predicting does; the others score those that were compared.
    const [before, after] =
      how === "cut"
        ? [predict(run, panel, range), predict(run, altered, range)]
        : [scoresIn(run, dataset, range), scoresIn(run, other, range)];
    const moved = scoreDifference(before, after);
    if (moved !== undefined) return { passed: false, detail: moved + where };
    features += panel.symbols.length * (last + 1 - from) * dataset.features.names.length;
    scores += before.date.length;
  }
  const dates = days.map((day) => panel.dates[day]).join(", ");
  return { passed: true, detail: `${features} features, ${scores} scores and risks the same to the bit; at ${dates}` };
}

/** The run's scores of some dates of a dataset, both ends included. */
function scoresIn({ model, config }: Run, dataset: Dataset, { from, to }: Record<"from" | "to", string>): Predictions {
  const dates = dataset.panel.dates.flatMap((date, at) => (date >= from && date <= to ? [at] : []));
  return scoreDates(model, config, dataset, dates, () => "test").predictions;
}

/**
 * The dates around a day that matter to `nearDates` up to it: as many more before as a score reads, and as many after;
 * with the past, all before.
 * `first`: where the part begins; `from`: the first date on which a part that begins there gives the features of the whole.
 */
function around(
  { run, panel }: AuditContext,
  last: number,
  withPast: boolean,
): { part: Panel; first: number; from: number } {
  const history = historyOf(run.config, run.fit.normaliser.names);
  const first = withPast ? 0 : Math.max(0, last + 2 - nearDates - history);
  const end = Math.min(panel.dates.length - 1, last + history);
  const part = panelFrom(afterwards(panel, end, "cut"), first);
  return { part, first, from: first === 0 ? 0 : first + history - 1 };
}

/**
 * The first feature or cross-section up to a date, from another on, that two datasets of the same symbols do not share, to the
 * bit. The second's calendar may begin later.
 */
export function featureDifference(
  first: Dataset<FeatureTable>,
  second: Dataset<FeatureTable>,
  last: number,
  from = 0,
): string | undefined {
  const { names, symbols, dates } = first.features;
  const begin = dates.indexOf(second.features.dates[0]);
  const [strideOfFirst, strideOfSecond] = [first, second].map(({ features }) => features.dates.length * names.length);
  const [a, b] = [first, second].map(({ features: { values } }) => new Uint32Array(values.buffer, values.byteOffset));
  const length = (last + 1) * names.length;
  for (let n = 0; n < symbols.length; n++)
    for (let i = from * names.length; i < length; i++) {
      const one = n * strideOfFirst + i;
      const other = n * strideOfSecond + i - begin * names.length;
      if (a[one] === b[other]) continue;
      const place = `${names[i % names.length]} of ${symbols[n]} on ${dates[Math.floor(i / names.length)]}`;
      return `${place} is ${first.features.values[one]}, and becomes ${second.features.values[other]}`;
    }
  for (let date = from; date <= last; date++) {
    const [one, other] = [first.crossSections[date], second.crossSections[date - begin]];
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
