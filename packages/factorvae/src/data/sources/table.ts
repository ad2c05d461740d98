import type { Place } from "../data-error.js";

/** A moment, which falls on a date only once a time zone is given; a `Date` is a date or a time as a clock shows it. */
export class Instant {
  constructor(readonly milliseconds: number) {}
}

/** One value of a table: the text of a cell, or what a typed column holds; null where it holds nothing. */
export type Value = string | number | bigint | boolean | Date | Instant | null;

/** What is known of a table before its first row. */
export interface TableOrigin {
  /** The file as the caller named it, or what stands for it in messages. */
  readonly file: string;
  /** The file's name less its endings. */
  readonly stem: string;
  /** The symbol that the file's name says, for a table in which no column does. */
  readonly symbol?: string;
  /** How its rows are counted: by the lines of a text, or by themselves. */
  readonly countedBy: "line" | "row";
}

/** Takes one table, row by row, whatever it comes from. */
export interface TableSink {
  /**
   * Names of the columns, once and before any row.
   * @param commaIsOpen a comma in a number may be a decimal mark (a text separated by semicolons)
   */
  header(names: readonly string[], commaIsOpen: boolean): void;
  /** Values in the header's order; `at` is the line or the row. The array may be used again for the next row. */
  row(values: readonly Value[], at: number): void;
  /** Says that the table is complete. */
  end(): void;
}

/** The place of a row of a table. */
export const placeIn = ({ file, countedBy }: TableOrigin, at: number): Place =>
  countedBy === "line" ? { file, line: at } : { file, row: at };

/** A value as text: what a symbol is, or a message shows. */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  if (value instanceof Instant) return dateText(new Date(value.milliseconds));
  return value instanceof Date ? dateText(value) : String(value);
}

const dateText = (date: Date): string => (Number.isNaN(date.getTime()) ? "no date" : date.toISOString());
