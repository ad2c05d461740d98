import { type Command, InvalidArgumentError, Option } from "commander";
import { defaultMarket, type SimulateOptions, simulate } from "../data/simulate.js";
import { pricesCsv } from "../data/simulate-csv.js";
import { writeWholeFile } from "../run/whole-file.js";
import { type CommandIo, print } from "./command-io.js";
import { examples, needed, wholeNumber } from "./options.js";

interface SimulateCommandOptions {
  readonly out?: string;
  readonly seed: number;
  readonly stocks: number;
  readonly days: number;
  readonly premia: "steady" | "revealed";
}

/** `factorvae simulate`: a simulated market as a prices file. */
export const simulateCommand = (command: Command, io: CommandIo): Command =>
  command
    .description("write a simulated market as a prices file: date,symbol,open,high,low,close,volume")
    .option("--out <file>", "(needed) file to write, .csv or .csv.gz; an existing one is replaced", pricesFile)
    .option("--seed <number>", "which market: the same seed gives the same file", wholeNumber, 7)
    .option("--stocks <number>", "number of stocks, at least 10", wholeNumber, defaultMarket.stocks)
    .option("--days <number>", "number of trading days, at least 30", wholeNumber, defaultMarket.days)
    .addOption(
      new Option("--premia <kind>", "premia that hardly vary, or that the recent past reveals")
        .choices(["steady", "revealed"])
        .default("steady"),
    )
    .addHelpText("after", examples("factorvae simulate --out market.csv.gz --seed 8 --stocks 100 --days 500"))
    .action(({ out, ...options }: SimulateCommandOptions) =>
      writeMarket(needed(command, out, "--out <file>"), options, io),
    );

function pricesFile(path: string): string {
  if (/\.csv(\.gz)?$/.test(path)) return path;
  throw new InvalidArgumentError(`"${path}" ends neither in .csv nor in .csv.gz.`);
}

function writeMarket(out: string, options: SimulateOptions, io: CommandIo): void {
  const { panel } = simulate(options);
  writeWholeFile(out, pricesCsv(panel));
  print(io, `${out}: ${panel.symbols.length} stocks, ${panel.dates.length} days, ${panel.rows.used} rows\n`);
}
