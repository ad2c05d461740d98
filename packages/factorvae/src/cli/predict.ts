import type { Command } from "commander";
import type { Panel } from "../data/panel.js";
import type { Predictions } from "../predictions/predictions.js";
import { appendPredictions } from "../predictions/predictions-append.js";
import { predictionsCsvPieces } from "../predictions/predictions-csv.js";
import { type Restated, restated } from "../predictions/restated.js";
import { loadRun, modelFolder, requireRecord } from "../run/run-folder.js";
import { writeWholeFile } from "../run/whole-file.js";
import type { Drift } from "../train/drift.js";
import { predict, predictWithDrift } from "../train/predict.js";
import type { Run } from "../train/train.js";
import { type CommandIo, print, say } from "./command-io.js";
import { examples, featuresOption, isoDay, needed } from "./options.js";
import { refuseOwnInput } from "./own-input.js";
import { inputOf } from "./prices.js";
import { calendarOption, otherInputs, pricesOfRun, type RunInputOptions, universeOption } from "./run-prices.js";
import { sayNotes } from "./run-training.js";

interface PredictCommandOptions extends RunInputOptions {
  readonly run?: string;
  readonly data?: string;
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
  readonly append?: true;
  readonly json?: true;
}

/** `factorvae predict`: scores of a trained run for dates of a prices file. */
export const predictCommand = (command: Command, io: CommandIo): Command =>
  command
    .description("score dates of a prices file by a trained run; no label is needed")
    .option("--run <folder>", "(needed) run folder that train wrote")
    .option(
      "--data <file>",
      "(needed) prices of the dates to score; up to the first, a window and its longest feature's look-back: 80 dates by default",
    )
    .addOption(featuresOption())
    .addOption(universeOption())
    .addOption(calendarOption())
    .option("--out <file>", "(needed) scores file to write; an existing one is replaced unless --append is given")
    .option("--from <date>", "first date to score (default: --to, or the newest)", isoDay)
    .option("--to <date>", "last date to score (default: the newest)", isoDay)
    .option("--append", "add the dates that the file does not have; what is there stays to the byte")
    .option("--json", "print what was written as one JSON object")
    .addHelpText(
      "after",
      examples(
        "factorvae predict --run runs/first --data prices.csv --out scores.csv",
        "factorvae predict --run runs/first --data prices.csv --out scores.csv --from 2018-01-02 --append",
      ),
    )
    .action((options: PredictCommandOptions) =>
      predictRun(
        {
          ...options,
          run: needed(command, options.run, "--run <folder>"),
          data: needed(command, options.data, "--data <file>"),
          out: needed(command, options.out, "--out <file>"),
        },
        io,
      ),
    );

async function predictRun(
  options: PredictCommandOptions & Record<"run" | "data" | "out", string>,
  io: CommandIo,
): Promise<void> {
  const { run: folder, data, out, from, to, append, json } = options;
  refuseOwnInput(out, [data, ...options.features, options.universe, options.calendar]);
  const scoring = modelFolder(folder);
  if (scoring !== folder) say(io, `scoring by the newest fold, ${scoring}`);
  const run = loadRun(scoring);
  const record = requireRecord(scoring);
  refuseOwnInput(out, [record.settings.data.calendar]);
  const panel = await pricesOfRun(record, data, options);
  const universe = options.universe === undefined ? [] : (panel.universe?.notes ?? []);
  sayNotes(io, [
    ...(panel.calendar?.notes ?? []),
    ...(panel.ownFeatures ?? []).flatMap(({ notes }) => notes),
    ...universe,
  ]);
  if (panel.universe) sayNotes(io, otherInputs(record, { universe: panel.universe }));
  const { predictions, drift } = predictWithDrift(run, panel, { ...(from && { from }), ...(to && { to }) });
  if (drift?.isDrifted) say(io, driftText(drift));
  let written = predictions;
  let changed: Restated | undefined;
  if (append) {
    const appended = await appendPredictions(out, predictions);
    written = appended.added;
    changed = appended.before && restatement(run, panel, appended.before);
    const skipped = appended.before ? between(panel.dates, appended.before.date, appended.added.date) : [];
    if (skipped.length > 0)
      say(io, `not scored: ${span(skipped)}, between those of ${out} and these; --from ${skipped[0]} scores them`);
    if (appended.left.length > 0) say(io, `left as they are, ${out} has them already: ${span(appended.left)}`);
  } else writeWholeFile(out, predictionsCsvPieces(predictions));
  if (changed)
    say(
      io,
      `restated prices: ${changed.count} of ${changed.of} scores of ${changed.date} would be others now (${changed.example}); ` +
        `the prices up to then differ from those that were scored, or another run scored them`,
    );
  const dates = [...new Set(written.date)];
  if (json)
    print(
      io,
      `${JSON.stringify({
        file: out,
        rows: written.date.length,
        dates,
        inputs: inputOf(panel),
        ...(drift && { clipped: drift }),
        ...(changed && { restated: changed }),
      })}\n`,
    );
  else print(io, `${out}: ${written.date.length} scores of ${dates.length > 0 ? span(dates) : "no date"} written\n`);
}

/** The market dates after the newest of a file and before the first that were added. */
function between(calendar: readonly string[], before: readonly string[], added: readonly string[]): string[] {
  const newest = before.reduce((last, date) => (date > last ? date : last), "");
  return calendar.filter((date) => date > newest && date < (added[0] ?? ""));
}

/** Whether prices up to the last date that was scored were restated since: its scores are then others now. */
function restatement(run: Run, panel: Panel, before: Predictions): Restated | undefined {
  const last = before.date[before.date.length - 1];
  try {
    return restated(last, before, predict(run, panel, { from: last, to: last }));
  } catch (error) {
    // The prices at hand do not reach back so far.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function driftText({ share, trainingShare, features }: Drift): string {
  const worst = features
    .slice(0, 5)
    .map((one) => `${one.name} ${percent(one.share)}, ${percent(one.trainingShare)} then`);
  return (
    `drift: ${percent(share)} of the features' values in these windows are clipped, ${percent(trainingShare)} in training` +
    `${worst.length > 0 ? ` (${worst.join("; ")})` : ""}: these data are unlike those of training; see that their units ` +
    "are the same, or train again on newer dates"
  );
}

function span(dates: readonly string[]): string {
  const [first, last] = [dates[0], dates[dates.length - 1]];
  return dates.length === 1 ? first : `${dates.length} dates, ${first} to ${last}`;
}
