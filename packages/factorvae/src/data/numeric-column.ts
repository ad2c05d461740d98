import type { ColumnRole } from "./columns.js";
import { DataError, storedPlace } from "./data-error.js";
import { growingFloat64 } from "./growing.js";
import { type DecimalMark, fastNumber, parseCell } from "./numbers.js";
import type { Tallies } from "./tallies.js";

/** A column whose cells were read as numbers. */
export interface ReadColumn {
  /** The column's name as the file writes it. */
  readonly name: string;
  /** What it means; absent for a further column. */
  readonly role?: ColumnRole;
  /** One value a row, NaN where missing. */
  readonly values: Float64Array;
}

/** Reads one column cell by cell. */
export interface NumericColumn {
  /** Reads the next row's cell. */
  add(text: string, line: number): void;
  /**
   * Ends the column and counts its missing values; undefined if it is left out (a further column of text, or one that
   * holds no number at all), which is counted too.
   */
  finish(noted: Tallies): ReadColumn | undefined;
}

/** A further column that has shown this many texts and no number is not read on. */
const textsThatDecide = 1000;

/**
 * Makes the reader of one column.
 * @param role what the column means, or undefined for a further column
 * @param mark the decimal mark, undefined where a comma could be either
 * @throws DataError (from `add` or `finish`) if a column with a role holds text where numbers belong: at least as many
 *   texts as numbers; if the close holds no number; if a comma's meaning is ambiguous.
 */
export function numericColumn(
  file: string,
  name: string,
  role: ColumnRole | undefined,
  mark: DecimalMark | undefined,
): NumericColumn {
  const cells = growingFloat64();
  const counts = { number: 0, missing: 0, text: 0 };
  const first = new Map<"missing" | "text", { readonly line: number; readonly value: string }>();
  let isText = false;

  function addSlowly(text: string, line: number): void {
    const cell = parseCell(text, mark);
    if (cell.kind === "ambiguous") {
      throw new DataError(
        "in a file separated by semicolons a comma can be a decimal mark or group thousands; " +
          "set data.decimalMark to the sign that is meant",
        { file, line, column: name, value: text },
      );
    }
    counts[cell.kind]++;
    if (cell.kind !== "number" && !first.has(cell.kind)) first.set(cell.kind, { line, value: text });
    cells.push(cell.value);
    if (counts.number > 0 || counts.text < textsThatDecide) return;
    if (role === undefined) isText = true;
    else refuseText();
  }

  function refuseText(): never {
    throw new DataError(
      `text stands where numbers belong: ${counts.text} values of this column are not numbers, ${counts.number} are; ` +
        `name another column with data.columns.${role ?? "close"}`,
      { file, column: name, ...first.get("text") },
    );
  }

  function leftOut(noted: Tallies, reason: string): undefined {
    noted.add("columnLeftOut", () => `${storedPlace({ file, column: name, ...first.get("text") })}: ${reason}`);
  }

  return {
    add(text, line) {
      if (isText) return;
      const value = fastNumber(text);
      if (!Number.isNaN(value)) {
        counts.number++;
        cells.push(value);
      } else addSlowly(text, line);
    },
    finish(noted) {
      if (counts.text > 0 && counts.text >= counts.number) {
        return role === undefined ? leftOut(noted, "not numeric") : refuseText();
      }
      if (counts.number === 0) {
        if (role === "close") throw new DataError("the column holds no price at all", { file, column: name });
        return leftOut(noted, "holds no value");
      }
      const example = (kind: "missing" | "text") => () => storedPlace({ file, column: name, ...first.get(kind) });
      noted.add("missingValue", example("missing"), counts.missing);
      noted.add("notANumber", example("text"), counts.text);
      return { name, ...(role === undefined ? {} : { role }), values: cells.values() };
    },
  };
}
