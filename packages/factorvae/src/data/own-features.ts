import { featureNames } from "./alpha158-features.js";
import { type DuplicatePolicy, type Grid, removeDuplicates } from "./build-panel.js";
import { type Columns, columnRoles, recogniseKeys } from "./columns.js";
import { DataError, storedPlace } from "./data-error.js";
import { isoDate, parseDay } from "./dates.js";
import { longRows } from "./long-rows.js";
import type { OwnFeatures, Panel } from "./panel.js";
import type { PriceRows, RowOptions } from "./price-rows.js";
import { readRows } from "./read.js";
import type { TableOrigin } from "./sources/table.js";

/** How a file of features is read: as prices are. */
export interface FeatureFileOptions extends RowOptions {
  /** What to do with rows of the same symbol and date that differ; default "refuse". Equal rows always collapse. */
  readonly duplicates?: DuplicatePolicy;
}

/**
 * A panel with features made elsewhere, joined by date and symbol: every numeric column of a file (CSV, plain or gzipped,
 * or Parquet; a folder or pattern of such) becomes a field of the panel, missing where the file has no row. Rows of a date
 * or symbol that the panel does not have are counted, with an example each; `ownFeatures` of the panel tells both.
 *
 * As features they are named by `features.columns`. `options.columns` may map `date` and `symbol`.
 * @throws DataError as `readPrices`; for a column whose name is a field's of the panel or a feature's of Alpha158; for a
 *   file without a column of numbers, or with no row that the panel has
 */
export async function withFeatures(panel: Panel, path: string, options: FeatureFileOptions = {}): Promise<Panel> {
  const columnsOf = (origin: TableOrigin, header: readonly string[]): Columns => {
    const columns = recogniseKeys(origin.file, header, options.columns, origin.symbol !== undefined);
    for (const index of columns.further) refuseTakenName(panel, origin.file, header[index]);
    return columns;
  };
  const { rows, sha256 } = await readRows(path, () => longRows(path, options, { what: "features", columnsOf }));
  if (rows.columns.length === 0)
    throw new DataError("no column beside the date and the symbol holds numbers; a file of features needs one", {
      file: path,
    });
  const rowAt = joinedRows(panel, rows, options.duplicates);
  const added = rows.columns.map(({ name, values }) => [name, valuesAt(values, rowAt)] as const);
  return {
    ...panel,
    fields: { ...panel.fields, ...Object.fromEntries(added) },
    ownFeatures: [...(panel.ownFeatures ?? []), told(panel, rows, rowAt, { file: path, sha256 })],
  };
}

function refuseTakenName({ fields, columns, ownFeatures }: Panel, file: string, name: string): void {
  // A second date or symbol is no feature either, but one that the reader leaves out and counts.
  if (name === "date" || name === "symbol") return;
  const earlier = ownFeatures?.find(({ names }) => names.includes(name));
  const isOfPrices =
    fields[name] !== undefined || columns?.some((column) => column.name === name && column.meaning !== "left out");
  const isRole = columnRoles.some((role) => role === name);
  const whose =
    earlier !== undefined
      ? `a feature of ${earlier.source.file}`
      : isOfPrices || isRole
        ? "a field of the prices"
        : featureNames.includes(name)
          ? "a feature of Alpha158"
          : undefined;
  if (whose !== undefined)
    throw new DataError(`this is already the name of ${whose}; rename the column or leave it out`, {
      file,
      column: name,
    });
}

/** Per cell of the panel the row of the file that fills it, or -1; rows that fill none are counted in `rows.dropped`. */
function joinedRows({ dates, symbols, present }: Panel, rows: PriceRows, policy?: DuplicatePolicy): Int32Array {
  const days = dates.map(parseDay);
  const dateIndex = new Map(days.map((day, t) => [day, t]));
  const symbolIndex = new Map(symbols.map((symbol, n) => [symbol, n]));
  const cellOf = Int32Array.from(rows.dayOf, (day, row) => {
    const symbol = rows.symbols[rows.symbolOf[row]];
    const [n, t] = [symbolIndex.get(symbol), dateIndex.get(day)];
    const cell = n === undefined || t === undefined ? -1 : n * dates.length + t;
    if (cell >= 0 && present[cell] === 1) return cell;
    const reason = n === undefined ? "symbolNotInPrices" : t === undefined ? "dateNotInPrices" : "noRowInPrices";
    rows.dropped.add(reason, () => `${storedPlace(rows.placeOf(row))}: ${symbol} on ${isoDate(day)}`);
    return -1;
  });
  if (cellOf.every((cell) => cell < 0)) throw nothingJoins({ dates, symbols }, rows);
  const grid: Grid = { days, symbols, cellOf };
  return removeDuplicates(rows, grid, policy ?? "refuse").rowAt;
}

function nothingJoins({ dates, symbols }: Pick<Panel, "dates" | "symbols">, rows: PriceRows): DataError {
  const [day, symbol] = [isoDate(rows.dayOf[0]), rows.symbols[0]];
  return new DataError(
    `none of its ${rows.read} rows, the first of ${symbol} on ${day}, is of a date and symbol of the prices, which are of ` +
      `${symbols.slice(0, 3).join(", ")}, ... from ${dates[0]} to ${dates[dates.length - 1]}: symbols must agree to the character`,
    { file: rows.file },
  );
}

function valuesAt(values: Float64Array, rowAt: Int32Array): Float64Array {
  const onGrid = new Float64Array(rowAt.length).fill(Number.NaN);
  for (let cell = 0; cell < rowAt.length; cell++) if (rowAt[cell] >= 0) onGrid[cell] = values[rowAt[cell]];
  return onGrid;
}

function told(panel: Panel, rows: PriceRows, rowAt: Int32Array, source: OwnFeatures["source"]): OwnFeatures {
  const [used, all] = [
    rowAt.reduce((sum, row) => sum + (row >= 0 ? 1 : 0), 0),
    panel.present.reduce((sum, one) => sum + one, 0),
  ];
  const [dropped, noted] = [rows.dropped.result(), rows.noted.result()];
  const file = storedPlace({ file: source.file });
  const reasons = Object.entries(dropped).map(([reason, { count, example }]) => `${count} ${reason} (${example})`);
  return {
    names: rows.columns.map(({ name }) => name),
    source,
    rows: { read: rows.read, used, dropped, noted },
    notes: [
      ...(reasons.length > 0
        ? [`Of the ${rows.read} rows of ${file} ${rows.read - used} are not used: ${reasons.join(", ")}.`]
        : []),
      ...(used < all
        ? [`${all - used} of the ${all} rows of the prices have none in ${file}: its features are missing there.`]
        : []),
      ...(noted.columnLeftOut
        ? [`Columns of ${file} that are no features: ${noted.columnLeftOut.count} (${noted.columnLeftOut.example}).`]
        : []),
    ],
  };
}
