import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseBacktestCsv } from "../backtest/daily-csv.js";
import { parseDailySeriesCsv } from "../evaluate/daily-series-csv.js";
import { readPredictions } from "../predictions/predictions-file.js";
import { report } from "../report/report.js";
import { parseMetrics } from "../train/checkpoint.js";
import { RunFolderError, requireRecord, runFiles } from "./run-folder.js";
import { parseSummary } from "./run-summary-parse.js";

/**
 * The report of a run, made from the files of its folder alone: the same files give the same bytes.
 *
 * @throws RunFolderError if the folder is no run, or its training has not ended.
 */
export async function runReport(folder: string): Promise<string> {
  const { settings, input, command } = requireRecord(folder);
  const read = (name: string): string => {
    const path = join(folder, name);
    if (existsSync(path)) return readFileSync(path, "utf8");
    throw new RunFolderError(`${folder} has no results yet (${path} is missing); finish it with train --resume`);
  };
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

const simulatedFrom = ({ seed, stocks, days }: { seed: number; stocks: number; days: number }): string =>
  `Seed ${seed}, ${stocks} stocks, ${days} days. Oracle: scores and risks are the true ones. Observable: the same with ` +
  "the premia at their long-run mean. Ridge: the better of two, on the features of the day and of the whole window.";
