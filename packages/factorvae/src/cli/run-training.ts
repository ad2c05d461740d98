import { join } from "node:path";
import { info } from "@factorvae/autograd";
import type { BacktestResult } from "../backtest/backtest.js";
import { backtestCsv } from "../backtest/daily-csv.js";
import type { Config } from "../config.js";
import { predictionsCsvPieces } from "../predictions/predictions-csv.js";
import { readRecord, runFiles, saveCheckpoint, saveMetrics, saveRun } from "../run/run-folder.js";
import type { FolderClaim } from "../run/run-folder-claim.js";
import type { RunRecord } from "../run/run-record.js";
import { runReport } from "../run/run-report.js";
import { finiteJson, type RunSummary } from "../run/run-summary.js";
import { writeWholeFile } from "../run/whole-file.js";
import type { TrainingResult } from "../train/train.js";
import type { Checkpoint, TrainingHooks } from "../train/trainer.js";
import { versions } from "../versions.js";
import { type CommandIo, InterruptionError, say } from "./command-io.js";
import { type ProgressReport, progressReport } from "./progress.js";

function engineOfRun(): NonNullable<RunRecord["engine"]> {
  const { kernels, fused } = info();
  return { kernels, fused };
}

/** The record of a run that is about to be trained. */
export const newRecord = (command: RunRecord["command"], settings: Config, input: RunRecord["input"]): RunRecord => ({
  command,
  versions: versions(),
  engine: engineOfRun(),
  seed: settings.seed,
  input,
  settings,
});

/** Where a training writes to, and from where it goes on. */
export interface TrainingPlace {
  readonly folder: string;
  readonly record: RunRecord;
  readonly claim: FolderClaim;
  readonly resume?: Checkpoint | undefined;
  /** Names the training in its progress, where it is one of several. */
  readonly title?: string;
}

/**
 * Runs a training that keeps its run folder up to date: the folder is made when the first step is done, hence after all
 * that can be wrong with data and settings; a checkpoint follows each epoch, but of a demo, which is not resumed.
 * An earlier run stays until there is a checkpoint, or the whole demo, to put in its place. What cannot be resumed (a
 * training that ends before its first checkpoint, a demo) leaves nothing behind.
 *
 * @throws InterruptionError if the user interrupted, and what the training throws.
 */
export async function trainInto<Result>(
  io: CommandIo,
  { folder, record, claim, resume, title }: TrainingPlace,
  training: (hooks: TrainingHooks, progress: ProgressReport) => Promise<Result>,
): Promise<Result> {
  const progress = progressReport(io, record.settings.train.epochs, title);
  const isResumable = record.command === "train";
  let epochsKept = resume?.metrics.length ?? 0;
  let metrics: Checkpoint["metrics"] = [];
  try {
    const result = await training(
      {
        onProgress: (at) => {
          claim.begin(record);
          progress.step(at);
        },
        onEpoch: progress.epoch,
        onCheckpoint: (checkpoint) => {
          metrics = checkpoint.metrics;
          if (!isResumable) return;
          claim.take(record);
          saveCheckpoint(folder, checkpoint);
          epochsKept = metrics.length;
        },
        signal: io.signal,
        clock: io.now,
        ...(resume && { resume }),
      },
      progress,
    );
    if (!isResumable) {
      claim.take(record);
      saveMetrics(folder, metrics);
    }
    return result;
  } catch (error) {
    const hasKept = isResumable && epochsKept > 0;
    if (!hasKept) claim.discard();
    if (!io.signal.aborted) throw error;
    const earlier = () => (readRecord(folder) === undefined ? "" : `; the run that ${folder} holds is as it was`);
    throw new InterruptionError(
      hasKept
        ? `interrupted; ${folder} holds all up to epoch ${epochsKept}, and the same command with --resume goes on`
        : `interrupted; nothing was kept${earlier()}`,
    );
  } finally {
    progress.end();
  }
}

/** Writes the results of a run to its folder, the report last. */
export async function saveResults(
  folder: string,
  { run, predictions }: TrainingResult,
  backtest: BacktestResult,
  summary: RunSummary,
): Promise<void> {
  saveRun(folder, run);
  writeWholeFile(join(folder, runFiles.predictions), predictionsCsvPieces(predictions));
  writeWholeFile(join(folder, runFiles.backtest), backtestCsv(backtest));
  writeWholeFile(join(folder, runFiles.summary), finiteJson(summary));
  writeWholeFile(join(folder, runFiles.report), await runReport(folder));
}

/** Says each remark on a run on stderr. */
export function sayNotes(io: CommandIo, notes: readonly string[]): void {
  for (const note of notes) say(io, `note: ${note}`);
}
