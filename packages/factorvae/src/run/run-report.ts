import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseBacktestCsv } from "../backtest/daily-csv.js";
import { parseDailySeriesCsv } from "../evaluate/daily-series-csv.js";
import { readPredictions } from "../predictions/predictions-file.js";
import { report } from "../report/report.js";
import { parseMetrics } from "../train/checkpoint.js";
import { isWalkForward, RunFolderError, requireRecord, runFiles } from "./run-folder.js";
import type { RunRecord } from "./run-record.js";
import { parseSummary, parseWalkForward } from "./run-summary-parse.js";

/**
 * The report of a run, made from the files of its folder alone: the same files give the same bytes.
 *
 * @throws RunFolderError if the folder is no run, or its training has not ended.
 */
export async function runReport(folder: string): Promise<string> {
  const record = requireRecord(folder);
  if (isWalkForward(record)) return walkForwardReport(folder, record);
  const { settings, input, command } = record;
  const read = (name: string): string => readResult(folder, name);
  const { rows, training, valid, test, notes, oracle, observable, ridge, backtest } = parseSummary(
    read(runFiles.summary),
  );
  const { predictions } = await readPredictions(join(folder, runFiles.predictions));
  const title = command === "demo" ? "FactorVAE on a simulated market" : `FactorVAE on ${input.file}`;
  return report({
    title,
    subtitle: input.simulated && simulatedFrom(input.simulated),
    predictions,
    summaries: { valid, test, oracle, observable, ridge },
    references: existsSync(join(folder, runFiles.references))
      ? parseDailySeriesCsv(read(runFiles.references))
      : undefined,
    epochs: parseMetrics(read(runFiles.metrics)),
    bestEpoch: training.bestEpoch,
    backtest: { summary: backtest, ...parseBacktestCsv(read(runFiles.backtest)) },
    rows,
    settings,
    notes,
    minimumStocks: settings.train.minimumStocks,
  });
}

/** The scores of all tests of a walk forward, and the figures of each fold beside theirs. */
async function walkForwardReport(folder: string, { settings, input }: RunRecord): Promise<string> {
  const { rows, folds, test, backtest, notes } = parseWalkForward(readResult(folder, runFiles.summary));
  const { predictions } = await readPredictions(join(folder, runFiles.predictions));
  return report({
    title: `FactorVAE on ${input.file}, walk forward`,
    subtitle: `${folds.length} trainings, as time goes on; each date of the tests is scored by the newest.`,
    predictions,
    summaries: { test, ...Object.fromEntries(folds.map((fold) => [fold.folder, fold.test])) },
    backtest: { summary: backtest, ...parseBacktestCsv(readResult(folder, runFiles.backtest)) },
    rows,
    settings,
    notes,
    minimumStocks: settings.train.minimumStocks,
  });
}

function readResult(folder: string, name: string): string {
  const path = join(folder, name);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new RunFolderError(`${folder} has no results yet (${path} is missing); finish it with train --resume`);
}

const simulatedFrom = ({ seed, stocks, days }: { seed: number; stocks: number; days: number }): string =>
  `Seed ${seed}, ${stocks} stocks, ${days} days. Oracle: scores and risks are the true ones. Observable: the same with ` +
  "the premia at their long-run mean. Ridge: the better of two, on the features of the day and of the whole window.";
