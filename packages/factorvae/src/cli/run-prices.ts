import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Option } from "commander";
import type { Panel } from "../data/panel.js";
import type { RunRecord } from "../run/run-record.js";
import { configuredPrices } from "./prices.js";

/** Files beside the prices that a command on a run takes. */
export interface RunInputOptions {
  readonly features: readonly string[];
  readonly universe?: string;
}

/** `--universe`, for a run whose universe's file has moved or gone on. */
export const universeOption = (): Option =>
  new Option("--universe <file>", "symbol,from,to: the run's universe, where its file has moved or has been extended");

/**
 * Reads prices by the settings of a run, with the features and the universe that it was trained with.
 *
 * @throws Error that names what the run was trained with and is not given, or is given and it was not trained with; DataError
 *   as `configuredPrices`
 */
export async function pricesOfRun(
  { input, settings }: RunRecord,
  data: string,
  { features, universe }: RunInputOptions,
): Promise<Panel> {
  requireUniverse(settings.universe.file, universe);
  requireFeatures(input, features);
  const panel = await configuredPrices(
    data,
    { ...settings, universe: { ...settings.universe, file: universe ?? settings.universe.file } },
    features,
  );
  requireColumns(input, panel);
  return panel;
}

/** Sentences on files beside the prices that are not those that the run was trained with. */
export function otherInputs(
  { input }: RunRecord,
  { universe, ownFeatures = [] }: Pick<Panel, "universe" | "ownFeatures">,
): string[] {
  const known = new Set(input.features?.map(({ sha256 }) => sha256));
  return [
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
