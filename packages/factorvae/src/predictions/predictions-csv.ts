import type { Predictions } from "./predictions.js";

const rowsPerPiece = 4096;

/**
 * Predictions as CSV text, in pieces of a few thousand rows: columns `date,symbol,score,risk,label,split`, and `target`
 * where there is one.
 *
 * Numbers are the shortest decimals that read back to the same bits, a missing one is empty, a field with a comma, a
 * quote or a line end is quoted, lines end with LF.
 */
export function* predictionsCsvPieces(predictions: Predictions): Generator<string> {
  const { target } = predictions;
  yield `date,symbol,score,risk,label,split${target ? ",target" : ""}\n`;
  for (let start = 0; start < predictions.date.length; start += rowsPerPiece) {
    const end = Math.min(start + rowsPerPiece, predictions.date.length);
    let piece = "";
    for (let row = start; row < end; row++) piece += csvRow(predictions, row);
    yield piece;
  }
}

/** Predictions as one CSV text; see `predictionsCsvPieces` for the format, and for files too long for one string. */
export function predictionsCsv(predictions: Predictions): string {
  return [...predictionsCsvPieces(predictions)].join("");
}

function csvRow({ date, symbol, score, risk, label, split, target }: Predictions, row: number): string {
  const head = `${quoted(date[row])},${quoted(symbol[row])},${written(score[row])},${risk ? written(risk[row]) : ""}`;
  const tail = target ? `,${written(target[row])}` : "";
  return `${head},${written(label[row])},${split[row]}${tail}\n`;
}

function written(value: number): string {
  if (Number.isNaN(value)) return "";
  return Object.is(value, -0) ? "-0" : String(value);
}

function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
