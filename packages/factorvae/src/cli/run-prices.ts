import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Option } from "commander";
import type { Panel } from "../data/panel.js";
import type { RunRecord } from "../run/run-record.js";
import { configuredPrices } from "./prices.js";

/** Files beside the prices that a command on a run takes. */
export interface RunInputOptions {
  readonly calendar?: string;
  readonly features: readonly string[];
  readonly universe?: string;
}

/** `--universe`, for a run whose universe's file has moved or gone on. */
export const universeOption = (): Option =>
  new Option("--universe <file>", "symbol,from,to: the run's universe, where its file has moved or has been extended");

/** `--calendar`, for a run whose calendar's file has moved. */
export const calendarOption = (): Option =>
  new Option("--calendar <file>", "the run's market dates, where their file has moved");

/**
 * Reads prices by the settings of a run, with the features, the calendar and the universe that it was trained with.
 *
 * @throws Error that names what the run was trained with and is not given, or is given and it was not trained with; DataError
 *   as `configuredPrices`
 */
export async function pricesOfRun(
  { input, settings }: RunRecord,
  data: string,
  { calendar, features, universe }: RunInputOptions,
): Promise<Panel> {
  requireCalendar(settings.data.calendar, calendar);
  requireUniverse(settings.universe.file, universe);
  requireFeatures(input, features);
  const panel = await configuredPrices(
    data,
    {
      data: { ...settings.data, ...(calendar !== undefined && { calendar }) },
      universe: { ...settings.universe, file: universe ?? settings.universe.file },
    },
    features,
  );
  requireColumns(input, panel);
  return panel;
}

/** Sentences on files beside the prices that are not those that the run was trained with. */
export function otherInputs(
  { input }: RunRecord,
  { calendar, universe, ownFeatures = [] }: Pick<Panel, "calendar" | "universe" | "ownFeatures">,
): string[] {
  const known = new Set(input.features?.map(({ sha256 }) => sha256));
  return [
    ...(calendar?.source !== undefined && calendar.source.sha256 !== input.calendar?.sha256
      ? [
          `the calendar ${calendar.source.file} does not hold what the run was trained on, ${input.calendar?.file ?? "none"}`,
        ]
      : []),
    ...ownFeatures
      .filter(({ source }) => !known.has(source.sha256))
      .map(({ source }) => `${source.file} is not the file of features that the run was trained with`),
    ...(universe !== undefined && universe.source.sha256 !== input.universe?.sha256
      ? [
          `the universe is that of ${universe.source.file}, which does not hold what the run was trained on, ${input.universe?.file ?? "none"}`,
        ]
      : []),
  ];
}

function requireCalendar(trained: string | undefined, given: string | undefined): void {
  if (trained === undefined && given !== undefined)
    throw new Error(`--calendar ${given}: the run was trained on the dates of its prices; leave it out`);
  if (trained !== undefined && given === undefined && !existsSync(trained))
    throw new Error(
      `the run was trained on the calendar ${trained}, and there is no such file here; name it with --calendar FILE`,
    );
}

function requireUniverse(trained: string | null, given: string | undefined): void {
  if (trained === null && given !== undefined)
    throw new Error(
      `--universe ${given}: the run was trained on every stock and not on a universe's file; leave it out`,
    );
  if (trained !== null && given === undefined && !existsSync(trained))
    throw new Error(
      `the run was trained on the universe of ${trained}, and there is no such file here; name it with --universe FILE`,
    );
}

function requireFeatures({ features: trained = [] }: RunRecord["input"], given: readonly string[]): void {
  if (trained.length === 0 && given.length > 0)
    throw new Error(`--features ${given[0]}: the run was trained without features made elsewhere; leave it out`);
  if (trained.length === 0 || given.length > 0) return;
  const files = trained.map(({ file, names }) => `${file} (${names.join(", ")})`).join(" and ");
  throw new Error(`the run was trained with the features of ${files}; give them for these dates with --features FILE`);
}

function requireColumns({ features: trained = [] }: RunRecord["input"], { ownFeatures = [] }: Panel): void {
  const there = new Set(ownFeatures.flatMap(({ names }) => names));
  for (const { file, names } of trained) {
    const lacking = names.filter((name) => !there.has(name));
    if (lacking.length === 0) continue;
    const given = ownFeatures.map(({ source }) => basename(source.file)).join(", ");
    throw new Error(
      `the run was trained with ${lacking.join(", ")} of ${file}, which ${given} ${ownFeatures.length === 1 ? "lacks" : "lack"}; add the column, of numbers`,
    );
  }
}
