import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors, writeSafetensors } from "@factorvae/autograd";
import { loadStateDict, stateDict } from "@factorvae/nn";
import { metricsLines, readCheckpoint, writeCheckpoint } from "../train/checkpoint.js";
import type { Fit } from "../train/dataset.js";
import { createModel } from "../train/learner.js";
import type { Run } from "../train/train.js";
import type { Checkpoint } from "../train/trainer.js";
import { parseFit, parseRecord, type RunRecord, recordJson } from "./run-record.js";
import { finiteJson } from "./run-summary.js";
import { isPartial, writeWholeFile } from "./whole-file.js";

/** The files and folders of a run, by what they hold. */
export const runFiles = {
  config: "config.json",
  fit: "fit.json",
  model: "model.safetensors",
  checkpoint: "checkpoint",
  metrics: "metrics.jsonl",
  predictions: "predictions.csv",
  backtest: "backtest.csv",
  references: "references.csv",
  prices: "prices.csv.gz",
  summary: "summary.json",
  report: "report.html",
} as const;

/** Of those, what only the demo writes: in a run of train a file of that name is the user's. */
const demoFiles: readonly string[] = [runFiles.prices, runFiles.references];

const ofRuns: readonly string[] = Object.values(runFiles);

const checkpointFile = join(runFiles.checkpoint, "latest.safetensors");

/** Bad use of a run folder: it exists and should not, or is none. */
export class RunFolderError extends Error {
  override readonly name = "RunFolderError";
}

/** What stands at a path where a run is to be written. */
export type Occupant = "nothing" | "empty folder" | "run" | "other folder" | "file";

/** What is at a path; a folder with nothing but files that a killed run had begun is empty. */
export function occupantOf(path: string): Occupant {
  if (!existsSync(path)) return "nothing";
  if (!statSync(path).isDirectory()) return "file";
  if (readdirSync(path).every((name) => isPartial(name, ofRuns))) return "empty folder";
  return readRecord(path) === undefined ? "other folder" : "run";
}

/** The record of a run folder; undefined where there is no `config.json` of ours. */
export function readRecord(folder: string): RunRecord | undefined {
  const path = join(folder, runFiles.config);
  return existsSync(path) ? parseRecord(readFileSync(path, "utf8")) : undefined;
}

/**
 * The record of a folder that must be a run.
 *
 * @throws RunFolderError if it is none.
 */
export function requireRecord(folder: string): RunRecord {
  const record = readRecord(folder);
  if (record !== undefined) return record;
  const reason = existsSync(folder) ? `has no ${runFiles.config} of ours` : "does not exist";
  throw new RunFolderError(`${folder} is no run folder: it ${reason}; name the folder that train wrote`);
}

/** Whether a run is a walk forward: trainings in folders of their own, and their scores joined. */
export const isWalkForward = ({ settings }: RunRecord): boolean => "trainDays" in settings.split;

/** The folder of a fold of a walk forward; the oldest is number 1. */
export const foldFolder = (folder: string, fold: number): string => join(folder, `fold-${fold}`);

/** The folders of the folds of a walk forward that there are, oldest first. */
function foldFolders(folder: string): string[] {
  const numbers = readdirSync(folder).flatMap((name) => /^fold-([1-9]\d*)$/.exec(name)?.slice(1).map(Number) ?? []);
  return numbers.sort((a, b) => a - b).map((fold) => foldFolder(folder, fold));
}

/**
 * The folder of the model that a run scores by: its own, or that of the newest fold of a walk forward.
 *
 * @throws RunFolderError if the folder is no run, or a walk forward that has not ended.
 */
export function modelFolder(folder: string): string {
  if (!isWalkForward(requireRecord(folder))) return folder;
  const newest = foldFolders(folder).at(-1);
  if (newest !== undefined && existsSync(join(folder, runFiles.report))) return newest;
  throw new RunFolderError(
    `${folder} is a walk forward that has not ended; finish it with train --resume, or name one of its folds, such as ${foldFolder(folder, 1)}`,
  );
}

/**
 * Removes what a run consists of from its folder, files that a killed process had begun too, and the folder if nothing
 * else is in it.
 */
export function removeRun(folder: string): void {
  const record = readRecord(folder);
  const isDemo = record?.command === "demo";
  if (record && isWalkForward(record)) for (const fold of foldFolders(folder)) removeRun(fold);
  const own = Object.values(runFiles).filter((name) => isDemo || !demoFiles.includes(name));
  for (const name of own) rmSync(join(folder, name), { recursive: true, force: true });
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (isPartial(name, ofRuns)) rmSync(join(folder, name));
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}

/** Writes `config.json`: the first file of a run. */
export const writeRecord = (folder: string, record: RunRecord): void =>
  writeWholeFile(join(folder, runFiles.config), finiteJson(recordJson(record)));

/** Writes the state of training after an epoch: the checkpoint, then `metrics.jsonl`. */
export function saveCheckpoint(folder: string, checkpoint: Checkpoint): void {
  writeWholeFile(join(folder, checkpointFile), writeCheckpoint(checkpoint));
  saveMetrics(folder, checkpoint.metrics);
}

/** Writes `metrics.jsonl`. */
export const saveMetrics = (folder: string, metrics: Checkpoint["metrics"]): void =>
  writeWholeFile(join(folder, runFiles.metrics), metricsLines(metrics));

/** The checkpoint of a run; undefined where no epoch was finished. */
export function loadCheckpoint(folder: string): Checkpoint | undefined {
  const path = join(folder, checkpointFile);
  return existsSync(path) ? readCheckpoint(readFileSync(path)) : undefined;
}

/** Writes the trained model: `model.safetensors` and `fit.json`. */
export function saveRun(folder: string, { model, fit, riskScale, edges }: Run): void {
  writeWholeFile(join(folder, runFiles.model), writeSafetensors(stateDict(model)));
  writeWholeFile(join(folder, runFiles.fit), finiteJson({ ...fit, riskScale, edges }));
}

/**
 * The trained model in a run folder and all that predictions need; of a walk forward, that of its newest fold.
 *
 * @throws RunFolderError if the folder is none, or its training has not ended.
 */
export function loadRun(named: string): Run {
  const folder = modelFolder(named);
  const { settings: config } = requireRecord(folder);
  const [modelPath, fitPath] = [join(folder, runFiles.model), join(folder, runFiles.fit)];
  for (const path of [modelPath, fitPath]) {
    if (existsSync(path)) continue;
    throw new RunFolderError(`${folder} has no trained model yet (${path} is missing); finish it with train --resume`);
  }
  const fit = parseFit(readFileSync(fitPath, "utf8"));
  if (fit === undefined)
    throw new RunFolderError(
      `${fitPath} does not hold the fit of a run in the present form, in which it has processors; train it again`,
    );
  const { normaliser, riskScale, edges } = fit;
  const model = createModel(config, normaliser.names.length);
  loadStateDict(model, readSafetensors(readFileSync(modelPath)).tensors);
  return { config, model, fit: fitOf(fit), riskScale, edges };
}

const fitOf = ({ normaliser, labelScale, clipped }: Fit): Fit => ({
  normaliser,
  labelScale,
  ...(clipped && { clipped }),
});
