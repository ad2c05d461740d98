import type { RowCounts } from "../data/panel.js";
import type { Summary } from "../evaluate/evaluate.js";

const missing = "-";

const decimals =
  (digits: number, of: (summary: Summary) => number | undefined) =>
  (summary: Summary): string =>
    of(summary)?.toFixed(digits) ?? missing;

const percent =
  (of: (summary: Summary) => number | undefined) =>
  (summary: Summary): string => {
    const share = of(summary);
    return share === undefined ? missing : `${(100 * share).toFixed(1)} %`;
  };

const rows: readonly (readonly [name: string, text: (summary: Summary) => string])[] = [
  ["dates", decimals(0, ({ days }) => days)],
  ["IC", decimals(4, ({ ic }) => ic)],
  ["ICIR", decimals(3, ({ icir }) => icir)],
  ["Rank IC", decimals(4, ({ rankIc }) => rankIc)],
  ["  standard error", decimals(4, ({ rankIcStandardError }) => rankIcStandardError)],
  ["  t (Newey-West)", decimals(2, ({ rankIcT }) => rankIcT)],
  ["Rank ICIR", decimals(3, ({ rankIcir }) => rankIcir)],
  ["NLL", decimals(4, ({ nll }) => nll)],
  ["NLL, constant risk", decimals(4, ({ nllConstant }) => nllConstant)],
  ["50 % interval held", percent(({ coverage50 }) => coverage50)],
  ["90 % interval held", percent(({ coverage90 }) => coverage90)],
];

/** Figures as a table of text, one column a summary; a row that no summary fills is left out. */
export function figuresText(summaries: Readonly<Record<string, Summary>>): string {
  const filled = rows
    .map(([name, text]) => [name, ...Object.values(summaries).map(text)])
    .filter(([, ...texts]) => texts.some((text) => text !== missing));
  return alignedText([["", ...Object.keys(summaries)], ...filled]);
}

/** Rows of text with columns of equal width: the first to the left, the others to the right. */
export function alignedText(table: readonly (readonly string[])[]): string {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column] + 2))).join("");
  return table.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** What became of the rows of a prices file, as one line. */
export function rowsText({ read, used, dropped }: RowCounts): string {
  const reasons = Object.entries(dropped).map(([reason, { count }]) => `${count} ${reason}`);
  return `Rows: ${read} read, ${used} used${reasons.length > 0 ? `; dropped: ${reasons.join(", ")}` : ""}.`;
}
