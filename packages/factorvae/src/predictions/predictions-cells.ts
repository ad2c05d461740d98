import { DataError } from "../data/data-error.js";
import { isoDate, parseDay } from "../data/dates.js";
import { fastNumber, parseCell } from "../data/numbers.js";
import type { Split } from "./predictions.js";

/** Reads the cells of one scores file; every error names file, line, column and value. */
export interface CellReader {
  /** The ISO date in a cell; throws where there is none. */
  date(fields: readonly string[], position: number, line: number): string;
  /** The text of a cell; throws where it is empty. */
  symbol(fields: readonly string[], position: number, line: number): string;
  /** The number in a cell; NaN where it is empty or marked missing; throws for other text. */
  number(fields: readonly string[], position: number, line: number): number;
  /** A positive number or NaN where it is missing; throws for other numbers and for other text. */
  risk(fields: readonly string[], position: number, line: number): number;
  /** The split named in a cell; throws for any other text. */
  split(fields: readonly string[], position: number, line: number): Split;
}

const splits: readonly Split[] = ["train", "valid", "test", "new"];

/** A reader of cells for a file whose header is given; it remembers dates, which repeat for every stock. */
export function cellReader(file: string, header: readonly string[]): CellReader {
  const isoDates = new Map<string, string>();
  const refuse = (rule: string, fields: readonly string[], position: number, line: number) =>
    new DataError(rule, { file, line, column: header[position], value: fields[position] });

  function number(fields: readonly string[], position: number, line: number): number {
    const quick = fastNumber(fields[position]);
    if (!Number.isNaN(quick)) return quick;
    const cell = parseCell(fields[position], ".");
    if (cell.kind === "number" || cell.kind === "missing") return cell.value;
    throw refuse("a number belongs here; leave the field empty if it is missing", fields, position, line);
  }

  return {
    number,
    date(fields, position, line) {
      const text = fields[position];
      const known = isoDates.get(text);
      if (known !== undefined) return known;
      const day = parseDay(text);
      if (Number.isNaN(day)) throw refuse("this is no date; write it as 2013-02-08", fields, position, line);
      const date = isoDate(day);
      isoDates.set(text, date);
      return date;
    },
    symbol(fields, position, line) {
      if (fields[position] === "") throw refuse("the symbol is empty", fields, position, line);
      return fields[position];
    },
    risk(fields, position, line) {
      const value = number(fields, position, line);
      if (value <= 0)
        throw refuse("a risk is a positive standard deviation; leave it empty if missing", fields, position, line);
      return value;
    },
    split(fields, position, line) {
      const split = splits.find((name) => name === fields[position]);
      if (split === undefined) throw refuse(`a split is one of ${splits.join(", ")}`, fields, position, line);
      return split;
    },
  };
}
