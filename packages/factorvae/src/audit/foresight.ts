import { labelSpan } from "../data/label.js";
import { informationCoefficients } from "../evaluate/information-coefficient.js";
import { chanceBound, meanRankIc } from "./chance.js";
import { type Check, type Finding, figure } from "./check.js";
import { type AuditContext, datesOf, spread } from "./context.js";

/** Mean daily Rank IC beyond which a feature does not foretell a return but holds it: honest ones reach about 0.05. */
const heldFrom = 0.2;
/** Dates on which features are set against returns. */
const comparedDates = 120;

/** Numbers by symbol and date that are set against the returns that follow, symbol-major. */
interface Candidate {
  readonly name: string;
  readonly at: (stock: number, date: number) => number;
}

/** Sets every feature, and every column that is one also beside the day's close, against each return of the label's span. */
export const foresightCheck: Check = {
  name: "feature-foresight",
  about: "no feature holds a return that is still to come, as a column of the file may",
  run: (context) => foresight(context, [...featureCandidates(context), ...columnCandidates(context)]),
};

/** Sets a column that is tomorrow's return, made from these very prices, before the check above: it must not pass. */
export const plantedLeakCheck: Check = {
  name: "planted-leak",
  about: "a leak planted in these prices, a column that holds tomorrow's return, is caught",
  run: (context) => {
    const { close } = context.panel.fields;
    const dates = context.panel.dates.length;
    const planted = close.map((price, cell) => ((cell + 1) % dates === 0 ? Number.NaN : close[cell + 1] / price - 1));
    const { passed, detail } = foresight(context, [
      { name: "planted", at: (stock, date) => planted[stock * dates + date] },
    ]);
    return { passed: !passed, detail: passed ? `it was not caught: ${detail}` : `caught: ${detail}` };
  },
};

function featureCandidates({ dataset: { features } }: AuditContext): Candidate[] {
  const { names, dates, values } = features;
  return names.map((name, c) => ({
    name,
    at: (stock, date) => values[(stock * dates.length + date) * names.length + c],
  }));
}

function columnCandidates({ run, panel: { fields, dates } }: AuditContext): Candidate[] {
  const { close } = fields;
  return run.config.features.columns.flatMap((name) => {
    const values = fields[name];
    if (values === undefined) return [];
    return [
      {
        name: `${name} / close`,
        at: (stock, date) => values[stock * dates.length + date] / close[stock * dates.length + date],
      },
    ];
  });
}

function foresight(context: AuditContext, candidates: readonly Candidate[]): Finding {
  const { panel, dataset, run } = context;
  const span = labelSpan(run.config.label);
  const usable = datesOf(context, "train", "valid", "test").filter((date) => date + span < panel.dates.length);
  const dates = spread(usable, comparedDates);
  const returns = Array.from({ length: span }, (_, later) => ({
    name: `the return from ${later} to ${later + 1} dates later`,
    values: nextReturns(context, later),
  }));
  let strongest = { name: "no feature", of: "any return", rankIc: 0, bound: 0 };
  for (const { name, at } of candidates)
    for (const { name: of, values } of [...returns, { name: "the label", values: dataset.labels }]) {
      const coefficients = correlation(context, dates, at, values);
      const [rankIc, bound] = [meanRankIc(coefficients), chanceBound(coefficients)];
      if (coefficients.dates.length > 0 && Math.abs(rankIc) > Math.abs(strongest.rankIc))
        strongest = { name, of, rankIc, bound };
    }
  const { name, of, rankIc, bound } = strongest;
  const passed = Math.abs(rankIc) <= Math.max(heldFrom, bound);
  return {
    passed,
    detail: `${passed ? "at most " : ""}Rank IC ${figure(rankIc)} of ${name} with ${of}, on ${dates.length} dates; above ${figure(Math.max(heldFrom, bound))} it is held`,
  };
}

/** Returns from `later` to `later + 1` dates after each date. */
function nextReturns({ panel: { fields, dates } }: AuditContext, later: number): Float64Array {
  const { close } = fields;
  return close.map((_, cell) =>
    (cell % dates.length) + later + 1 < dates.length ? close[cell + later + 1] / close[cell + later] - 1 : Number.NaN,
  );
}

/** Daily correlations of candidate and return over the stocks that have both. */
function correlation(
  { panel, dataset, run }: AuditContext,
  dates: readonly number[],
  at: Candidate["at"],
  returns: Float64Array,
) {
  const rows = dates.flatMap((date) =>
    Array.from(dataset.crossSections[date], (stock) => ({ stock, date })).filter(({ stock, date }) =>
      Number.isFinite(at(stock, date)),
    ),
  );
  return informationCoefficients(
    {
      date: rows.map(({ date }) => panel.dates[date]),
      symbol: rows.map(({ stock }) => panel.symbols[stock]),
      score: Float64Array.from(rows, ({ stock, date }) => at(stock, date)),
      label: Float64Array.from(rows, ({ stock, date }) => returns[stock * panel.dates.length + date]),
      split: rows.map(() => "test"),
    },
    run.config.train.minimumStocks,
  );
}
