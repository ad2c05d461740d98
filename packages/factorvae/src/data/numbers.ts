/** What stands between the whole and the broken part of a number. */
export type DecimalMark = "." | ",";

/** How a cell that is not simply a number was read. */
export type CellKind = "number" | "missing" | "text" | "ambiguous";

/** A cell's reading; `value` is NaN unless `kind` is "number". */
export interface Cell {
  readonly kind: CellKind;
  readonly value: number;
}

const usualMarkers = new Set(
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

/** What else than the usual markers a user's file writes for a missing value. */
export interface MissingMarkers {
  /** Texts, as the file writes them, without blanks around. */
  readonly texts: ReadonlySet<string>;
  /** Numbers, however the file writes them: -99 is also `-99.00`. */
  readonly numbers: ReadonlySet<number>;
}

/** Sorts markers (`-99`, `"n.v."`) into numbers and texts; undefined where there are none. */
export function missingMarkersOf(markers: readonly (string | number)[]): MissingMarkers | undefined {
  if (markers.length === 0) return undefined;
  const texts = new Set(markers.map((marker) => String(marker).trim()));
  const numbers = new Set([...texts].filter((text) => plain.test(text)).map(Number));
  return { texts, numbers };
}

/**
 * Reads any cell of a numeric column.
 *
 * Missing: empty, `-`, `NaN`, `N/A`, `null`, `#VALUE!`, infinities and the like, in any case. Thousands separators are
 * taken off (`2,400.00` is 2400). With `decimalMark` "," the comma is the decimal mark and the point groups thousands.
 * `mark` undefined says that either may be meant (a file separated by semicolons): a comma is then "ambiguous".
 * @param own further markers of a missing value
 */
export function parseCell(text: string, mark: DecimalMark | undefined, own?: MissingMarkers): Cell {
  const trimmed = text.trim();
  if (usualMarkers.has(trimmed.toLowerCase()) || own?.texts.has(trimmed)) return missing;
  if (mark === undefined && trimmed.includes(",")) {
    return plain.test(trimmed.replaceAll(",", "")) ? ambiguous : textual;
  }
  const american = mark === "," ? trimmed.replace(/[.,]/g, (sign) => (sign === "." ? "," : ".")) : trimmed;
  const digits = grouped.test(american) ? american.replaceAll(",", "") : american;
  if (!plain.test(digits)) return textual;
  const value = Number(digits);
  return Number.isFinite(value) && !own?.numbers.has(value) ? { kind: "number", value } : missing;
}
