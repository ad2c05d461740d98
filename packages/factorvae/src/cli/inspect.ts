import { type Command, InvalidArgumentError } from "commander";
import { coveragePicture, coverageText } from "../inspect/coverage-picture.js";
import { type Found, type Inspection, inspect } from "../inspect/inspect.js";
import { inspectionPage } from "../inspect/page.js";
import { finiteJson } from "../run/run-summary.js";
import { writeWholeFile } from "../run/whole-file.js";
import { type CommandIo, print, say } from "./command-io.js";
import { alignedText } from "./figures-table.js";
import { examples, needed } from "./options.js";
import { refuseOwnInput } from "./own-input.js";
import { configuredPrices } from "./prices.js";
import { sayNotes } from "./run-training.js";
import { resolvedSettings, type SettingsOptions, withSettings } from "./settings.js";

interface InspectCommandOptions extends SettingsOptions {
  readonly data?: string;
  readonly html?: string;
  readonly json?: true;
}

/** `factorvae inspect`: what a prices file holds. */
export const inspectCommand = (command: Command, io: CommandIo): Command =>
  withSettings(
    command
      .description("tell what a prices file holds: calendar, gaps, bad ticks, splits, survivors, coverage")
      .option("--data <file>", "(needed) prices: a CSV or Parquet file, or a folder or pattern of such files")
      .option("--html <file>", "also write all of it, with a picture of coverage, as one page", htmlFile)
      .option("--json", "print what was found as one JSON object"),
    io,
  )
    .addHelpText(
      "after",
      examples("factorvae inspect --data prices.csv.gz", "factorvae inspect --data prices.csv --html prices.html"),
    )
    .action((options: InspectCommandOptions) =>
      inspectPrices({ ...options, data: needed(command, options.data, "--data <file>") }, io),
    );

function htmlFile(path: string): string {
  if (path.endsWith(".html")) return path;
  throw new InvalidArgumentError(`"${path}" does not end in .html.`);
}

async function inspectPrices(
  { data, html, json, ...given }: InspectCommandOptions & { readonly data: string },
  io: CommandIo,
): Promise<void> {
  const settings = resolvedSettings(given);
  if (html !== undefined) refuseOwnInput(html, [data, settings.data.calendar]);
  const panel = await configuredPrices(data, settings);
  sayNotes(io, panel.calendar?.notes ?? []);
  const inspection = inspect(panel);
  if (html !== undefined) {
    writeWholeFile(html, inspectionPage(inspection, coveragePicture(panel, 48, 200)));
    say(io, `${html} written`);
  }
  print(io, json ? finiteJson(inspection) : inspectionText(inspection));
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function inspectionText(inspection: Inspection): string {
  const { file, symbols, dates, firstDate, lastDate, calendar, columns, rows, survivorship, coverage } = inspection;
  const tallied = (reasons: typeof rows.dropped): string =>
    Object.entries(reasons)
      .map(([reason, { count, example }]) => `  ${reason} ${count}, first ${example}\n`)
      .join("");
  const days = calendar.weekdays.flatMap((count, day) => (count > 0 ? [`${weekdays[day]} ${count}`] : []));
  return `${file}: ${symbols} symbols, ${dates} dates, ${firstDate} to ${lastDate}
${columns.length > 0 ? `Columns: ${columns.map(({ name, meaning }) => (name === meaning ? name : `${name} (${meaning})`)).join(", ")}\n` : ""}Calendar: ${days.join(", ")}; ${calendar.datesPerYear.toFixed(1)} dates a year, ${calendar.daysWithout} usual market days without a row
Rows: ${rows.read} read, ${rows.used} used${Object.keys(rows.dropped).length > 0 ? "; dropped:" : ", none dropped"}
${tallied(rows.dropped)}${Object.keys(rows.noted).length > 0 ? `Noted:\n${tallied(rows.noted)}` : ""}
${foundText(inspection.found)}

Survivorship: ${survivorship.hint}

Prices there, symbols by first row down, dates to the right:
${coverageText(coverage)}`;
}

const placesShown = 3;

/** A line for each finder: its name, how often, and the gravest places, which are too long for a column. */
function foundText(found: readonly Found[]): string {
  const table = alignedText(found.map(({ name, count }) => [name, String(count)]));
  const lines = table.trimEnd().split("\n");
  return lines.map((line, at) => `${line}  ${gravest(found[at])}`.trimEnd()).join("\n");
}

const gravest = ({ places }: Found): string =>
  places
    .slice(0, placesShown)
    .map(({ symbol, date, detail }) => `${symbol ? `${symbol} ` : ""}${date} ${detail}`)
    .join("; ");
