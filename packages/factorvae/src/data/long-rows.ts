import { type Columns, columnRoles, recogniseColumns } from "./columns.js";
import { DataError, storedPlace } from "./data-error.js";
import { dayReader } from "./day-reader.js";
import { groupColumn } from "./group-column.js";
import { type GrowingColumn, growingFloat64, growingInt32 } from "./growing.js";
import { missingMarkersOf } from "./numbers.js";
import { type NumberReading, type NumericColumn, numericColumn } from "./numeric-column.js";
import { type PriceRows, type PricesReader, type ReadColumn, type RowOptions, rowPlaces } from "./price-rows.js";
import { rowDrops } from "./row-drops.js";
import { placeIn, type TableOrigin, type TableSink, textOf, type Value } from "./sources/table.js";
import { tallies } from "./tallies.js";
import { understoodColumns } from "./understood-columns.js";

/** What long tables hold beside date and symbol. */
export interface LongContents {
  readonly what: "prices" | "features";
  /** Which column of a table is which. Throws DataError. */
  readonly columnsOf: (origin: TableOrigin, header: readonly string[]) => Columns;
}

/** A column over all tables. */
interface WholeColumn extends Omit<ReadColumn, "values"> {
  readonly cells: GrowingColumn<Float64Array>;
  /** Whether some table's part of it was kept. */
  isKept: boolean;
}

/**
 * Reads long tables (one row per symbol and date) into columns, in one pass. Each table's columns are recognised on their
 * own; a column that a table does not have is missing on its rows.
 * @param name what stands for all tables in messages
 * @param contents default: prices, with a close
 * @throws DataError (from whatever the reader is given) with the place and the rule.
 */
export function longRows(
  name: string,
  options: RowOptions = {},
  { what, columnsOf }: LongContents = pricesBy(options),
): PricesReader {
  const dropped = tallies();
  const noted = tallies();
  const symbolOf = growingInt32();
  const dayOf = growingInt32();
  const places = rowPlaces();
  const symbolIndex = new Map<string, number>();
  const dayIn = dayReader(options.dateFormat, options.timeZone);
  const missing = missingMarkersOf(options.missing ?? []);
  const whole = new Map<string, WholeColumn>();
  const groups = groupColumn();
  let read = 0;
  let firstTable: { readonly origin: TableOrigin; readonly columns: Columns } | undefined;

  function wholeColumn(columnName: string, role: ReadColumn["role"]): WholeColumn {
    const known = whole.get(role ?? columnName);
    if (known !== undefined) return known;
    const column = { name: columnName, ...(role && { role }), cells: growingFloat64(), isKept: false };
    column.cells.resize(symbolOf.length());
    whole.set(role ?? columnName, column);
    return column;
  }

  function cellsOf(origin: TableOrigin, columns: Columns, reading: NumberReading): Cells[] {
    const { header } = columns;
    const cells: Cells[] = [];
    const take = (index: number, role?: ReadColumn["role"]) => {
      const into = wholeColumn(header[index], role);
      cells.push({ index, whole: into, column: numericColumn(origin, header[index], role, reading, into.cells) });
    };
    for (const [role, index] of columns.roles)
      if (role !== "date" && role !== "symbol" && role !== "group") take(index, role);
    const fieldNames = new Set<string>(columnRoles.filter((role) => role !== "group"));
    for (const index of columns.further) {
      if (!fieldNames.has(header[index])) take(index);
      else {
        const place = { file: origin.file, column: header[index] };
        noted.add("columnLeftOut", () => `${storedPlace(place)}: data.columns.${header[index]} names another or none`);
      }
    }
    return cells;
  }

  function noteHeader(origin: TableOrigin, columns: Columns): void {
    firstTable ??= { origin, columns };
    const { header: names } = columns;
    const {
      origin: first,
      columns: { header: firstNames },
    } = firstTable;
    const lacking = firstNames.filter((one) => !names.includes(one));
    const more = names.filter((one) => !firstNames.includes(one));
    if (lacking.length === 0 && more.length === 0) return;
    const said = [...lacking.map((one) => `no "${one}"`), ...more.map((one) => `"${one}"`)].join(", ");
    noted.add(
      "otherColumns",
      () => `${storedPlace({ file: origin.file })}: beside ${storedPlace({ file: first.file })} it has ${said}`,
    );
  }

  function table(origin: TableOrigin): TableSink {
    const readBefore = read;
    const { drop, refuseMost } = rowDrops(dropped, options.dateFormat);
    let columns: Columns | undefined;
    let cells: readonly Cells[] = [];
    let width = 0;
    let date = 0;
    let symbol: number | undefined;
    let group: number | undefined;
    places.begin(origin);

    function noteBlanks(value: string, at: number): void {
      const column = columns?.header[symbol ?? -1] ?? "symbol";
      noted.add("blankAroundSymbol", () => storedPlace({ ...placeIn(origin, at), column, value }));
    }

    function addGroup(index: number, value: Value, at: number): void {
      const column = columns?.header[index] ?? "group";
      const text = textOf(value);
      if (!groups.add(column, text))
        noted.add("missingGroup", () => storedPlace({ ...placeIn(origin, at), column, value: text }));
    }

    return {
      header(names, commaIsOpen) {
        columns = columnsOf(origin, names);
        ({ date, symbol } = columns);
        width = names.length;
        group = columns.roles.get("group");
        groups.resize(symbolOf.length());
        const mark = options.decimalMark ?? (commaIsOpen ? undefined : ".");
        cells = cellsOf(origin, columns, { mark, missing });
        noteHeader(origin, columns);
      },
      row(values, at) {
        read++;
        if (values.length !== width && !onlySeparatorsFollow(values, width)) {
          drop("fieldCount", { ...placeIn(origin, at), value: `${values.length} fields, the header has ${width}` });
          return;
        }
        const day = dayIn(values[date]);
        const symbolText = symbol === undefined ? (origin.symbol ?? "") : textOf(values[symbol]);
        if (Number.isNaN(day)) {
          const column = columns?.header[date] ?? "date";
          drop("unreadableDate", { ...placeIn(origin, at), column, value: textOf(values[date]) });
        } else if (symbolText.trim() === "") {
          const column = columns?.header[symbol ?? -1] ?? "symbol";
          drop("noSymbol", { ...placeIn(origin, at), column, value: symbolText });
        } else {
          let index = symbolIndex.get(symbolText);
          if (index === undefined) {
            index = symbolIndex.size;
            symbolIndex.set(symbolText, index);
            if (symbolText !== symbolText.trim()) noteBlanks(symbolText, at);
          }
          symbolOf.push(index);
          dayOf.push(day);
          places.add(at);
          for (const { column, index: field } of cells) column.add(values[field], at);
          if (group !== undefined) addGroup(group, values[group], at);
        }
      },
      end() {
        refuseMost(read - readBefore);
        if (read === readBefore) noted.add("fileWithoutRows", () => storedPlace({ file: origin.file }));
        else for (const { column, whole: into } of cells) if (column.finish(noted)) into.isKept = true;
        for (const { cells: all } of whole.values()) all.resize(symbolOf.length());
      },
    };
  }

  return {
    table,
    finish(): PriceRows {
      if (firstTable === undefined)
        throw new DataError(`the file is empty; expected a header and rows of ${what}`, { file: name });
      if (read === 0) throw new DataError("the file has a header but no rows", { file: name });
      const close = whole.get("close");
      if (what === "prices" && !close?.isKept)
        throw new DataError("the column holds no price at all", { file: name, column: close?.name ?? "close" });
      const columns = [...whole.values()].flatMap(({ isKept, cells, ...column }) =>
        isKept ? [{ ...column, values: cells.values() }] : [],
      );
      const rows = { symbolOf: symbolOf.values(), dayOf: dayOf.values(), placeOf: places.placeOf };
      groups.resize(symbolOf.length());
      const grouping = groups.result();
      const symbols = [...symbolIndex.keys()];
      const understood = understoodColumns(
        firstTable.columns,
        columns.map((column) => column.name),
      );
      const optional = { understood, ...(grouping && { groups: grouping }) };
      return { file: name, symbols, ...rows, columns, ...optional, read, dropped, noted };
    },
  };
}

const pricesBy = ({ columns }: RowOptions): LongContents => ({
  what: "prices",
  columnsOf: ({ file, symbol }, header) => recogniseColumns(file, header, columns, symbol !== undefined),
});

interface Cells {
  readonly index: number;
  readonly whole: WholeColumn;
  readonly column: NumericColumn;
}

function onlySeparatorsFollow(values: readonly Value[], width: number): boolean {
  if (values.length < width) return false;
  for (let i = width; i < values.length; i++) if (values[i] !== "") return false;
  return true;
}
