import { basename, join } from "node:path";
import type { Command } from "commander";
import { configuredBacktest } from "../backtest/configured.js";
import type { Config } from "../config.js";
import type { Predictions } from "../predictions/predictions.js";
import { report } from "../report/report.js";
import { runFiles } from "../run/run-folder.js";
import { runReport } from "../run/run-report.js";
import { writeWholeFile } from "../run/whole-file.js";
import { type CommandIo, print } from "./command-io.js";
import { examples } from "./options.js";
import { refuseOwnInput } from "./own-input.js";
import { backtestInputs, configuredPrices } from "./prices.js";
import { labelledFrom, readScores, scoreFigures } from "./scores.js";
import { resolvedSettings, type SettingsOptions, withSettings } from "./settings.js";

interface ReportCommandOptions extends SettingsOptions {
  readonly run?: string;
  readonly predictions?: string;
  readonly data?: string;
  readonly out?: string;
}

/** `factorvae report`: the tear sheet of a run, or of anybody's scores. */
export const reportCommand = (command: Command, io: CommandIo): Command =>
  withSettings(
    command
      .description("write one self-contained report.html of a run, or of anybody's scores and prices")
      .option("--run <folder>", "run folder that train or demo wrote")
      .option("--predictions <file>", "scores: date,symbol,score[,risk][,split], with --data")
      .option("--data <file>", "prices that the scores belong to")
      .option("--out <file>", "where to write (default: report.html in the run folder, or here)"),
    io,
  )
    .addHelpText(
      "after",
      examples(
        "factorvae report --run runs/first",
        "factorvae report --predictions scores.csv --data prices.csv --out scores.html",
      ),
    )
    .action((options: ReportCommandOptions) => writeReport(command, options, io));

async function writeReport(command: Command, options: ReportCommandOptions, io: CommandIo): Promise<void> {
  const { run, predictions, data } = options;
  if (run !== undefined && predictions === undefined && data === undefined) {
    const out = options.out ?? join(run, runFiles.report);
    writeWholeFile(out, await runReport(run));
    print(io, `${out}\n`);
  } else if (run === undefined && predictions !== undefined && data !== undefined) {
    const out = options.out ?? runFiles.report;
    refuseOwnInput(out, [predictions, data]);
    writeWholeFile(out, await scoresReport(predictions, data, resolvedSettings(options), io));
    print(io, `${out}\n`);
  } else {
    command.error("error: report takes either --run, or --predictions and --data");
  }
}

async function scoresReport(path: string, data: string, settings: Config, io: CommandIo): Promise<string> {
  const { predictions: scores } = await readScores(path, "all", io);
  const panel = await configuredPrices(data, settings);
  const predictions = labelledFrom(panel, scores, settings, io);
  return report({
    title: `Scores of ${basename(path)}`,
    subtitle: `Prices of ${basename(data)}`,
    predictions,
    summaries: Object.fromEntries(
      judged(predictions).map((split) => [split, scoreFigures(predictions, settings, split)]),
    ),
    ...(judged(predictions).includes("test") && {
      backtest: configuredBacktest(predictions, panel, settings, await backtestInputs(panel, settings)),
    }),
    rows: panel.rows,
    settings: { label: settings.label, backtest: settings.backtest },
    minimumStocks: settings.train.minimumStocks,
  });
}

/** The splits that scores are judged by, as far as there are such rows. */
const judged = ({ split }: Predictions): ("valid" | "test")[] =>
  (["valid", "test"] as const).filter((name) => split.includes(name));
