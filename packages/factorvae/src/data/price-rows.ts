import { type ColumnMapping, type Columns, columnRoles, recogniseColumns } from "./columns.js";
import { csvReader } from "./csv-rows.js";
import { DataError, type Place, storedPlace } from "./data-error.js";
import { parseDay } from "./dates.js";
import { growingInt32 } from "./growing.js";
import type { DecimalMark } from "./numbers.js";
import { type NumericColumn, numericColumn, type ReadColumn } from "./numeric-column.js";
import type { UnderstoodColumn } from "./panel.js";
import { type Tallies, tallies } from "./tallies.js";

/** The rows of a prices file as the file writes them, column by column: no rule but reading has been applied. */
export interface PriceRows {
  readonly file: string;
  /** Symbols in the order of their first row. */
  readonly symbols: readonly string[];
  /** Per row: index into `symbols`, days since 1970-01-01, line of the file. */
  readonly symbolOf: Int32Array;
  readonly dayOf: Int32Array;
  readonly lineOf: Int32Array;
  readonly columns: readonly ReadColumn[];
  /** Every column of the header, and what became of it. */
  readonly understood: readonly UnderstoodColumn[];
  /** Data rows seen, those dropped included. */
  readonly read: number;
  readonly dropped: Tallies;
  readonly noted: Tallies;
}

/** How cells and columns are read. */
export interface RowOptions {
  /** Columns by role, where names alone do not say it. */
  readonly columns?: ColumnMapping;
  /** The decimal mark of numbers; default ".", and a refusal where a file separated by semicolons leaves it open. */
  readonly decimalMark?: DecimalMark;
}

/** Takes a prices file's text piece by piece. */
export interface PriceRowsReader {
  push(text: string): void;
  /** @throws DataError for an empty file, no rows, a column that is not numeric, over half of the rows unreadable. */
  finish(): PriceRows;
}

/**
 * Reads a long prices file (one row per symbol and date) from text, in one pass and into columns.
 * @throws DataError (from `push` or `finish`) with the place and the rule.
 */
export function priceRowsReader(file: string, options: RowOptions = {}): PriceRowsReader {
  const dropped = tallies();
  const noted = tallies();
  const symbolOf = growingInt32();
  const dayOf = growingInt32();
  const lineOf = growingInt32();
  const symbolIndex = new Map<string, number>();
  const dayOfText = new Map<string, number>();
  const firstDropped = new Map<string, Place>();
  let header: { readonly columns: Columns; readonly cells: readonly Cells[] } | undefined;
  let read = 0;

  const reader = csvReader(file, (fields, line) => {
    if (header === undefined) {
      const columns = recogniseColumns(file, fields, options.columns);
      const mark = options.decimalMark ?? (reader.delimiter() === ";" ? undefined : ".");
      header = { columns, cells: cellReaders(file, columns, mark, noted) };
      return;
    }
    read++;
    addRow(header.columns, header.cells, fields, line);
  });

  function addRow(columns: Columns, cells: readonly Cells[], fields: readonly string[], line: number): void {
    const width = columns.header.length;
    if (fields.length !== width && !onlySeparatorsFollow(fields, width)) {
      drop("fieldCount", { file, line, value: `${fields.length} fields, the header has ${width}` });
      return;
    }
    const dateText = fields[columns.date];
    let day = dayOfText.get(dateText);
    if (day === undefined) {
      day = parseDay(dateText);
      dayOfText.set(dateText, day);
    }
    const symbol = fields[columns.symbol];
    if (Number.isNaN(day))
      drop("unreadableDate", { file, line, column: columns.header[columns.date], value: dateText });
    else if (symbol.trim() === "")
      drop("noSymbol", { file, line, column: columns.header[columns.symbol], value: symbol });
    else {
      let index = symbolIndex.get(symbol);
      if (index === undefined) {
        index = symbolIndex.size;
        symbolIndex.set(symbol, index);
      }
      symbolOf.push(index);
      dayOf.push(day);
      lineOf.push(line);
      for (const { column, index: field } of cells) column.add(fields[field], line);
    }
  }

  function drop(reason: string, place: Place): void {
    if (!firstDropped.has(reason)) firstDropped.set(reason, place);
    dropped.add(reason, () => storedPlace(place));
  }

  return {
    push: reader.push,
    finish() {
      reader.end();
      if (header === undefined)
        throw new DataError("the file is empty; expected a header and rows of prices", { file });
      if (read === 0) throw new DataError("the file has a header but no rows", { file });
      if (2 * dropped.total() > read) refuseUnreadable(file, read, dropped, firstDropped);
      const columns = header.cells.flatMap(({ column }) => column.finish(noted) ?? []);
      const symbols = [...symbolIndex.keys()];
      const rows = { symbolOf: symbolOf.values(), dayOf: dayOf.values(), lineOf: lineOf.values() };
      const understood = understoodColumns(header.columns, columns);
      return { file, symbols, ...rows, columns, understood, read, dropped, noted };
    },
  };
}

interface Cells {
  readonly index: number;
  readonly column: NumericColumn;
}

function cellReaders(file: string, columns: Columns, mark: DecimalMark | undefined, noted: Tallies): Cells[] {
  const cells: Cells[] = [];
  for (const [role, index] of columns.roles) {
    if (role === "date" || role === "symbol") continue;
    cells.push({ index, column: numericColumn(file, columns.header[index], role, mark) });
  }
  const fieldNames = new Set<string>(columnRoles);
  for (const index of columns.further) {
    const name = columns.header[index];
    if (fieldNames.has(name)) {
      noted.add(
        "columnLeftOut",
        () => `${storedPlace({ file, column: name })}: data.columns.${name} names another or none`,
      );
    } else cells.push({ index, column: numericColumn(file, name, undefined, mark) });
  }
  return cells;
}

function understoodColumns({ header, roles }: Columns, read: readonly ReadColumn[]): UnderstoodColumn[] {
  const roleAt = new Map([...roles].map(([role, index]) => [index, role]));
  return header.map((name, index) => {
    const role = roleAt.get(index);
    const isHeld = role === "date" || role === "symbol" || read.some((column) => column.name === name);
    return { name, meaning: isHeld ? (role ?? "kept") : "left out" };
  });
}

function onlySeparatorsFollow(fields: readonly string[], width: number): boolean {
  if (fields.length < width) return false;
  for (let i = width; i < fields.length; i++) if (fields[i] !== "") return false;
  return true;
}

const unreadableRules: Readonly<Record<string, string>> = {
  fieldCount: "do not have the header's number of fields; quote values that hold the separator",
  unreadableDate:
    "have no readable date; write dates as YYYY-MM-DD (day-first and month-first dates cannot be told apart)",
  noSymbol: "have no symbol; name the right column with data.columns.symbol",
};

function refuseUnreadable(file: string, read: number, dropped: Tallies, first: ReadonlyMap<string, Place>): never {
  const counts = Object.entries(dropped.result()).sort(([, a], [, b]) => b.count - a.count);
  const [reason, { count }] = counts[0];
  throw new DataError(`${count} of ${read} rows ${unreadableRules[reason]}`, first.get(reason) ?? { file });
}
