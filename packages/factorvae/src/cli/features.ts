import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { info } from "@factorvae/autograd";
import { type Command, InvalidArgumentError } from "commander";
import { parseConfig } from "../config.js";
import { alpha158Features, featureNames } from "../data/alpha158-features.js";
import { computableFeatures } from "../data/feature-choice.js";
import { writtenFeatures } from "../data/written-features.js";
import { writeWholeFileFrom } from "../run/whole-file.js";
import { type CommandIo, print, say } from "./command-io.js";
import { examples, featuresOption, needed } from "./options.js";
import { refuseOwnInput } from "./own-input.js";
import { configuredPrices, withOwnColumns } from "./prices.js";
import { sayNotes } from "./run-training.js";
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
  const raw = rawSettings(given);
  const settings = parseConfig(raw);
  refuseOwnInput(out, [data, ...featureFiles, settings.data.calendar]);
  // The settings' default is what a model takes; a table is of all there are unless some are named.
  const names = namesFeatures(raw) ? settings.features.names : featureNames;
  const panel = await configuredPrices(data, settings, featureFiles);
  const { expressions, columns } = withOwnColumns(settings, panel).features;
  const { missingVolume } = settings.data;
  const choice = { names, expressions, columns };
  const written = computableFeatures(panel, choice, missingVolume).map(({ name }) => name);
  const left = names.filter((name) => !written.includes(name));
  sayNotes(io, [...(panel.calendar?.notes ?? []), ...(panel.ownFeatures ?? []).flatMap(({ notes }) => notes)]);
  for (const field of ["volume", "vwap"]) {
    const without = left.filter((name) => needs(name).includes(field));
    if (without.length > 0) say(io, `left out, the prices have no ${field}: ${without.join(", ")}`);
  }
  const format = out.endsWith(".parquet") ? "parquet" : "csv";
  const pieces = writtenFeatures(panel, choice, { format, missingVolume, threads: info().threads });
  await writeWholeFileFrom(out, out.endsWith(".gz") ? gzipped(pieces) : pieces);
  const dates = `${panel.dates[0]} to ${panel.dates[panel.dates.length - 1]}`;
  print(io, `${out}: ${written.length} features of ${panel.symbols.length} stocks, ${dates}\n`);
}

const gzipped = (pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  pipeline(Readable.from(pieces), createGzip(), () => {});

const needs = (feature: string): readonly string[] =>
  alpha158Features.find(({ name }) => name === feature)?.needs ?? [];

const namesFeatures = ({ features }: RawSettings): boolean =>
  typeof features === "object" && features !== null && "names" in features;
