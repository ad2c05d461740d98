import type { ColumnRole } from "./columns.js";
import { DataError, storedPlace } from "./data-error.js";
import type { GrowingColumn } from "./growing.js";
import { type DecimalMark, fastNumber, type MissingMarkers, parseCell } from "./numbers.js";
import { placeIn, type TableOrigin, textOf, type Value } from "./sources/table.js";
import type { Tallies } from "./tallies.js";

/** How the cells of a column of numbers are read. */
export interface NumberReading {
  /** The decimal mark, undefined where a comma could be either. */
  readonly mark: DecimalMark | undefined;
  /** Further markers of missing values. */
  readonly missing: MissingMarkers | undefined;
}

/** Reads one column of one table, cell by cell, behind what the column holds already. */
export interface NumericColumn {
  /** Reads the next row's cell; `at` is its line or row. */
  add(value: Value, at: number): void;
  /**
   * Ends the table's part of the column and counts its missing values. False, counted too, if that part is left out: a
   * further column of text, or no number at all; the column then ends where it began.
   */
  finish(noted: Tallies): boolean;
}

/** A further column that has shown this many texts and no number is not read on. */
const textsThatDecide = 1000;

/**
 * Makes the reader of one column of a table.
 * @param role what the column means, or undefined for a further column
 * @param cells where the values go, NaN where missing
 * @throws DataError (from `add` or `finish`) if a column with a role holds text where numbers belong: at least as many
 *   texts as numbers; if a comma's meaning is ambiguous.
 */
export function numericColumn(
  origin: TableOrigin,
  name: string,
  role: ColumnRole | undefined,
  { mark, missing }: NumberReading,
  cells: GrowingColumn<Float64Array>,
): NumericColumn {
  const { file } = origin;
  const begin = cells.length();
  const counts = { number: 0, missing: 0, text: 0 };
  const first = new Map<"missing" | "text", { readonly at: number; readonly value: string }>();
  let isText = false;

  const isNumber = (value: number) => value - value === 0 && !missing?.numbers.has(value);

  function addNumber(value: number): void {
    counts.number++;
    // Minus zero is zero: by its sign alone two equal rows would differ.
    cells.push(value + 0);
  }

  function addSlowly(text: string, at: number): void {
    const cell = parseCell(text, mark, missing);
    if (cell.kind === "ambiguous") {
      throw new DataError(
        "in a file separated by semicolons a comma can be a decimal mark or group thousands; " +
          "set data.decimalMark to the sign that is meant",
        { ...placeIn(origin, at), column: name, value: text },
      );
    }
    counts[cell.kind]++;
    if (cell.kind !== "number" && !first.has(cell.kind)) first.set(cell.kind, { at, value: text });
    cells.push(cell.value + 0);
    if (counts.number > 0 || counts.text < textsThatDecide) return;
    if (role === undefined) isText = true;
    else refuseText();
  }

  function placeOf(kind: "missing" | "text") {
    const found = first.get(kind);
    return found === undefined
      ? { file, column: name }
      : { ...placeIn(origin, found.at), column: name, value: found.value };
  }

  function refuseText(): never {
    const plainly = /\d/.test(first.get("text")?.value ?? "") ? "write plain numbers, without signs or units, or " : "";
    throw new DataError(
      `text stands where numbers belong: ${counts.text} values of this column are not numbers, ${counts.number} are; ` +
        `${plainly}name another column with data.columns.${role ?? "close"}`,
      placeOf("text"),
    );
  }

  function leftOut(noted: Tallies, reason: string): false {
    noted.add("columnLeftOut", () => `${storedPlace(placeOf("text"))}: ${reason}`);
    cells.resize(begin);
    return false;
  }

  return {
    add(value, at) {
      if (isText) return;
      if (typeof value === "string") {
        // Where a comma is the decimal mark a point groups thousands: it is for `parseCell` to read.
        const number = mark === "," && value.includes(".") ? Number.NaN : fastNumber(value);
        if (isNumber(number)) addNumber(number);
        else addSlowly(value, at);
      } else {
        const number = typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
        if (isNumber(number)) addNumber(number);
        else addSlowly(textOf(value), at);
      }
    },
    finish(noted) {
      if (counts.text > 0 && counts.text >= counts.number) {
        return role === undefined ? leftOut(noted, "not numeric") : refuseText();
      }
      if (counts.number === 0) return leftOut(noted, "holds no value");
      noted.add("missingValue", () => storedPlace(placeOf("missing")), counts.missing);
      noted.add("notANumber", () => storedPlace(placeOf("text")), counts.text);
      return true;
    },
  };
}
