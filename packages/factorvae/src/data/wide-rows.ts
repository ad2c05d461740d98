import { columnRoles, knownNames, normalName, recogniseDate, refuseRepeatedNames } from "./columns.js";
import { DataError, storedPlace } from "./data-error.js";
import { dayReader } from "./day-reader.js";
import { type GrowingColumn, growingFloat64, growingInt32 } from "./growing.js";
import { type FieldTable, joinFields } from "./joined-fields.js";
import { missingMarkersOf } from "./numbers.js";
import { type NumericColumn, numericColumn } from "./numeric-column.js";
import type { PriceRows, PricesReader, RowOptions } from "./price-rows.js";
import { rowDrops } from "./row-drops.js";
import { placeIn, type TableOrigin, type TableSink, textOf, type Value } from "./sources/table.js";
import { tallies } from "./tallies.js";

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
    const drops = rowDrops(dropped, options.dateFormat);

    /** Counts the rows of a long file that a dropped row stands for. */
    function countCells(values: readonly Value[]): number {
      const cells = Math.max(1, values.filter((one, i) => i !== date && textOf(one).trim() !== "").length);
      droppedCells += cells;
      return cells;
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
          const value = `${values.length} fields, the header has ${names.length}`;
          drops.drop("fieldCount", { ...placeIn(origin, at), value }, countCells(values));
          return;
        }
        const day = dayIn(values[date]);
        if (Number.isNaN(day)) {
          const place = { ...placeIn(origin, at), column: names[date], value: textOf(values[date]) };
          drops.drop("unreadableDate", place, countCells(values));
          return;
        }
        days.push(day);
        lines.push(at);
        for (const { column, index } of readers) column.add(values[index], at);
      },
      end() {
        drops.refuseMost(rows);
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
      const rows = joinFields(fields);
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
