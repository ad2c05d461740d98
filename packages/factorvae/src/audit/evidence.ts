import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Predictions } from "../predictions/predictions.js";
import { readPredictions } from "../predictions/predictions-file.js";
import { loadRun, modelFolder, RunFolderError, requireRecord, runFiles } from "../run/run-folder.js";
import type { RunRecord } from "../run/run-record.js";
import { parseMetrics } from "../train/checkpoint.js";
import type { Run } from "../train/train.js";
import type { EpochMetrics } from "../train/trainer.js";

/** What a run folder tells of how the run came about. */
export interface Evidence {
  readonly run: Run;
  readonly record: RunRecord;
  readonly predictions: Predictions;
  readonly metrics: readonly EpochMetrics[];
  readonly summary: SummaryEvidence;
}

const summaryEvidence = z.object({
  training: z.object({
    epochs: z.int(),
    bestEpoch: z.int().min(1),
    trainingDays: z.int(),
    validationDays: z.int(),
  }),
  backtest: z.object({ eta: z.number() }),
});

/** The part of `summary.json` that an audit reads. */
export type SummaryEvidence = z.output<typeof summaryEvidence>;

/**
 * Reads the files of a run that an audit judges; of a walk forward, those of its newest fold.
 *
 * @throws RunFolderError if the folder is no run, its training has not ended, or a file does not hold what it should;
 * DataError for scores that cannot be read.
 */
export async function readEvidence(named: string): Promise<Evidence> {
  const folder = modelFolder(named);
  const record = requireRecord(folder);
  const run = loadRun(folder);
  return {
    run,
    record,
    predictions: (await readPredictions(requiredFile(folder, runFiles.predictions))).predictions,
    metrics: parseMetrics(readFileSync(requiredFile(folder, runFiles.metrics), "utf8")),
    summary: summaryOf(requiredFile(folder, runFiles.summary)),
  };
}

function requiredFile(folder: string, name: string): string {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  throw new RunFolderError(`${folder} has no results yet (${path} is missing); finish it with train --resume`);
}

function summaryOf(path: string): SummaryEvidence {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new RunFolderError(`${path} is no JSON; train the run again`);
  }
  const result = summaryEvidence.safeParse(json);
  if (result.success) return result.data;
  const reasons = result.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`);
  throw new RunFolderError(`${path} does not hold the figures of a run (${reasons.join("; ")}); train it again`);
}
