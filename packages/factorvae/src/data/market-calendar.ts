import { type ColumnMapping, recogniseDate } from "./columns.js";
import { DataError, type Place } from "./data-error.js";
import { isoDate } from "./dates.js";
import { dayReader } from "./day-reader.js";
import type { PanelSource } from "./panel.js";
import { readTable } from "./sources/read-table.js";
import { placeIn, type TableOrigin, type TableSink, textOf, type Value } from "./sources/table.js";

/** The dates on which a market is open. */
export interface MarketCalendar {
  /** ISO dates, in any order; a date may be there again. */
  readonly dates: readonly string[];
  /** Absent for dates that come from no file. */
  readonly source?: PanelSource;
}

/** How the dates of a calendar are written: as those of prices. */
export interface CalendarOptions {
  /** Names the column of dates by the role `date`; passed over where the file does not have it. */
  readonly columns?: ColumnMapping;
  /** How dates are written, such as `DD/MM/YYYY`; default: the forms that can be read one way only. */
  readonly dateFormat?: string;
  /** The zone whose dates moments mean. */
  readonly timeZone?: string;
}

/**
 * Reads the dates of a market: a date a line without a header, or a CSV or Parquet file, gzipped or not, with a column of dates
 * that is recognised as that of prices is. Other columns are not looked at; a date that is there again counts once.
 *
 * @throws DataError for a file that cannot be read, without a column of dates, with a row that has no readable date, or without
 *   a date
 */
export async function readCalendar(path: string, options: CalendarOptions = {}): Promise<MarketCalendar> {
  const days = new Set<number>();
  const sha256 = await readTable(path, (countedBy) => dateTable({ file: path, stem: path, countedBy }, options, days));
  if (days.size === 0) throw new DataError("the calendar holds no date; write one a line", { file: path });
  return { dates: [...days].sort((a, b) => a - b).map(isoDate), source: { file: path, sha256 } };
}

/** A table of which one column is dates: adds its days to a set. */
function dateTable(
  origin: TableOrigin,
  { columns, dateFormat, timeZone }: CalendarOptions,
  days: Set<number>,
): TableSink {
  const { file, countedBy } = origin;
  const dayOf = dayReader(dateFormat, timeZone);
  let column = 0;
  let name: string | undefined;
  const add = (value: Value | undefined, place: Place): void => {
    const day = value === undefined || value === null ? Number.NaN : dayOf(value);
    if (Number.isNaN(day)) {
      const written = dateFormat === undefined ? "write dates as YYYY-MM-DD" : `data.dateFormat is ${dateFormat}`;
      throw new DataError(`this is no date; ${written}`, {
        ...place,
        ...(name !== undefined && { column: name }),
        value: textOf(value ?? null),
      });
    }
    days.add(day);
  };
  return {
    header(names) {
      // A list of dates has no header, so that what stands there is its first date.
      if (countedBy === "line" && names.length === 1 && !Number.isNaN(dayOf(names[0]))) add(names[0], { file });
      else {
        const mapped = columns?.date;
        column = recogniseDate(file, names, typeof mapped === "string" && names.includes(mapped) ? columns : {});
        name = names[column];
      }
    },
    row: (values, at) => add(values[column], placeIn(origin, at)),
    end() {},
  };
}

/**
 * The days of a calendar that prices cover, from the first to the last of it on which they have a row: a calendar that goes on
 * for years is no reason for years without prices.
 *
 * @param dayOf the day of each row, since 1970-01-01
 * @param file that of the prices
 * @throws DataError if no row is on a date of the calendar, or one of its dates cannot be read
 */
export function coveredDays({ dates, source }: MarketCalendar, dayOf: Int32Array, file: string): number[] {
  const read = dayReader();
  const days = [...new Set(dates.map((date) => dayOn(date, read, source?.file ?? "calendar")))].sort((a, b) => a - b);
  const traded = new Set(dayOf);
  const [first, last] = [days.findIndex((day) => traded.has(day)), days.findLastIndex((day) => traded.has(day))];
  if (first >= 0) return days.slice(first, last + 1);
  const span =
    days.length === 0 ? "it has no date" : `it goes from ${isoDate(days[0])} to ${isoDate(days[days.length - 1])}`;
  throw new DataError(
    `none of the ${dayOf.length} rows, the first of ${isoDate(dayOf[0])}, is on a date of the calendar` +
      `${source === undefined ? "" : ` ${source.file}`}; ${span}`,
    { file },
  );
}

function dayOn(date: string, read: (value: Value) => number, file: string): number {
  const day = read(date);
  if (!Number.isNaN(day)) return day;
  throw new DataError("this is no date; write dates as YYYY-MM-DD", { file, value: date });
}
