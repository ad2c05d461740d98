import { DataError, type Place, storedPlace } from "./data-error.js";
import { isoDate } from "./dates.js";
import type { Tallies } from "./tallies.js";

/** What is wrong with rows that had to be dropped, by the reason that is counted: `3 of 4 rows have ...`. */
const unreadableRules = {
  fieldCount: "do not have the header's number of fields; quote values that hold the separator",
  unreadableDate:
    "have no readable date; write dates as YYYY-MM-DD, or say how they are written with data.dateFormat, as in " +
    "DD/MM/YYYY (day-first and month-first dates cannot be told apart)",
  noSymbol: "have no symbol; name the right column with data.columns.symbol",
};

/** The rows of one table that are dropped. */
export interface RowDrops {
  /** Counts a row, as `times` rows of the panel's (default 1). */
  drop(reason: keyof typeof unreadableRules, place: Place, times?: number): void;
  /** @throws DataError if most of the rows read were dropped: the table was not understood. */
  refuseMost(read: number): void;
}

/**
 * Counts the rows of one table that are dropped.
 * @param dropped where they are counted with those of other tables
 * @param dateFormat how dates were said to be written
 */
export function rowDrops(dropped: Tallies, dateFormat: string | undefined): RowDrops {
  const drops = new Map<keyof typeof unreadableRules, { count: number; readonly place: Place }>();
  return {
    drop(reason, place, times) {
      dropped.add(reason, () => storedPlace(place), times);
      const known = drops.get(reason);
      if (known) known.count++;
      else drops.set(reason, { count: 1, place });
    },
    refuseMost(read) {
      const most = [...drops].sort(([, a], [, b]) => b.count - a.count);
      const total = most.reduce((sum, [, { count }]) => sum + count, 0);
      if (2 * total <= read) return;
      const [reason, { count, place }] = most[0];
      const isOtherFormat = reason === "unreadableDate" && dateFormat !== undefined;
      const rule = isOtherFormat
        ? `have no date written as data.dateFormat says, ${dateFormat}`
        : unreadableRules[reason];
      const hint = reason === "unreadableDate" ? excelDay(place) : "";
      throw new DataError(`${count} of ${read} rows ${rule}${hint}`, place);
    },
  };
}

/** What a number that is no date may be: spreadsheets count days from 1899-12-30. */
function excelDay({ value = "" }: Place): string {
  if (!/^\d{5}(?:\.\d+)?$/.test(value)) return "";
  return `; as Excel counts days ${value} is ${isoDate(Math.floor(Number(value)) - 25_569)}: write the column as a date`;
}
