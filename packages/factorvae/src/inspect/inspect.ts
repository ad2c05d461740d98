import type { Panel, RowCounts, UnderstoodColumn } from "../data/panel.js";
import { crossedBars, repeatedBars } from "./bars.js";
import { type CalendarPattern, calendarPattern, missingDays, thinDays } from "./calendar-days.js";
import { type CoveragePicture, coveragePicture } from "./coverage-picture.js";
import type { Finder, Finding } from "./finder.js";
import { delistings, gaps, lateListings, listings, missingPrices, suspendedDays } from "./rows.js";
import { unadjustedSplits } from "./splits.js";
import { badTicks, earlyJumps } from "./ticks.js";

/** All that is looked for, in the order in which it is told. */
export const finders: readonly Finder[] = [
  thinDays,
  missingDays,
  lateListings,
  delistings,
  gaps,
  suspendedDays,
  missingPrices,
  badTicks,
  earlyJumps,
  unadjustedSplits,
  crossedBars,
  repeatedBars,
];

/** What one finder found. */
export interface Found {
  readonly name: string;
  readonly about: string;
  readonly count: number;
  /** The gravest first, at most 200. */
  readonly places: readonly Omit<Finding, "weight">[];
}

/** What a prices file holds. */
export interface Inspection {
  readonly file: string;
  readonly symbols: number;
  readonly dates: number;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly calendar: CalendarPattern;
  readonly columns: readonly UnderstoodColumn[];
  readonly rows: RowCounts;
  readonly found: readonly Found[];
  readonly survivorship: { readonly ended: number; readonly hint: string };
  readonly coverage: CoveragePicture;
}

const mostPlaces = 200;
/** Years after which a market without a delisting is no whole market. */
const longEnough = 1;

/** Looks through a panel. */
export function inspect(panel: Panel, picture = { bands: 16, stretches: 72 }): Inspection {
  const { dates, symbols, rows, columns = [], source } = panel;
  const calendar = calendarPattern(dates);
  return {
    file: source?.file ?? "panel",
    symbols: symbols.length,
    dates: dates.length,
    firstDate: dates[0],
    lastDate: dates[dates.length - 1],
    calendar,
    columns,
    rows,
    found: finders.map(({ name, about, find }) => {
      const findings = find(panel).toSorted((a, b) => b.weight - a.weight);
      const places = findings.slice(0, mostPlaces).map(({ weight: _, ...place }) => place);
      return { name, about, count: findings.length, places };
    }),
    survivorship: survivorship(panel, calendar),
    coverage: coveragePicture(panel, picture.bands, picture.stretches),
  };
}

function survivorship(panel: Panel, { datesPerYear }: CalendarPattern): Inspection["survivorship"] {
  const ended = listings(panel).filter(({ last }) => last < panel.dates.length - 1).length;
  const years = panel.dates.length / datesPerYear;
  const over = `${ended} of ${panel.symbols.length} symbols end before the file does, in ${years.toFixed(1)} years`;
  if (years < longEnough) return { ended, hint: `${over}: too short a time to tell` };
  const isSurvivors = ended === 0;
  return {
    ended,
    hint: isSurvivors
      ? `${over}: these are survivors, chosen by what came later; results on them are better than a market would give`
      : over,
  };
}
