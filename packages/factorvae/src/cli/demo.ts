import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Command } from "commander";
import { defaultMarket, simulate } from "../data/simulate.js";
import { pricesCsv } from "../data/simulate-csv.js";
import { type DemoSummary, runDemo } from "../demo.js";
import { dailySeriesCsv } from "../evaluate/daily-series-csv.js";
import { runFiles } from "../run/run-folder.js";
import { claimFolder } from "../run/run-folder-claim.js";
import { finiteJson } from "../run/run-summary.js";
import { gzipped, writeWholeFile } from "../run/whole-file.js";
import { type CommandIo, print, say } from "./command-io.js";
import { figuresText } from "./figures-table.js";
import { examples, wholeNumber } from "./options.js";
import { newRecord, saveResults, sayNotes, trainInto } from "./run-training.js";
import { resolvedSettings, type SettingsOptions, withSettings } from "./settings.js";

interface DemoOptions extends SettingsOptions {
  readonly out: string;
  readonly seed: number;
  readonly stocks: number;
  readonly days: number;
  readonly json?: true;
}

/** `factorvae demo`: the main job on a simulated market. */
export const demoCommand = (command: Command, io: CommandIo): Command =>
  withSettings(command, io)
    .description("train, score and backtest a simulated market whose truth is known, and write a report")
    .option("--out <folder>", "run folder; one that the demo made itself is replaced at the end", "demo")
    .option("--seed <number>", "which market to simulate", wholeNumber, 7)
    .option("--stocks <number>", "stocks of the market", wholeNumber, defaultMarket.stocks)
    .option("--days <number>", "trading days of the market", wholeNumber, defaultMarket.days)
    .option("--json", "print the summary as one JSON object")
    .addHelpText("after", examples("factorvae demo", "factorvae demo --out demo-8 --seed 8 --set train.epochs=4"))
    .action((options: DemoOptions) => demo(options, io));

async function demo({ out, seed, stocks, days, json, ...given }: DemoOptions, io: CommandIo): Promise<void> {
  const settings = resolvedSettings(given);
  const claim = claimFolder(out, "demo");
  say(io, `simulating ${stocks} stocks on ${days} days from seed ${seed} ...`);
  const market = simulate({ seed, stocks, days });
  const prices = gzipped(pricesCsv(market.panel));
  const record = newRecord("demo", settings, {
    file: runFiles.prices,
    sha256: createHash("sha256").update(prices).digest("hex"),
    simulated: { seed, stocks, days },
  });
  const place = { folder: out, record, claim };
  const { training, backtest, references, summary } = await trainInto(io, place, (hooks, progress) =>
    runDemo(market, settings, { ...hooks, onStage: progress.stage }),
  );
  writeWholeFile(join(out, runFiles.prices), prices);
  const { oracle, observable, lastDay, window } = references;
  const ridge = summary.ridge === lastDay.test ? lastDay : window;
  writeWholeFile(
    join(out, runFiles.references),
    dailySeriesCsv({ oracle: oracle.rankIc, observable: observable.rankIc, ridge: ridge.rankIc }),
  );
  await saveResults(out, training, backtest, summary);
  sayNotes(io, summary.notes);
  print(io, json ? finiteJson(summary) : demoText(out, summary));
}

function demoText(
  out: string,
  { test, ridge, observable, oracle, comparison, training, backtest }: DemoSummary,
): string {
  const share = (part: number | undefined): string => (part === undefined ? "-" : `${(100 * part).toFixed(0)} %`);
  const t = (value: number | undefined): string => (value === undefined ? "" : ` (paired t ${value.toFixed(1)})`);
  const { lastDay, window } = comparison.ridges;
  const { excessWithCosts, k, n } = backtest;
  return `
Test, scores against the returns that followed:

${figuresText({ FactorVAE: test, ridge, observable, oracle })}
Rank IC: ${share(comparison.ofOracle)} of the oracle's; ${share(lastDay.ofOracle)} of it above the ridge on the last day${t(lastDay.t)}, ${share(window.ofOracle)} above the ridge on the whole window${t(window.t)}.
Epoch ${training.bestEpoch} of ${training.epochs} was kept: KL ${training.kl.toFixed(2)} nat a day, ${training.activeFactors} active factors.
${backtest.strategy}, k ${k}, n ${n}: excess return ${(100 * excessWithCosts.annualReturnSum).toFixed(1)} % a year after costs.
Report: ${join(out, runFiles.report)}
`;
}
