import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { configuredBacktest, requireBacktest } from "../backtest/configured.js";
import { backtestCsv } from "../backtest/daily-csv.js";
import type { BacktestInputs } from "../backtest/inputs.js";
import type { Panel } from "../data/panel.js";
import type { Predictions } from "../predictions/predictions.js";
import { predictionsCsvPieces } from "../predictions/predictions-csv.js";
import { readPredictions } from "../predictions/predictions-file.js";
import { foldFolder, readRecord, runFiles } from "../run/run-folder.js";
import { claimFolder, type FolderClaim } from "../run/run-folder-claim.js";
import type { RunRecord } from "../run/run-record.js";
import { runReport } from "../run/run-report.js";
import { resumable } from "../run/run-resume.js";
import { type FoldSummary, featureRows, finiteJson, runSummary, type WalkForwardSummary } from "../run/run-summary.js";
import { parseSummary } from "../run/run-summary-parse.js";
import { writeWholeFile } from "../run/whole-file.js";
import { parseMetrics } from "../train/checkpoint.js";
import { inputNotes, trainOn } from "../train/train.js";
import { type FoldPlan, foldPlans, joinedTests, walkForwardFigures } from "../train/walk-forward.js";
import { type CommandIo, InterruptionError, say } from "./command-io.js";
import { figuresText, rowsText } from "./figures-table.js";
import { resumed, resumedFolder } from "./resumed.js";
import { newRecord, saveResults, sayNotes, trainInto } from "./run-training.js";

/** What a walk forward is made from, and where it is written. */
export interface WalkForwardPlace {
  readonly out: string;
  readonly panel: Panel;
  /** Of the backtests. */
  readonly inputs: BacktestInputs;
  /** Of the whole; each fold has one of its own. */
  readonly record: RunRecord;
  readonly claim: FolderClaim;
  /** Whether the folder is gone on with. */
  readonly isResumed: boolean;
  /** Where each fold in its turn keeps its features, if not in memory. */
  readonly store?: string | undefined;
}

/**
 * Trains the folds of a walk forward, each into a run folder of its own (`fold-1`, ...), and joins from these folders their
 * test scores, figures and metrics. Where it is resumed, whole folds stay as they are, and one that was interrupted goes on
 * after its last epoch.
 *
 * @throws InterruptionError if the user interrupted; RunFolderError if it is resumed on other data or settings; and what the
 *   training and the backtest throw, the latter before anything is trained
 */
export async function trainFolds(io: CommandIo, place: WalkForwardPlace): Promise<WalkForwardSummary> {
  const { out, panel, inputs, record, isResumed } = place;
  const plans = foldPlans(panel, record.settings);
  for (const { config, split } of plans) {
    requireBacktest(panel, config, inputs);
    requireTradedTest(panel, split.edges.testFrom);
  }
  if (isResumed) resumable(out, record);
  const claims = plans.map((_, at) => claimFolder(foldFolder(out, at + 1), "run"));
  for (const [at, plan] of plans.entries()) {
    const title = `fold ${at + 1} of ${plans.length}`;
    if (isResumed && isWhole(foldFolder(out, at + 1))) say(io, `${title}: is there`);
    else await trainFold(io, place, { plan, at, title, claim: claims[at] });
  }
  return joinFolds(io, place, plans);
}

interface FoldPlace {
  readonly plan: FoldPlan;
  readonly at: number;
  readonly title: string;
  readonly claim: FolderClaim;
}

/** The report is the last of a run's files. */
const isWhole = (folder: string): boolean => existsSync(join(folder, runFiles.report));

function requireTradedTest({ dates }: Panel, testFrom: string): void {
  if (dates.indexOf(testFrom) + 2 < dates.length) return;
  throw new RangeError(
    `walk forward: the newest fold would test from ${testFrom} on, and its first trade needs two later dates to earn a ` +
      `return, but the prices end on ${dates[dates.length - 1]}; change split.trainDays, split.testDays or split.stepDays by a date`,
  );
}

async function trainFold(io: CommandIo, place: WalkForwardPlace, { plan, at, title, claim }: FoldPlace): Promise<void> {
  const { out, panel, inputs, isResumed, store } = place;
  const folder = foldFolder(out, at + 1);
  const record = newRecord("train", plan.config, place.record.input);
  const goesOn = isResumed && readRecord(folder) !== undefined;
  const checkpoint = goesOn ? resumed(folder, record, io) : undefined;
  const own = goesOn ? resumedFolder(folder) : withinWhole(place, claim, at === 0 && !isResumed);
  try {
    const result = await trainInto(io, { folder, record, claim: own, resume: checkpoint, title }, (hooks, progress) => {
      progress.stage("training");
      return trainOn(panel, plan.config, plan.split, { ...hooks, ...(store !== undefined && { store }) });
    });
    const backtest = configuredBacktest(result.predictions, panel, plan.config, inputs);
    await saveResults(folder, result, backtest, runSummary(result, backtest));
  } catch (error) {
    if (!(error instanceof InterruptionError) || at === 0) throw error;
    throw new InterruptionError(
      `interrupted in ${title}; ${out} holds what was finished, and the same command with --resume goes on`,
    );
  }
}

/** The claim of a fold, which takes the whole's folder first; the first fold takes it away again where nothing was kept. */
const withinWhole = ({ claim: whole, record }: WalkForwardPlace, own: FolderClaim, isFirst: boolean): FolderClaim => ({
  begin: () => whole.begin(record),
  take: (foldRecord) => {
    whole.take(record);
    own.take(foldRecord);
  },
  discard: () => {
    own.discard();
    if (isFirst) whole.discard();
  },
});

/** Writes the files of the whole from those of its folds, the report last. */
async function joinFolds(
  io: CommandIo,
  { out, panel, inputs, record: { settings } }: WalkForwardPlace,
  plans: readonly FoldPlan[],
): Promise<WalkForwardSummary> {
  const folders = plans.map((_, at) => foldFolder(out, at + 1));
  const scored: Predictions[] = [];
  for (const folder of folders) scored.push((await readPredictions(join(folder, runFiles.predictions))).predictions);
  const predictions = joinedTests(scored, plans);
  const backtest = configuredBacktest(predictions, panel, settings, inputs);
  const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");
  const summaries = folders.map((folder) => parseSummary(read(folder, runFiles.summary)));
  const folds = plans.map(({ split: { edges } }, at): FoldSummary => {
    const { training, valid, test } = summaries[at];
    return { folder: basename(folders[at]), ...edges, training, valid, test };
  });
  const summary: WalkForwardSummary = {
    rows: panel.rows,
    ...featureRows(panel),
    folds,
    test: walkForwardFigures(predictions, settings),
    backtest: backtest.summary,
    notes: foldNotes(inputNotes(panel), summaries, folds),
  };
  sayNotes(io, summary.notes);
  const metrics = folders.flatMap((folder, at) =>
    parseMetrics(read(folder, runFiles.metrics)).map((epoch) => `${JSON.stringify({ fold: at + 1, ...epoch })}\n`),
  );
  writeWholeFile(join(out, runFiles.metrics), metrics);
  writeWholeFile(join(out, runFiles.predictions), predictionsCsvPieces(predictions));
  writeWholeFile(join(out, runFiles.backtest), backtestCsv(backtest));
  writeWholeFile(join(out, runFiles.summary), finiteJson(summary));
  writeWholeFile(join(out, runFiles.report), await runReport(out));
  return summary;
}

/** Notes on the input once, then those of each fold that are its own. */
const foldNotes = (
  ofInput: readonly string[],
  summaries: readonly { readonly notes: readonly string[] }[],
  folds: readonly FoldSummary[],
): string[] => [
  ...ofInput,
  ...summaries.flatMap(({ notes }, at) =>
    notes.filter((note) => !ofInput.includes(note)).map((note) => `${folds[at].folder}: ${note}`),
  ),
];

/** The figures of a walk forward as text. */
export function walkForwardText(out: string, { rows, folds, test, backtest }: WalkForwardSummary): string {
  const { excessWithCosts, k, n, strategy } = backtest;
  const spans = folds.map(
    ({ folder, trainFrom, validFrom, testFrom, testTo }) =>
      `${folder}: trained from ${trainFrom}, validated from ${validFrom}, tested ${testFrom} to ${testTo}\n`,
  );
  return `
Scores of the tests against the returns that followed:

${figuresText({ all: test, ...Object.fromEntries(folds.map((fold) => [fold.folder, fold.test])) })}
${spans.join("")}${rowsText(rows)}
${strategy}, k ${k}, n ${n}: excess return ${(100 * excessWithCosts.annualReturnSum).toFixed(1)} % a year after costs.
Report: ${join(out, runFiles.report)}
`;
}
