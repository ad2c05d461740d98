import type { ColumnRole } from "./columns.js";
import { type GrowingColumn, growingFloat64, growingInt32 } from "./growing.js";
import { type ReadColumn, rowPlaces } from "./price-rows.js";
import type { TableOrigin } from "./sources/table.js";

/** The values of one field: a row a date, a column a symbol. */
export interface FieldTable {
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

/** The rows of all fields: a symbol has one on a date where any field has a value for it; a row's place is in the first field. */
export function joinFields(fields: readonly FieldTable[]) {
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
