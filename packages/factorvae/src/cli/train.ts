import { join } from "node:path";
import { type Command, Option } from "commander";
import { configuredBacktest, requireBacktest } from "../backtest/configured.js";
import { isWalkForward, runFiles } from "../run/run-folder.js";
import { claimFolder } from "../run/run-folder-claim.js";
import { finiteJson, type RunSummary, runSummary } from "../run/run-summary.js";
import { train } from "../train/train.js";
import { type CommandIo, print, say } from "./command-io.js";
import { figuresText, rowsText } from "./figures-table.js";
import { examples, featuresOption, needed } from "./options.js";
import { refuseDataInside, refuseOwnInput } from "./own-input.js";
import { backtestInputs, configuredPrices, inputOf, withOwnColumns } from "./prices.js";
import { resumed, resumedFolder } from "./resumed.js";
import { newRecord, saveResults, sayNotes, trainInto } from "./run-training.js";
import { resolvedSettings, type SettingsOptions, withSettings } from "./settings.js";
import { trainFolds, walkForwardText } from "./train-folds.js";

interface TrainOptions extends SettingsOptions {
  readonly data?: string;
  readonly features: readonly string[];
  readonly out?: string;
  readonly force?: true;
  readonly resume?: true;
  readonly store?: string;
  readonly json?: true;
}

/** `factorvae train`: from a prices file to a trained model, its scores and its report. */
export const trainCommand = (command: Command, io: CommandIo): Command =>
  withSettings(
    command
      .description("train on a prices file: features, model, scores of validation and test, backtest, report")
      .option("--data <file>", "(needed) prices: a CSV or Parquet file, or a folder or pattern of such files")
      .addOption(featuresOption())
      .option("--out <folder>", "(needed) run folder to make"),
    io,
  )
    .addOption(
      new Option(
        "--force",
        "replace the run that the folder holds, once the first epoch of the new one is done",
      ).conflicts("resume"),
    )
    .option("--resume", "go on with the run that the folder holds: same data, same settings, same bits")
    .option(
      "--store <file>",
      "keep the features in this file, not in memory; used again for the same prices and settings",
    )
    .option("--json", "print the summary as one JSON object")
    .addHelpText(
      "after",
      examples(
        "factorvae train --data prices.csv.gz --out runs/first",
        "factorvae train --data prices.csv --out runs/small --set train.epochs=5 --set data.columns.symbol=Name",
        "factorvae train --data prices.csv --features estimates.parquet --out runs/estimates",
      ),
    )
    .action((options: TrainOptions) =>
      trainRun(
        {
          ...options,
          data: needed(command, options.data, "--data <file>"),
          out: needed(command, options.out, "--out <folder>"),
        },
        io,
      ),
    );

async function trainRun(options: TrainOptions & Record<"data" | "out", string>, io: CommandIo): Promise<void> {
  const { data, features, out, force, resume, store, json } = options;
  const asked = resolvedSettings(options);
  const claim = resume ? resumedFolder(out) : claimFolder(out, force ? "run" : "nothing");
  if (!resume) for (const input of [data, ...features]) refuseDataInside(out, input);
  if (store !== undefined) refuseOwnInput(store, [data, ...features], "--store");
  say(io, `reading ${[data, ...features].join(", ")} ...`);
  const panel = await configuredPrices(data, asked, features);
  const settings = withOwnColumns(asked, panel);
  const inputs = await backtestInputs(panel, settings);
  const record = newRecord("train", settings, inputOf(panel, inputs));
  if (isWalkForward(record)) {
    const walked = await trainFolds(io, { out, panel, inputs, record, claim, isResumed: resume === true, store });
    return void print(io, json ? finiteJson(walked) : walkForwardText(out, walked));
  }
  requireBacktest(panel, settings, inputs);
  const checkpoint = resume && resumed(out, record, io);
  const result = await trainInto(io, { folder: out, record, claim, resume: checkpoint }, (hooks, progress) => {
    progress.stage("training");
    return train(panel, settings, { ...hooks, ...(store !== undefined && { store }) });
  });
  const backtest = configuredBacktest(result.predictions, panel, settings, inputs);
  const summary = runSummary(result, backtest);
  await saveResults(out, result, backtest, summary);
  sayNotes(io, summary.notes);
  print(io, json ? finiteJson(summary) : trainText(out, summary));
}

function trainText(out: string, { rows, training, valid, test, backtest }: RunSummary): string {
  const { excessWithCosts, k, n, strategy } = backtest;
  return `
Scores against the returns that followed:

${figuresText({ validation: valid, test })}
${rowsText(rows)}
Epoch ${training.bestEpoch} of ${training.epochs} was kept: KL ${training.kl.toFixed(2)} nat a day, ${training.activeFactors} active factors.
${strategy}, k ${k}, n ${n}: excess return ${(100 * excessWithCosts.annualReturnSum).toFixed(1)} % a year after costs.
Report: ${join(out, runFiles.report)}
`;
}
