import type { ColumnRole } from "./columns.js";

/** How often something happened to a row, and one row it happened to. */
export interface Tally {
  readonly count: number;
  /** A sentence that names the place: file, line, column, value. */
  readonly example: string;
}

/** What became of the rows of a prices file: `read` is `used` plus the counts of `dropped`. */
export interface RowCounts {
  readonly read: number;
  readonly used: number;
  /** Rows that were left out, by reason. */
  readonly dropped: Readonly<Record<string, Tally>>;
  /** Rows or values that were used with a remark (missing values, suspended days, ...), by reason. */
  readonly noted: Readonly<Record<string, Tally>>;
}

/** How a column of a prices file was understood. */
export interface UnderstoodColumn {
  /** As the file writes it. */
  readonly name: string;
  /** Its role, `kept` for a further column of numbers, or `left out`. */
  readonly meaning: ColumnRole | "kept" | "left out";
}

/** The file a panel was read from. */
export interface PanelSource {
  /** The path as the caller named it. */
  readonly file: string;
  /** SHA-256 of the file's bytes as they are stored (compressed, if they are), in hexadecimal. */
  readonly sha256: string;
}

/** A text by symbol and date, such as the sector. */
export interface Groups {
  readonly names: readonly string[];
  /** Index into `names`, symbol-major; -1 where there is none. */
  readonly of: Int32Array;
}

/** Who may be in the cross-sections of each date. */
export interface Universe {
  /** 1 where the symbol is in it on the date, symbol-major. */
  readonly members: Uint8Array;
  readonly source: PanelSource;
  /** Sentences on symbols that the prices lack. */
  readonly notes: readonly string[];
}

/** The dates of a market as they were given, and what prices and they do not have in common. */
export interface GivenCalendar {
  /** Absent where it comes from no file. */
  readonly source?: PanelSource;
  /** Sentences on rows of other dates, and on dates without a row. */
  readonly notes: readonly string[];
}

/** Features that a file of their own brought, as fields of the panel. */
export interface OwnFeatures {
  /** Names of the fields, in the file's order. */
  readonly names: readonly string[];
  readonly source: PanelSource;
  /** What became of the file's rows. */
  readonly rows: RowCounts;
  /** Sentences on rows without their like in the prices, and on columns left out. */
  readonly notes: readonly string[];
}

/**
 * Prices of many stocks on one market calendar.
 *
 * Every field is symbol-major: the value of symbol `n` on date `t` stands at `n * dates.length + t`; NaN is missing.
 */
export interface Panel {
  /** The market calendar: ISO dates (`YYYY-MM-DD`), ascending. */
  readonly dates: readonly string[];
  /** Symbols in code-unit order, exactly as the file writes them. */
  readonly symbols: readonly string[];
  /**
   * `open`, `high`, `low`, `close`, `volume` and whatever else the file holds, adjusted, by name. On a suspended row
   * (volume 0) the prices are missing and the volume stays 0.
   */
  readonly fields: Readonly<Record<string, Float64Array>>;
  /** 1 where the file has a row for that symbol and date (its prices may still be missing). */
  readonly present: Uint8Array;
  /** Of the column that `data.columns.group` names. */
  readonly groups?: Groups;
  /** The calendar, where it was given and not taken from the rows. */
  readonly calendar?: GivenCalendar;
  /** Of the file that `universe.file` names. */
  readonly universe?: Universe;
  /** Of files that `withFeatures` joined, in order. */
  readonly ownFeatures?: readonly OwnFeatures[];
  readonly rows: RowCounts;
  /** The file's columns in its order; absent for a panel that was not read. */
  readonly columns?: readonly UnderstoodColumn[];
  /** Absent for a panel that comes from no file. */
  readonly source?: PanelSource;
}

/**
 * Builds a panel from arrays that are already on one calendar, checking its promises.
 * @param fields symbol-major `[symbols, dates]`, by name
 * @param present 1 where there is a row; by default wherever any field has a value
 * @throws RangeError if dates or symbols are not strictly ascending, a date is not ISO, or a length does not fit
 */
export function panelFromFields(
  dates: readonly string[],
  symbols: readonly string[],
  fields: Readonly<Record<string, Float64Array>>,
  present?: Uint8Array,
): Panel {
  const cells = dates.length * symbols.length;
  requireAscending("dates", dates);
  requireAscending("symbols", symbols);
  const notIso = dates.find((date) => !/^\d{4}-\d{2}-\d{2}$/.test(date));
  if (notIso !== undefined) throw new RangeError(`panelFromFields: "${notIso}" is not an ISO date (YYYY-MM-DD)`);
  const rows = present ?? rowsWithValues(Object.values(fields), cells);
  for (const [name, { length }] of [...Object.entries(fields), ["present", rows] as const]) {
    if (length === cells) continue;
    throw new RangeError(
      `panelFromFields: ${name} has ${length} values, expected ${symbols.length} symbols x ${dates.length} dates = ${cells}`,
    );
  }
  let used = 0;
  for (let cell = 0; cell < cells; cell++) used += rows[cell];
  return { dates, symbols, fields, present: rows, rows: { read: used, used, dropped: {}, noted: {} } };
}

type Cells = Float64Array | Int32Array | Uint8Array;

/** Copies the columns `from` to `to` of a row-major matrix of a width to `room`, and returns it. */
export function copyColumns<Values extends Cells>(
  values: Values,
  { width, from, to }: { readonly width: number; readonly from: number; readonly to: number },
  room: Values,
): Values {
  for (let row = 0; row * width < values.length; row++)
    room.set(values.subarray(row * width + from, row * width + to), row * (to - from));
  return room;
}

/**
 * The part of a panel from one of its dates on, counted from 0, and before the date `end`; dates outside the panel are its own
 * bounds. Its counts of rows stay those of the whole.
 */
export function panelFrom(panel: Panel, first: number, end = panel.dates.length): Panel {
  const width = panel.dates.length;
  const [from, to] = [Math.max(0, first), Math.min(width, end)];
  if (from === 0 && to === width) return panel;
  const dates = panel.dates.slice(from, to);
  const later = <Values extends Cells>(values: Values, room: Values): Values =>
    copyColumns(values, { width, from, to }, room);
  const cells = panel.symbols.length * dates.length;
  const fields = Object.entries(panel.fields).map(([name, values]) => [name, later(values, new Float64Array(cells))]);
  const { groups, universe } = panel;
  return {
    ...panel,
    dates,
    fields: Object.fromEntries(fields),
    present: later(panel.present, new Uint8Array(cells)),
    ...(groups && { groups: { ...groups, of: later(groups.of, new Int32Array(cells)) } }),
    ...(universe && { universe: { ...universe, members: later(universe.members, new Uint8Array(cells)) } }),
  };
}

function requireAscending(what: string, names: readonly string[]): void {
  for (let i = 1; i < names.length; i++) {
    if (names[i - 1] < names[i]) continue;
    throw new RangeError(
      `panelFromFields: ${what} must ascend without repeats, but "${names[i]}" follows "${names[i - 1]}"; sort them`,
    );
  }
}

function rowsWithValues(fields: readonly Float64Array[], cells: number): Uint8Array {
  const present = new Uint8Array(cells);
  for (const values of fields) {
    for (let cell = 0; cell < cells; cell++) if (!Number.isNaN(values[cell])) present[cell] = 1;
  }
  return present;
}
