import { basename } from "node:path";
import { readBenchmark } from "../backtest/benchmark-file.js";
import type { BacktestInputs } from "../backtest/inputs.js";
import type { Config } from "../config.js";
import { readCalendar } from "../data/market-calendar.js";
import { withFeatures } from "../data/own-features.js";
import type { Panel, PanelSource } from "../data/panel.js";
import { readPrices } from "../data/read.js";
import { withUniverseFile } from "../data/universe.js";
import type { RunRecord } from "../run/run-record.js";

/**
 * Reads prices on the calendar's dates, features made elsewhere and the universe's file, as the settings have it. Throws what
 * `readCalendar`, `readPrices`, `withFeatures` and `withUniverseFile` throw.
 */
export async function configuredPrices(
  path: string,
  { data, universe }: Pick<Config, "data" | "universe">,
  featureFiles: readonly string[] = [],
): Promise<Panel> {
  const { calendar, query, timeZone, wide } = data;
  const reading = readingOf(data);
  const zone = timeZone === undefined ? {} : { timeZone };
  let panel = await readPrices(path, {
    ...reading,
    ...zone,
    ...(calendar !== undefined && { calendar: await readCalendar(calendar, { ...reading, ...zone }) }),
    ...(query !== undefined && { query }),
    ...(wide !== undefined && { wide }),
  });
  for (const file of featureFiles) panel = await withFeatures(panel, file, reading);
  return universe.file === null ? panel : withUniverseFile(panel, universe.file);
}

function readingOf({ columns, dateFormat, decimalMark, duplicates, missing }: Config["data"]) {
  return {
    columns,
    duplicates,
    missing,
    ...(dateFormat !== "auto" && { dateFormat }),
    ...(decimalMark !== "auto" && { decimalMark }),
  };
}

/**
 * Reads the files that the settings of the backtest name, as prices and universes are read. Throws what `readBenchmark` and
 * `withUniverseFile` throw.
 */
export async function backtestInputs(
  panel: Panel,
  { data, backtest: { benchmark, universe } }: Config,
): Promise<BacktestInputs> {
  const { timeZone } = data;
  const reading = { ...readingOf(data), ...(timeZone !== undefined && { timeZone }) };
  const held = universe === undefined ? undefined : (await withUniverseFile(panel, universe)).universe;
  return {
    ...(benchmark !== undefined && { benchmark: await readBenchmark(benchmark, reading) }),
    ...(held && { universe: held }),
  };
}

/** The settings with the panel's own features among `features.columns`. */
export function withOwnColumns(settings: Config, { ownFeatures = [] }: Panel): Config {
  const { columns } = settings.features;
  const added = ownFeatures.flatMap(({ names }) => names).filter((name) => !columns.includes(name));
  return { ...settings, features: { ...settings.features, columns: [...columns, ...added] } };
}

/** What a run's record says of the files that its panel was read from. */
export function inputOf(panel: Panel, traded: BacktestInputs = {}): RunRecord["input"] {
  const { calendar, universe, ownFeatures } = panel;
  const named = ({ file, sha256 }: PanelSource) => ({ file: basename(file), sha256 });
  return {
    ...named(sourceOf(panel)),
    ...(calendar?.source && { calendar: named(calendar.source) }),
    ...(ownFeatures && { features: ownFeatures.map(({ names, source }) => ({ ...named(source), names: [...names] })) }),
    ...(universe && { universe: named(universe.source) }),
    ...(traded.benchmark && { benchmark: { ...named(traded.benchmark.source), symbol: traded.benchmark.name } }),
    ...(traded.universe && { backtestUniverse: named(traded.universe.source) }),
  };
}

/** The file that a panel was read from. Throws for a panel that comes from none. */
function sourceOf({ source }: Panel): PanelSource {
  if (source === undefined) throw new Error("sourceOf: the panel was read from no file");
  return source;
}
