import { basename } from "node:path";

/** Where in the data something was found. */
export interface Place {
  /** The file as the caller named it. */
  readonly file: string;
  /** Line of the file, 1 = its first line. */
  readonly line?: number;
  /** Row of a table that has no lines (Parquet, a query), 1 = its first. */
  readonly row?: number;
  /** The column's name as the file writes it. */
  readonly column?: string;
  /** The value as the file writes it. */
  readonly value?: string;
}

const longestValueShown = 60;

/** Writes a place as `prices.csv, line 12, column "open", value "#VALUE!"`, leaving out what is not known. */
function describePlace(place: Place): string {
  const parts = [place.file];
  if (place.line !== undefined) parts.push(`line ${place.line}`);
  if (place.row !== undefined) parts.push(`row ${place.row}`);
  if (place.column !== undefined) parts.push(`column "${shorten(place.column)}"`);
  if (place.value !== undefined) parts.push(`value "${shorten(place.value)}"`);
  return parts.join(", ");
}

/**
 * `describePlace` with the file's name alone, for what is stored: the same data by another path gives the same bytes.
 */
export const storedPlace = (place: Place): string => describePlace({ ...place, file: basename(place.file) });

/** A text of a file as a message shows it: on one line, and not longer than a name is. */
export function shorten(text: string): string {
  const short = text.length <= longestValueShown ? text : `${text.slice(0, longestValueShown)}...`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character would break the line or hide in it.
  return short.replace(/[\x00-\x1f\x7f]/g, (sign) => JSON.stringify(sign).slice(1, -1));
}

/**
 * Bad input data. The message stands alone: the place (file, line, column, value), then the rule that was broken and,
 * where there is one, the likely repair; the fields carry the place again for programs.
 */
export class DataError extends Error {
  readonly file: string;
  readonly line: number | undefined;
  readonly row: number | undefined;
  readonly column: string | undefined;
  readonly value: string | undefined;

  constructor(rule: string, place: Place) {
    super(`${describePlace(place)}: ${rule}`);
    this.name = "DataError";
    this.file = place.file;
    this.line = place.line;
    this.row = place.row;
    this.column = place.column;
    this.value = place.value;
  }
}
