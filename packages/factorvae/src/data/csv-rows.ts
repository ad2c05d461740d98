import Papa from "papaparse";
import { DataError } from "./data-error.js";

/** Receives one row: its fields as text, and the line of the file on which it starts (1 = the first). */
export type RowHandler = (fields: readonly string[], line: number) => void;

/** Takes the text of a file piece by piece. */
export interface CsvReader {
  /** Adds a piece of text; pieces may be cut anywhere, inside a field or a line end too. */
  push(text: string): void;
  /** Says that the text is complete: hands out what is left. */
  end(): void;
  /** The separator found; "" before the first row. */
  readonly delimiter: () => string;
}

/** No row of prices is longer; a longer row is a quote that was never closed. */
const longestRow = 1 << 20;

/**
 * Cuts delimited text into rows with papaparse: separator guessed from the first row (comma, tab, semicolon, bar),
 * quoted fields, LF, CRLF or CR line ends, a byte order mark, blank lines skipped.
 * @param batchLength characters gathered before the separator is guessed, and again before each parse
 * @throws DataError for a quoted field that is malformed or never ends, a row of over a million characters, and a NUL character.
 */
export function csvReader(file: string, onRow: RowHandler, batchLength = 1 << 18): CsvReader {
  let pending = "";
  let line = 1;
  let delimiter = "";
  let atStart = true;

  function hand(text: string, complete: boolean): string {
    if (delimiter === "") delimiter = guessDelimiter(text);
    const parser = new Papa.Parser({ delimiter, newline: "\n" });
    const nul = text.indexOf("\0");
    if (nul >= 0) {
      throw new DataError(
        "the text holds a NUL character; the file is damaged, or UTF-16 without its mark: write it again, in UTF-8",
        { file, line: line + text.slice(0, nul).split("\n").length - 1 },
      );
    }
    const isLong = text.length > longestRow;
    const result: Papa.ParseResult<string[]> = parser.parse(text, 0, !complete);
    const quoted = text.includes('"');
    const malformedRow = result.errors.find((error) => error.type === "Quotes")?.row;
    for (let i = 0; i < result.data.length; i++) {
      const fields = result.data[i];
      if (i === malformedRow) {
        throw new DataError('a quoted field is malformed; double the quotes inside it ("") or remove them', {
          file,
          line,
        });
      }
      if (isLong && lengthOf(fields) > longestRow) refuseLongRow();
      if (fields.length > 1 || fields[0] !== "") onRow(fields, line);
      line += quoted ? 1 + lineEndsIn(fields) : 1;
    }
    const rest = text.slice(result.meta.cursor);
    if (rest.length > longestRow) refuseLongRow();
    return rest;
  }

  function refuseLongRow(): never {
    throw new DataError(`a row is longer than ${longestRow} characters; a quote (") may not be closed`, { file, line });
  }

  return {
    push(text) {
      pending += atStart && text.startsWith("\ufeff") ? text.slice(1) : text;
      if (text !== "") atStart = false;
      if (pending.length < batchLength) return;
      // A CR at the very end may be the first half of a CRLF.
      const split = pending.endsWith("\r") ? pending.length - 1 : pending.length;
      pending = hand(unixLineEnds(pending.slice(0, split)), false) + pending.slice(split);
    },
    end() {
      if (pending !== "") hand(unixLineEnds(pending).replace(/\n$/, ""), true);
      pending = "";
    },
    delimiter: () => delimiter,
  };
}

function unixLineEnds(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

const delimiters = [",", "\t", ";", "|"];

/** The separator that cuts the first row into most fields: column names hardly ever hold one, values may. */
function guessDelimiter(text: string): string {
  const firstRow = text.replace(/^\n+/, "");
  let best = { delimiter: delimiters[0], fields: 1 };
  for (const delimiter of delimiters) {
    const sample = Papa.parse<string[]>(firstRow, { delimiter, newline: "\n", preview: 1 });
    const fields = sample.data.length === 0 ? 0 : sample.data[0].length;
    if (fields > best.fields) best = { delimiter, fields };
  }
  return best.delimiter;
}

const lengthOf = (fields: readonly string[]): number => fields.reduce((sum, { length }) => sum + 1 + length, -1);

function lineEndsIn(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields) if (field.includes("\n")) count += field.split("\n").length - 1;
  return count;
}
