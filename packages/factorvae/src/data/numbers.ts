/** What stands between the whole and the broken part of a number. */
export type DecimalMark = "." | ",";

/** How a cell that is not simply a number was read. */
export type CellKind = "number" | "missing" | "text" | "ambiguous";

/** A cell's reading; `value` is NaN unless `kind` is "number". */
export interface Cell {
  readonly kind: CellKind;
  readonly value: number;
}

const missingMarkers = new Set(
  [
    "",
    "-",
    "--",
    "---",
    ".",
    "?",
    "na",
    "n/a",
    "#n/a",
    "#na",
    "n.a.",
    "nan",
    "null",
    "none",
    "nil",
    "nat",
    "#value!",
  ].concat([
    "#ref!",
    "#div/0!",
    "#num!",
    "#name?",
    "#null!",
    "missing",
    "inf",
    "-inf",
    "+inf",
    "infinity",
    "-infinity",
  ]),
);

const missing: Cell = { kind: "missing", value: Number.NaN };
const textual: Cell = { kind: "text", value: Number.NaN };
const ambiguous: Cell = { kind: "ambiguous", value: Number.NaN };
const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;

/**
 * Reads a plain number quickly; NaN where the text needs `parseCell` (empty, marked missing, thousands separators) or is
 * no number. Forms that only JavaScript calls numbers (`0x1f`, blanks) are not numbers here.
 */
export function fastNumber(text: string): number {
  const first = text.charCodeAt(0);
  const startsLikeNumber = (first >= 48 && first <= 57) || first === 45 || first === 46;
  if (!startsLikeNumber) return Number.NaN;
  const second = text.charCodeAt(1);
  if (second > 57 && second !== 69 && second !== 101) return Number.NaN;
  const value = +text;
  return value - value === 0 ? value : Number.NaN;
}

/**
 * Reads any cell of a numeric column.
 *
 * Missing: empty, `-`, `NaN`, `N/A`, `null`, `#VALUE!`, infinities and the like, in any case. Thousands separators are
 * taken off (`2,400.00` is 2400). With `decimalMark` "," the comma is the decimal mark and the point groups thousands.
 * `mark` undefined says that either may be meant (a file separated by semicolons): a comma is then "ambiguous".
 */
export function parseCell(text: string, mark: DecimalMark | undefined): Cell {
  const trimmed = text.trim();
  if (missingMarkers.has(trimmed.toLowerCase())) return missing;
  if (mark === undefined && trimmed.includes(",")) {
    return plain.test(trimmed.replaceAll(",", "")) ? ambiguous : textual;
  }
  const american = mark === "," ? trimmed.replace(/[.,]/g, (sign) => (sign === "." ? "," : ".")) : trimmed;
  const digits = grouped.test(american) ? american.replaceAll(",", "") : american;
  if (!plain.test(digits)) return textual;
  const value = Number(digits);
  return Number.isFinite(value) ? { kind: "number", value } : missing;
}
