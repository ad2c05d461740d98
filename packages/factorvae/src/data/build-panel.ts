import { coverage, thinDates } from "./calendar.js";
import { cleanPrices } from "./clean-prices.js";
import { DataError, type Place, storedPlace } from "./data-error.js";
import { isoDate } from "./dates.js";
import { coveredDays, type MarketCalendar } from "./market-calendar.js";
import type { Panel } from "./panel.js";
import type { PriceRows } from "./price-rows.js";

/** What to do with rows of the same symbol and date whose values differ. */
export type DuplicatePolicy = "refuse" | "first" | "last";

/** Cells (symbols x dates) beyond which a panel is refused as a misread file. */
const mostCells = 500_000_000;

/**
 * Puts rows on the market calendar: exact duplicates collapse, conflicting ones follow the policy, rows are cleaned and
 * adjusted, thin dates are dropped. Every row dropped is counted with its reason, so that read = used + dropped.
 * @param calendar takes the place of the dates that the rows have, less thin ones: rows on others are dropped, and its dates
 *   without a row stay
 * @throws DataError for conflicting duplicates under "refuse", a single date, a single symbol, a panel too sparse to be one of
 *   daily bars, or as `coveredDays`
 */
export function buildPanel(rows: PriceRows, policy: DuplicatePolicy = "refuse", calendar?: MarketCalendar): Panel {
  const grid = placeRows(rows, calendar && coveredDays(calendar, rows.dayOf, rows.file));
  const { rowAt, used } = removeDuplicates(rows, grid, policy);
  const { fields } = cleanPrices(rows, used);
  const close = fields.get("close");
  if (close === undefined) throw new DataError("buildPanel: there is no close", { file: rows.file });
  const keptDates = calendar ? [...grid.days.keys()] : dropThinDates(rows, grid, rowAt, close);
  const keptSymbols = symbolsWithRows(grid, rowAt, keptDates);
  requireSeveral(rows, grid, keptDates, keptSymbols);

  const cells = keptSymbols.length * keptDates.length;
  const sourceRow = new Int32Array(cells);
  keptSymbols.forEach((n, i) => {
    keptDates.forEach((t, j) => {
      sourceRow[i * keptDates.length + j] = rowAt[n * grid.days.length + t];
    });
  });
  const present = Uint8Array.from(sourceRow, (row) => (row < 0 ? 0 : 1));
  const onGrid = [...fields].map(([name, values]) => [name, gather(values, sourceRow)] as const);
  return {
    dates: keptDates.map((t) => isoDate(grid.days[t])),
    symbols: keptSymbols.map((n) => grid.symbols[n]),
    fields: Object.fromEntries(onGrid),
    present,
    ...(calendar && {
      calendar: {
        ...(calendar.source && { source: calendar.source }),
        notes: calendarNotes(rows, grid, rowAt, calendar),
      },
    }),
    ...(rows.understood && { columns: rows.understood }),
    ...(rows.groups && { groups: { names: rows.groups.names, of: gatherGroups(rows.groups.of, sourceRow) } }),
    rows: {
      read: rows.read,
      used: present.reduce((sum, one) => sum + one, 0),
      dropped: rows.dropped.result(),
      noted: rows.noted.result(),
    },
  };
}

/** Where rows stand among symbols and dates. */
export interface Grid {
  /** Days since 1970-01-01, ascending. */
  readonly days: readonly number[];
  /** In code-unit order. */
  readonly symbols: readonly string[];
  /** Per row: `symbol * days.length + date`, or -1 for one that is left out. */
  readonly cellOf: Int32Array;
}

/** @param calendar the days there are, ascending; by default those of the rows */
function placeRows(rows: PriceRows, calendar?: readonly number[]): Grid {
  const days = calendar ?? [...new Set(rows.dayOf)].sort((a, b) => a - b);
  const symbols = [...rows.symbols].sort();
  const cells = days.length * symbols.length;
  const count = rows.dayOf.length;
  if (cells > mostCells || cells > 1e6 + 1000 * count) {
    throw new DataError(
      `${count} rows spread over ${symbols.length} symbols x ${days.length} dates are no panel of daily bars; ` +
        "check which columns are the date and the symbol",
      { file: rows.file },
    );
  }
  const dateIndex = new Map(days.map((day, t) => [day, t]));
  const symbolIndex = new Map(symbols.map((symbol, n) => [symbol, n]));
  const rank = Int32Array.from(rows.symbols, (symbol) => symbolIndex.get(symbol) ?? 0);
  const cellOf = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const date = dateIndex.get(rows.dayOf[row]);
    if (date === undefined) rows.dropped.add("notInCalendar", () => exampleOf(rows, row));
    cellOf[row] = date === undefined ? -1 : rank[rows.symbolOf[row]] * days.length + date;
  }
  return { days, symbols, cellOf };
}

const exampleOf = (rows: PriceRows, row: number): string =>
  `${storedPlace(rows.placeOf(row))}: ${rows.symbols[rows.symbolOf[row]]} on ${isoDate(rows.dayOf[row])}`;

/** What a calendar and the rows do not have in common, in sentences. */
function calendarNotes(
  { dropped }: PriceRows,
  { days, symbols }: Grid,
  rowAt: Int32Array,
  { source }: MarketCalendar,
): string[] {
  const name = source === undefined ? "the calendar" : `the calendar ${storedPlace({ file: source.file })}`;
  const others = dropped.result().notInCalendar;
  const empty = days.filter((_, t) => symbols.every((_, n) => rowAt[n * days.length + t] < 0)).map(isoDate);
  return [
    ...(others ? [`Rows on dates that ${name} does not have: ${others.count}, first ${others.example}.`] : []),
    ...(empty.length > 0
      ? [
          `Dates of ${name} without a row: ${empty.length}, first ${empty[0]}; a window that holds one is complete for no stock.`,
        ]
      : []),
  ];
}

/**
 * Takes one of the rows of each cell, by the policy, and counts the others. `rowAt`: per cell the row that fills it, or -1;
 * `used`: per row 1 if it fills a cell.
 * @throws DataError for rows that differ under "refuse"
 */
export function removeDuplicates(
  rows: PriceRows,
  { days, symbols, cellOf }: Grid,
  policy: DuplicatePolicy,
): { rowAt: Int32Array; used: Uint8Array } {
  const rowAt = new Int32Array(days.length * symbols.length).fill(-1);
  const used = new Uint8Array(cellOf.length);
  const comparable = comparableColumns(rows);
  for (let row = 0; row < cellOf.length; row++) {
    if (cellOf[row] < 0) continue;
    const earlier = rowAt[cellOf[row]];
    let chosen = row;
    if (earlier >= 0) {
      const difference = comparable.find(({ valueAt }) => !Object.is(valueAt(earlier), valueAt(row)));
      const place = rows.placeOf(row);
      const of = () =>
        `${rows.symbols[rows.symbolOf[row]]} on ${isoDate(rows.dayOf[row])}, first ${placeBeside(place, rows.placeOf(earlier))}`;
      if (difference !== undefined && policy === "refuse") {
        const value = String(difference.valueAt(row));
        throw new DataError(
          `a second row for ${of()}, differs (${difference.valueAt(earlier)} there); ` +
            "set data.duplicates=first or data.duplicates=last, or mend the file",
          { ...place, column: difference.name, value },
        );
      }
      const reason = difference === undefined ? "duplicate" : "conflictingDuplicate";
      rows.dropped.add(reason, () => `${storedPlace(place)}: again ${of()}`);
      if (difference === undefined || policy === "first") chosen = earlier;
      used[earlier] = 0;
    }
    rowAt[cellOf[row]] = chosen;
    used[chosen] = 1;
  }
  return { rowAt, used };
}

/** The columns by which rows are told apart, the groups' one too. */
function comparableColumns({ columns, groups }: PriceRows) {
  const numeric = columns.map(({ name, values }) => ({ name, valueAt: (row: number): unknown => values[row] }));
  if (groups === undefined) return numeric;
  return [...numeric, { name: groups.column, valueAt: (row: number): unknown => groups.names[groups.of[row]] ?? "" }];
}

/** Another place as seen from one: `on line 3`, with the file where it is another. */
function placeBeside({ file }: Place, { line, row, file: other }: Place): string {
  const at = line === undefined ? `in row ${row}` : `on line ${line}`;
  return file === other ? at : `${at} of ${storedPlace({ file: other })}`;
}

/** Indices of the market days; the rows of the others are counted as `thinDate`. */
function dropThinDates(rows: PriceRows, { days, symbols }: Grid, rowAt: Int32Array, close: Float64Array): number[] {
  const isPriced = new Uint8Array(rowAt.length);
  for (let cell = 0; cell < rowAt.length; cell++) {
    const row = rowAt[cell];
    if (row >= 0 && !Number.isNaN(close[row])) isPriced[cell] = 1;
  }
  const counts = coverage(isPriced, symbols.length, days.length);
  const thin = new Set(thinDates(counts));
  for (const t of thin) {
    let rowsOnDate = 0;
    for (let n = 0; n < symbols.length; n++) if (rowAt[n * days.length + t] >= 0) rowsOnDate++;
    rows.dropped.add(
      "thinDate",
      () =>
        `${storedPlace({ file: rows.file })}: on ${isoDate(days[t])} ${counts.priced[t]} symbols have a price, ` +
        `${counts.seenBefore[t]} had one on the 20 dates before`,
      rowsOnDate,
    );
  }
  return days.flatMap((_, t) => (thin.has(t) ? [] : [t]));
}

function symbolsWithRows({ days, symbols }: Grid, rowAt: Int32Array, keptDates: readonly number[]): number[] {
  return symbols.flatMap((_, n) => (keptDates.some((t) => rowAt[n * days.length + t] >= 0) ? [n] : []));
}

function requireSeveral(rows: PriceRows, grid: Grid, dates: readonly number[], symbols: readonly number[]): void {
  if (dates.length < 2) {
    const held = dates.length === 1 ? `a single date, ${isoDate(grid.days[dates[0]])}` : "no market day";
    throw new DataError(`the file holds ${held}; returns need at least two dates`, { file: rows.file });
  }
  if (symbols.length < 2) {
    const held = symbols.length === 1 ? `a single symbol, "${grid.symbols[symbols[0]]}"` : "no symbol";
    throw new DataError(`the file holds ${held}; a cross-section needs at least two`, { file: rows.file });
  }
}

function gather(values: Float64Array, sourceRow: Int32Array): Float64Array {
  const onGrid = new Float64Array(sourceRow.length);
  for (let cell = 0; cell < sourceRow.length; cell++) {
    const row = sourceRow[cell];
    onGrid[cell] = row < 0 ? Number.NaN : values[row];
  }
  return onGrid;
}

const gatherGroups = (values: Int32Array, sourceRow: Int32Array): Int32Array =>
  sourceRow.map((row) => (row < 0 ? -1 : values[row]));
