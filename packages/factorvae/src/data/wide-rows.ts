import { type ColumnRole, columnRoles, knownNames, normalName, recogniseDate, refuseRepeatedNames } from "./columns.js";
import { DataError, type Place, storedPlace } from "./data-error.js";
import { dayReader } from "./day-reader.js";
import { type GrowingColumn, growingFloat64, growingInt32 } from "./growing.js";
import { missingMarkersOf } from "./numbers.js";
import { type NumericColumn, numericColumn } from "./numeric-column.js";
import {
  type PriceRows,
  type PricesReader,
  type ReadColumn,
  type RowOptions,
  rowPlaces,
  unreadableRules,
} from "./price-rows.js";
import { placeIn, type TableOrigin, type TableSink, textOf, type Value } from "./sources/table.js";
import { tallies } from "./tallies.js";

/** The values of one field: a row a date, a column a symbol. */
interface FieldTable {
  readonly origin: TableOrigin;
  readonly name: string;
  readonly role?: ColumnRole;
  /** Per row: its day and its line. */
  readonly days: GrowingColumn<Int32Array>;
  readonly lines: GrowingColumn<Int32Array>;
  readonly columns: ReadonlyMap<string, GrowingColumn<Float64Array>>;
}

/** One row of every field's table that is of the same day: where it stands in each. */
interface DayRows {
  readonly day: number;
  readonly rowOf: Map<FieldTable, number>;
}

/**
 * Reads wide tables (a row a date, a column a symbol, a table a field) into the rows of a long one: a symbol has a row on
 * a date where any field has a value for it. A second row of one date stays a second row.
 * @param fieldOf which field a table holds, in the words of a column's name
 * @throws DataError (from whatever the reader is given) with the place and the rule.
 */
export function wideRows(
  name: string,
  fieldOf: (origin: TableOrigin) => string,
  options: RowOptions = {},
): PricesReader {
  const dropped = tallies();
  const noted = tallies();
  const dayIn = dayReader(options.dateFormat, options.timeZone);
  const missing = missingMarkersOf(options.missing ?? []);
  const fields: FieldTable[] = [];
  let droppedCells = 0;

  function table(origin: TableOrigin): TableSink {
    const field = namedField(origin, fieldOf(origin), fields);
    const columns = new Map<string, GrowingColumn<Float64Array>>();
    const days = growingInt32();
    const lines = growingInt32();
    let readers: readonly { readonly index: number; readonly symbol: string; readonly column: NumericColumn }[] = [];
    let names: readonly string[] = [];
    let date = 0;
    let rows = 0;
    let badRows = 0;
    let firstBad: { readonly place: Place; readonly rule: string } | undefined;

    function drop(reason: string, values: readonly Value[], at: number, value: string, column?: string): void {
      const cells = Math.max(1, values.filter((one, i) => i !== date && textOf(one).trim() !== "").length);
      droppedCells += cells;
      badRows++;
      const place = { ...placeIn(origin, at), ...(column !== undefined && { column }), value };
      firstBad ??= { place, rule: unreadableRules[reason] };
      dropped.add(reason, () => storedPlace(place), cells);
    }

    return {
      header(header, commaIsOpen) {
        names = header;
        refuseRepeatedNames(origin.file, names);
        date = recogniseDate(origin.file, names, options.columns);
        const mark = options.decimalMark ?? (commaIsOpen ? undefined : ".");
        readers = names.flatMap((symbol, index) => {
          if (index === date || symbol.trim() === "") return [];
          const cells = growingFloat64();
          columns.set(symbol, cells);
          return [{ index, symbol, column: numericColumn(origin, symbol, undefined, { mark, missing }, cells) }];
        });
        if (readers.length === 0)
          throw new DataError("a wide file needs a column for each symbol beside the date", { file: origin.file });
      },
      row(values, at) {
        rows++;
        if (values.length !== names.length) {
          drop("fieldCount", values, at, `${values.length} fields, the header has ${names.length}`);
          return;
        }
        const day = dayIn(values[date]);
        if (Number.isNaN(day)) {
          drop("unreadableDate", values, at, textOf(values[date]), names[date]);
          return;
        }
        days.push(day);
        lines.push(at);
        for (const { column, index } of readers) column.add(values[index], at);
      },
      end() {
        if (firstBad !== undefined && 2 * badRows > rows)
          throw new DataError(`${badRows} of ${rows} rows ${firstBad.rule}`, firstBad.place);
        if (rows === 0) noted.add("fileWithoutRows", () => storedPlace({ file: origin.file }));
        else for (const { symbol, column } of readers) if (!column.finish(noted)) columns.delete(symbol);
        if (names.length > 0) fields.push({ origin, ...field, days, lines, columns });
      },
    };
  }

  return {
    table,
    finish(): PriceRows {
      if (fields.length === 0)
        throw new DataError("the file is empty; expected a header and rows of prices", { file: name });
      if (!fields.some(({ days }) => days.length() > 0))
        throw new DataError("the file has a header but no rows", { file: name });
      const close = fields.find(({ role }) => role === "close");
      if (close === undefined) {
        const found = fields.map((field) => `"${field.name}"`).join(", ");
        throw new DataError(`no file holds the close; the fields are ${found}; name one file close`, { file: name });
      }
      if (close.columns.size === 0) throw new DataError("the file holds no price at all", { file: close.origin.file });
      const rows = longRowsOf(fields);
      return { file: name, ...rows, read: rows.symbolOf.length + droppedCells, dropped, noted };
    },
  };
}

/** The field that a table holds, as a role where its name is known. */
function namedField(
  origin: TableOrigin,
  name: string,
  before: readonly FieldTable[],
): Pick<FieldTable, "name" | "role"> {
  const plain = normalName(name);
  const role = columnRoles.find((one) => normalName(one) === plain || knownNames[one].includes(plain));
  if (role === "date" || role === "symbol")
    throw new DataError(`a wide file cannot hold the field "${name}"; name it after its field, as in close.csv`, {
      file: origin.file,
    });
  const other = before.find((field) => (role === undefined ? field.name === name : field.role === role));
  if (other !== undefined)
    throw new DataError(`it holds the field "${name}", and so does ${other.origin.file}; take one away`, {
      file: origin.file,
    });
  return { name, ...(role && { role }) };
}

function longRowsOf(fields: readonly FieldTable[]) {
  const days = daysOf(fields);
  const symbols = [...new Set(fields.flatMap(({ columns }) => [...columns.keys()]))];
  const symbolOf = growingInt32();
  const dayOf = growingInt32();
  const places = rowPlaces();
  const columns: ReadColumn[] = [];
  const values = fields.map(() => growingFloat64());
  const columnsOf = symbols.map((symbol) => fields.map((field) => field.columns.get(symbol)?.values()));
  const row = fields.map(() => Number.NaN);
  // One origin after the other, so that a row's place is found by where its origin's rows begin.
  for (const origin of fields) {
    places.begin(origin.origin);
    for (const { day, rowOf } of days) {
      const line = rowOf.get(origin);
      if (line === undefined || rowOf.keys().next().value !== origin) continue;
      const at = fields.map((field) => rowOf.get(field) ?? -1);
      for (let n = 0; n < symbols.length; n++) {
        let isEmpty = true;
        for (let f = 0; f < fields.length; f++) {
          row[f] = columnsOf[n][f]?.[at[f]] ?? Number.NaN;
          if (!Number.isNaN(row[f])) isEmpty = false;
        }
        if (isEmpty) continue;
        symbolOf.push(n);
        dayOf.push(day);
        places.add(origin.lines.values()[line]);
        for (let f = 0; f < fields.length; f++) values[f].push(row[f]);
      }
    }
  }
  fields.forEach(({ name, role }, f) => {
    columns.push({ name, ...(role && { role }), values: values[f].values() });
  });
  return { symbols, symbolOf: symbolOf.values(), dayOf: dayOf.values(), placeOf: places.placeOf, columns };
}

/** The rows of all fields by day, the first row of a day in one field beside the first in another. */
function daysOf(fields: readonly FieldTable[]): DayRows[] {
  const known = new Map<number, DayRows[]>();
  for (const field of fields) {
    const seen = new Map<number, number>();
    field.days.values().forEach((day, row) => {
      const occurrence = seen.get(day) ?? 0;
      seen.set(day, occurrence + 1);
      const ofDay = known.get(day) ?? [];
      known.set(day, ofDay);
      if (occurrence === ofDay.length) ofDay.push({ day, rowOf: new Map() });
      ofDay[occurrence].rowOf.set(field, row);
    });
  }
  return [...known.values()].flat();
}
