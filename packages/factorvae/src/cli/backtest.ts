import type { Command } from "commander";
import type { BacktestSummary } from "../backtest/backtest.js";
import { configuredBacktest } from "../backtest/configured.js";
import type { Performance } from "../backtest/performance.js";
import { finiteJson } from "../run/run-summary.js";
import { type CommandIo, print } from "./command-io.js";
import { alignedText } from "./figures-table.js";
import { examples, needed } from "./options.js";
import { backtestInputs, configuredPrices } from "./prices.js";
import { sayNotes } from "./run-training.js";
import { type Part, readScores, splitOption } from "./scores.js";
import { resolvedSettings, type SettingsOptions, withSettings } from "./settings.js";

interface BacktestCommandOptions extends SettingsOptions {
  readonly predictions?: string;
  readonly data?: string;
  readonly split: Part;
  readonly json?: true;
}

/** `factorvae backtest`: trades anybody's scores. */
export const backtestCommand = (command: Command, io: CommandIo): Command =>
  withSettings(
    command
      .description("trade scores by TopK-Drop, or TDrisk with backtest.eta above 0, with costs and without")
      .option("--predictions <file>", "(needed) scores: date,symbol,score[,risk][,split], ours or anybody's")
      .option("--data <file>", "(needed) prices to trade at")
      .addOption(splitOption())
      .option("--json", "print the figures as one JSON object"),
    io,
  )
    .addHelpText(
      "after",
      examples(
        "factorvae backtest --predictions runs/first/predictions.csv --data prices.csv",
        "factorvae backtest --predictions scores.csv --data prices.csv --set backtest.k=30 --set backtest.eta=0.5",
        "factorvae backtest --predictions scores.csv --data prices.csv --set backtest.benchmark=index.csv:SPX",
      ),
    )
    .action((options: BacktestCommandOptions) =>
      backtestScores(
        {
          ...options,
          predictions: needed(command, options.predictions, "--predictions <file>"),
          data: needed(command, options.data, "--data <file>"),
        },
        io,
      ),
    );

async function backtestScores(
  options: BacktestCommandOptions & Record<"predictions" | "data", string>,
  io: CommandIo,
): Promise<void> {
  const settings = resolvedSettings(options);
  const { predictions } = await readScores(options.predictions, options.split, io);
  const panel = await configuredPrices(options.data, settings);
  const { summary } = configuredBacktest(
    predictions,
    panel,
    settings,
    await backtestInputs(panel, settings),
    options.split,
  );
  if (!options.json) sayNotes(io, summary.notes);
  print(io, options.json ? finiteJson(summary) : backtestText(summary));
}

function backtestText(summary: BacktestSummary): string {
  const { strategy, k, n, firstDate, lastDate, turnover } = summary;
  const percent = (share: number | undefined): string => (share === undefined ? "-" : `${(100 * share).toFixed(1)} %`);
  const columns: readonly Performance[] = [
    summary.withCosts,
    summary.withoutCosts,
    summary.benchmark,
    summary.excessWithCosts,
  ];
  const row = (name: string, text: (of: Performance) => string): string[] => [name, ...columns.map(text)];
  return `${strategy}, k ${k}, n ${n}, ${firstDate} to ${lastDate}, turnover ${percent(turnover)} a day

${alignedText([
  ["", "with costs", "without", summary.benchmarkName, "excess, with costs"],
  row("return a year, sum", ({ annualReturnSum }) => percent(annualReturnSum)),
  row("return a year, compound", ({ annualReturn }) => percent(annualReturn)),
  row("volatility a year", ({ volatility }) => percent(volatility)),
  row("Sharpe ratio", ({ sharpe }) => sharpe?.toFixed(2) ?? "-"),
  row("deepest drawdown", ({ maxDrawdown }) => percent(maxDrawdown)),
])}`;
}
