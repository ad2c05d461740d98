import type { Command } from "commander";
import { DataError } from "../data/data-error.js";
import { finiteJson } from "../run/run-summary.js";
import { type CommandIo, print } from "./command-io.js";
import { figuresText } from "./figures-table.js";
import { examples, needed } from "./options.js";
import { configuredPrices } from "./prices.js";
import { labelledFrom, type Part, readScores, scoreFigures, splitOption } from "./scores.js";
import { resolvedSettings, type SettingsOptions, withSettings } from "./settings.js";

interface EvaluateCommandOptions extends SettingsOptions {
  readonly predictions?: string;
  readonly data?: string;
  readonly split: Part;
  readonly json?: true;
}

/** `factorvae evaluate`: the figures of anybody's scores. */
export const evaluateCommand = (command: Command, io: CommandIo): Command =>
  withSettings(
    command
      .description("IC, Rank IC, ICIR, calibration and significance of scores, ours or anybody's")
      .option("--predictions <file>", "(needed) scores: date,symbol,score[,risk][,label][,split], Qlib's or alphalens'")
      .option("--data <file>", "prices to make labels from; needed where the scores bear none")
      .addOption(splitOption())
      .option("--json", "print the figures as one JSON object"),
    io,
  )
    .addHelpText(
      "after",
      examples(
        "factorvae evaluate --predictions runs/first/predictions.csv",
        "factorvae evaluate --predictions scores.csv --data prices.csv --json",
      ),
    )
    .action((options: EvaluateCommandOptions) =>
      evaluateScores({ ...options, predictions: needed(command, options.predictions, "--predictions <file>") }, io),
    );

async function evaluateScores(
  options: EvaluateCommandOptions & Record<"predictions", string>,
  io: CommandIo,
): Promise<void> {
  const { predictions: path, data, split, json } = options;
  const settings = resolvedSettings(options);
  const { predictions: scores, hasLabels } = await readScores(path, split, io);
  if (data === undefined && !hasLabels) {
    throw new DataError("the scores have no column label; give the prices to make labels from (--data)", {
      file: path,
    });
  }
  const predictions =
    data === undefined ? scores : labelledFrom(await configuredPrices(data, settings), scores, settings, io);
  const figures = scoreFigures(predictions, settings, split);
  print(io, json ? finiteJson({ split, ...figures }) : figuresText({ [split]: figures }));
}
