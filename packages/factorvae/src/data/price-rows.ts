import type { ColumnMapping, ColumnRole } from "./columns.js";
import type { Place } from "./data-error.js";
import { growingInt32 } from "./growing.js";
import type { DecimalMark } from "./numbers.js";
import type { Groups, UnderstoodColumn } from "./panel.js";
import type { TableOrigin, TableSink } from "./sources/table.js";
import { placeIn } from "./sources/table.js";
import type { Tallies } from "./tallies.js";

/** A column whose cells were read as numbers. */
export interface ReadColumn {
  /** The column's name as the file writes it; the first file's, where there are several. */
  readonly name: string;
  /** What it means; absent for a further column. */
  readonly role?: ColumnRole;
  /** One value a row, NaN where missing. */
  readonly values: Float64Array;
}

/** The rows of prices as their source writes them, column by column: no rule but reading has been applied. */
export interface PriceRows {
  /** The path as the caller named it. */
  readonly file: string;
  /** Symbols in the order of their first row. */
  readonly symbols: readonly string[];
  /** Per row: index into `symbols`, days since 1970-01-01. */
  readonly symbolOf: Int32Array;
  readonly dayOf: Int32Array;
  /** Where a row comes from: file and line, or file and row. */
  readonly placeOf: (row: number) => Place;
  readonly columns: readonly ReadColumn[];
  /** The text column of the role `group`, by name: per row an index into `names`, -1 where it is empty. */
  readonly groups?: Groups & { readonly column: string };
  /** Every column of the first table's header, and what became of it; absent for wide tables. */
  readonly understood?: readonly UnderstoodColumn[];
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
  /** How dates are written, such as `DD/MM/YYYY`; default: the forms that can be read one way only. */
  readonly dateFormat?: string;
  /** The IANA zone whose dates moments mean (typed ones, numbers since 1970, texts with an offset); default as `dayReader`. */
  readonly timeZone?: string;
  /** Markers of missing values beside the usual ones: `-99`, `n.v.`. */
  readonly missing?: readonly (string | number)[];
}

/** Takes the tables of a source, one after the other, and makes rows of them. */
export interface PricesReader {
  /** Begins the next table; the one before has ended. */
  table(origin: TableOrigin): TableSink;
  /** @throws DataError where all tables together hold no rows, or no price. */
  finish(): PriceRows;
}

/** Remembers where each row comes from. */
export function rowPlaces(): {
  begin(origin: TableOrigin): void;
  add(at: number): void;
  placeOf(row: number): Place;
} {
  const origins: TableOrigin[] = [];
  const begins: number[] = [];
  const places = growingInt32();
  return {
    begin(origin) {
      origins.push(origin);
      begins.push(places.length());
    },
    add: places.push,
    placeOf(row) {
      let table = 0;
      for (let high = begins.length; high - table > 1; ) {
        const middle = (table + high) >> 1;
        if (begins[middle] <= row) table = middle;
        else high = middle;
      }
      return placeIn(origins[table], places.values()[row]);
    },
  };
}
