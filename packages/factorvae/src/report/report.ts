import { type Calibration, calibration } from "../evaluate/calibration.js";
import type { Summary } from "../evaluate/evaluate.js";
import { groupReturns } from "../evaluate/groups.js";
import {
  type DailySeries,
  defaultMinimumStocks,
  informationCoefficients,
} from "../evaluate/information-coefficient.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { predictionsOf } from "../predictions/predictions-days.js";
import { calibrationFigures } from "./calibration-figures.js";
import { counted } from "./format.js";
import { groupFigure } from "./group-figures.js";
import { figuresTable, tiles } from "./headline.js";
import { html, type Markup, trusted } from "./html.js";
import { rankIcFigure } from "./information-figures.js";
import type { ReportInput } from "./report-input.js";
import { strategyFigures } from "./strategy-figures.js";
import { style } from "./style.js";
import { rowsTable, settingsTable } from "./tables.js";
import { trainingFigure } from "./training-figures.js";

/**
 * One self-contained HTML page: figures, pictures with a text on how to read each, and where the data went.
 *
 * It loads nothing and runs no script; every text is escaped; the same input gives the same bytes. Sections whose data
 * is absent are left out. Throws when the predictions have no row, or are out of order.
 */
export function report(input: ReportInput): string {
  const { predictions, backtest, rows, settings } = input;
  if (predictions.date.length === 0) throw new Error("report: the predictions have no row; there is nothing to report");
  const summaries = Object.entries(input.summaries).flatMap(([name, summary]): [string, Summary][] =>
    summary === undefined ? [] : [[shownName(name), summary]],
  );
  const headline = summaries.find(([name]) => name === "test") ?? summaries[0];
  const splits = evaluatedSplits(predictions);
  const notes = [...(input.notes ?? []), ...(backtest?.summary.notes ?? [])];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${input.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
<header>
<h1>${input.title}</h1>
${input.subtitle !== undefined && html`<p>${input.subtitle}</p>`}
<p>${extent(predictions)}</p>
</header>
${headline && tiles(headline[0], headline[1], backtest)}
${section("Figures", summaries.length > 0 && figuresTable(summaries))}
${section("Scores against returns", scoreFigures(input, splits))}
${section("Strategy", backtest && strategyFigures(backtest))}
${section("Risk", calibrationFigures(calibrations(predictions, splits)))}
${section("Training", input.epochs && trainingFigure(input.epochs, input.bestEpoch))}
${section("Rows of the prices file", rows && rowsTable(rows))}
${section("Settings", settings && Object.keys(settings).length > 0 && settingsTable(settings))}
${section("Notes", notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`)}
</main>
</body>
</html>
`;
  return page.markup;
}

function section(title: string, content: Markup | false | undefined): Markup {
  if (!content || content.markup === "") return html``;
  return html`<section>
<h2>${title}</h2>
${content}</section>
`;
}

/** A split as a reader knows it: files say `valid`. */
const shownName = (name: string): string => (name === "valid" ? "validation" : name);

/** The splits to draw: validation and test where there are such rows, in this order. */
function evaluatedSplits(predictions: Predictions): Split[] {
  const present = new Set(predictions.split);
  return (["valid", "test"] as const).filter((split) => present.has(split));
}

function scoreFigures(input: ReportInput, splits: readonly Split[]): Markup {
  const minimumStocks = input.minimumStocks ?? defaultMinimumStocks;
  const series: Record<string, DailySeries> = {};
  for (const split of splits) {
    const { dates, rankIc } = informationCoefficients(predictionsOf(input.predictions, split), minimumStocks);
    series[shownName(split)] = { dates, values: rankIc };
  }
  const last = splits.at(-1);
  const groups = last && groupReturns(predictionsOf(input.predictions, last), 10, minimumStocks);
  const standardError = input.summaries.test?.rankIcStandardError;
  return html`${rankIcFigure({ ...series, ...input.references }, standardError)}${last && groups && groupFigure(shownName(last), groups)}`;
}

function calibrations(predictions: Predictions, splits: readonly Split[]): Record<string, Calibration> {
  const result: Record<string, Calibration> = {};
  for (const split of splits) {
    const figures = calibration(predictionsOf(predictions, split));
    if (figures !== undefined) result[shownName(split)] = figures;
  }
  return result;
}

function extent({ date, symbol }: Predictions): string {
  const dates = new Set(date).size;
  const symbols = new Set(symbol).size;
  return `${counted(date.length, "score")} of ${counted(symbols, "stock")} on ${counted(dates, "date")}, ${date[0]} to ${date[date.length - 1]}`;
}
