import { normalName } from "./columns.js";
import { csvReader } from "./csv-rows.js";
import { DataError } from "./data-error.js";
import { isoDate, parseDay } from "./dates.js";

/** From when to when a symbol is in the universe, ISO dates, both included. */
export interface Spell {
  readonly symbol: string;
  readonly from: string;
  /** Absent while it is still in. */
  readonly to?: string;
}

/**
 * Reads a universe: a CSV file with the columns `symbol`, `from` and `to`, one row a spell; an empty `to` is still in, and a
 * symbol may have several spells.
 *
 * @throws DataError with the line, column and value for a missing column, an unreadable date, a spell that ends before it begins, or no row
 */
export function parseUniverse(text: string, file = "universe"): Spell[] {
  const reader = universeReader(file);
  reader.push(text);
  return reader.finish();
}

/** `parseUniverse` piece by piece. Throws from `push` or `finish`. */
export function universeReader(file: string): {
  readonly push: (text: string) => void;
  readonly finish: () => Spell[];
} {
  const spells: Spell[] = [];
  let columns: Readonly<Record<"symbol" | "from" | "to", number>> | undefined;
  const reader = csvReader(file, (fields, line) => {
    if (columns === undefined) columns = headerOf(file, fields);
    else spells.push(spellOf(file, fields, columns, line));
  });
  return {
    push: reader.push,
    finish() {
      reader.end();
      if (spells.length === 0) throw new DataError("the universe has no row; write symbol,from,to", { file });
      return spells;
    },
  };
}

function headerOf(file: string, header: readonly string[]): Readonly<Record<"symbol" | "from" | "to", number>> {
  const indexOf = (name: string): number => {
    const places = header.flatMap((one, index) => (normalName(one) === name ? [index] : []));
    if (places.length === 1) return places[0];
    throw new DataError(
      `a universe needs one column ${name}; the columns are ${header.join(", ")}; write symbol,from,to in the first line`,
      { file, line: 1 },
    );
  };
  return { symbol: indexOf("symbol"), from: indexOf("from"), to: indexOf("to") };
}

function spellOf(
  file: string,
  fields: readonly string[],
  columns: Readonly<Record<"symbol" | "from" | "to", number>>,
  line: number,
): Spell {
  const symbol = fields[columns.symbol];
  const lacking = Object.entries(columns).find(([, index]) => fields[index] === undefined);
  if (lacking !== undefined)
    throw new DataError(`the row has ${fields.length} fields; an empty ${lacking[0]} still needs its separator`, {
      file,
      line,
    });
  if (symbol.trim() === "") throw new DataError("the row has no symbol", { file, line, column: "symbol" });
  const day = (column: "from" | "to"): number => {
    const value = fields[columns[column]];
    const number = parseDay(value);
    if (!Number.isNaN(number)) return number;
    throw new DataError("this is no date; write dates as YYYY-MM-DD", { file, line, column, value });
  };
  const from = day("from");
  if (fields[columns.to].trim() === "") return { symbol, from: isoDate(from) };
  const to = day("to");
  if (to < from)
    throw new DataError(`the spell ends before it begins, on ${isoDate(from)}`, {
      file,
      line,
      column: "to",
      value: fields[columns.to],
    });
  return { symbol, from: isoDate(from), to: isoDate(to) };
}
