import { info } from "@factorvae/autograd";
import { type Command, InvalidArgumentError } from "commander";
import { parseConfig } from "../config.js";
import { alpha158Features, featureNames } from "../data/alpha158-features.js";
import { featuresCsv } from "../data/features-csv.js";
import { computeFeaturesInThreads } from "../data/features-in-threads.js";
import { featuresParquetInThreads } from "../data/features-parquet-in-threads.js";
import { writeWholeFile, writeWholeFileFrom } from "../run/whole-file.js";
import { type CommandIo, print, say } from "./command-io.js";
import { examples, featuresOption, needed } from "./options.js";
import { refuseOwnInput } from "./own-input.js";
import { configuredPrices, withOwnColumns } from "./prices.js";
import { type RawSettings, rawSettings, type SettingsOptions, withSettings } from "./settings.js";

interface FeaturesCommandOptions extends SettingsOptions {
  readonly data?: string;
  readonly features: readonly string[];
  readonly out?: string;
}

/** `factorvae features`: features of a prices file as a table. */
export const featuresCommand = (command: Command, io: CommandIo): Command =>
  withSettings(
    command
      .description("write the features of a prices file: date,symbol, then the features by name")
      .option("--data <file>", "(needed) prices: a CSV or Parquet file, or a folder or pattern of such files")
      .addOption(featuresOption())
      .option(
        "--out <file>",
        "(needed) file to write, .parquet, .csv or .csv.gz; an existing one is replaced",
        tableFile,
      ),
    io,
  )
    .addHelpText(
      "after",
      examples(
        "factorvae features --data prices.csv --out features.parquet",
        "factorvae features --data prices.csv --out two.csv --set 'features.names=[KLEN, ROC60]'",
      ),
    )
    .action((options: FeaturesCommandOptions) =>
      writeFeatures(
        {
          ...options,
          data: needed(command, options.data, "--data <file>"),
          out: needed(command, options.out, "--out <file>"),
        },
        io,
      ),
    );

function tableFile(path: string): string {
  if (/\.(csv|csv\.gz|parquet)$/.test(path)) return path;
  throw new InvalidArgumentError(`"${path}" ends neither in .parquet nor in .csv or .csv.gz.`);
}

async function writeFeatures(
  { data, features: featureFiles, out, ...given }: FeaturesCommandOptions & Record<"data" | "out", string>,
  io: CommandIo,
): Promise<void> {
  refuseOwnInput(out, [data, ...featureFiles]);
  const raw = rawSettings(given);
  const settings = parseConfig(raw);
  // The settings' default is what a model takes; a table is of all there are unless some are named.
  const names = namesFeatures(raw) ? settings.features.names : featureNames;
  const panel = await configuredPrices(data, settings, featureFiles);
  const { expressions, columns } = withOwnColumns(settings, panel).features;
  const { missingVolume } = settings.data;
  const table = await computeFeaturesInThreads(
    panel,
    { names, expressions, columns },
    { missingVolume, threads: info().threads },
  );
  for (const note of (panel.ownFeatures ?? []).flatMap(({ notes }) => notes)) say(io, `note: ${note}`);
  const left = names.filter((name) => !table.names.includes(name));
  for (const field of ["volume", "vwap"]) {
    const without = left.filter((name) => needs(name).includes(field));
    if (without.length > 0) say(io, `left out, the prices have no ${field}: ${without.join(", ")}`);
  }
  if (out.endsWith(".parquet"))
    await writeWholeFileFrom(out, featuresParquetInThreads(table, panel.present, info().threads));
  else writeWholeFile(out, featuresCsv(table, panel.present));
  const dates = `${panel.dates[0]} to ${panel.dates[panel.dates.length - 1]}`;
  print(io, `${out}: ${table.names.length} features of ${panel.symbols.length} stocks, ${dates}\n`);
}

const needs = (feature: string): readonly string[] =>
  alpha158Features.find(({ name }) => name === feature)?.needs ?? [];

const namesFeatures = ({ features }: RawSettings): boolean =>
  typeof features === "object" && features !== null && "names" in features;
