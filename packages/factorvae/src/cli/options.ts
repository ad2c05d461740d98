import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDay } from "../data/dates.js";

/** Reads an option that is a whole number of at least 0. Throws what commander reports as a usage error. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError(`"${text}" is no whole number of at least 0.`);
}

/** Reads an option that is a date. Throws what commander reports as a usage error. */
export function isoDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(parseDay(text))) return text;
  throw new InvalidArgumentError(`"${text}" is no date; write it as 2018-02-07.`);
}

/**
 * The value of an option that a command cannot do without; a usage error where it is missing.
 *
 * Commander's own required options are missed before a misspelt flag is found: `--dta` would never be named.
 */
export const needed = (command: Command, value: string | undefined, flags: string): string =>
  value ?? command.error(`error: option '${flags}' is needed`);

/** `--features`, which may be given several times. */
export const featuresOption = (): Option =>
  new Option(
    "--features <file>",
    "features made elsewhere: date, symbol, then a column each; CSV or Parquet, joined to the prices (repeatable)",
  )
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], "none");

/** The examples that end a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
