import { csvReader } from "../data/csv-rows.js";
import { DataError } from "../data/data-error.js";
import { type GrowingColumn, growingFloat64, growingInt32 } from "../data/growing.js";
import type { Predictions, Split } from "./predictions.js";
import { cellReader } from "./predictions-cells.js";
import { findPredictionColumns, type PredictionColumn } from "./predictions-columns.js";
import { takeRows } from "./predictions-days.js";

/** How to read a scores file. */
export interface ParsePredictionsOptions {
  /** The file's name, for messages; default `predictions`. */
  readonly file?: string;
  /** Names of columns that are not recognised by themselves: `{ score: "alpha_7" }`. */
  readonly columns?: Readonly<Partial<Record<PredictionColumn, string>>>;
}

/** Predictions as read, and what the file did not hold. */
export interface ParsedPredictions {
  readonly predictions: Predictions;
  /** False where the file has no label column, so that labels have to be made from prices (`withLabels`). */
  readonly hasLabels: boolean;
  /** False where the file has no split column: every row is then `test`. */
  readonly hasSplits: boolean;
  /** Rows left out because their score is empty or marked missing. */
  readonly rowsWithoutScore: number;
  /** Columns of the file that were not used. */
  readonly ignoredColumns: readonly string[];
}

/** Takes the text of a scores file piece by piece, cut anywhere, and gives the predictions at its end. */
export interface PredictionsReader {
  push(text: string): void;
  end(): ParsedPredictions;
}

const pieceLength = 1 << 18;

/**
 * Reads anybody's scores from CSV text: `date,symbol,score[,risk][,label][,split][,target]`, Qlib's
 * `datetime,instrument,score`, alphalens' `date,asset,factor`; further columns are ignored and named.
 *
 * Rows come back ordered by date and symbol, dates as ISO. Risk is absent where the file has none. Throws a DataError
 * that names file, line, column and value: no recognisable column, a date that is none, text where a number belongs, a
 * risk that is not positive, an unknown split, a pair of date and symbol that occurs twice, no row at all.
 */
export function parsePredictions(text: string, options: ParsePredictionsOptions = {}): ParsedPredictions {
  const reader = predictionsReader(options);
  for (let start = 0; start < text.length; start += pieceLength) reader.push(text.slice(start, start + pieceLength));
  return reader.end();
}

/** `parsePredictions` for text that arrives in pieces. */
export function predictionsReader(options: ParsePredictionsOptions = {}): PredictionsReader {
  const file = options.file ?? "predictions";
  let table: PredictionTable | undefined;
  const csv = csvReader(file, (fields, line) => {
    if (table) table.add(fields, line);
    else table = predictionTable(file, fields, options.columns ?? {});
  });
  return {
    push: csv.push,
    end() {
      csv.end();
      if (table === undefined) throw new DataError("the file is empty; a header and rows are needed", { file });
      return table.finish();
    },
  };
}

interface PredictionTable {
  add(fields: readonly string[], line: number): void;
  finish(): ParsedPredictions;
}

function predictionTable(
  file: string,
  header: readonly string[],
  names: Readonly<Partial<Record<PredictionColumn, string>>>,
): PredictionTable {
  const columns = findPredictionColumns(header, names, file);
  const cells = cellReader(file, header);
  const date: string[] = [];
  const symbol: string[] = [];
  const split: Split[] = [];
  const score = growingFloat64();
  const risk = growingFloat64();
  const label = growingFloat64();
  const target = growingFloat64();
  const lines = growingInt32();
  let rowsWithoutScore = 0;
  return {
    add(fields, line) {
      if (fields.length !== header.length) {
        throw new DataError(`the row has ${fields.length} fields, but the header has ${header.length}`, { file, line });
      }
      const value = cells.number(fields, columns.score, line);
      if (Number.isNaN(value)) {
        rowsWithoutScore++;
        return;
      }
      date.push(cells.date(fields, columns.date, line));
      symbol.push(cells.symbol(fields, columns.symbol, line));
      split.push(columns.split === undefined ? "test" : cells.split(fields, columns.split, line));
      lines.push(line);
      score.push(value);
      if (columns.risk !== undefined) risk.push(cells.risk(fields, columns.risk, line));
      label.push(columns.label === undefined ? Number.NaN : cells.number(fields, columns.label, line));
      if (columns.target !== undefined) target.push(cells.number(fields, columns.target, line));
    },
    finish() {
      if (date.length === 0) {
        throw new DataError(`no row of the file has a score (${rowsWithoutScore} rows without one)`, { file });
      }
      const risks = presentColumn(risk);
      const targets = presentColumn(target);
      const rows: Predictions = {
        date,
        symbol,
        score: score.values(),
        ...(risks && { risk: risks }),
        label: label.values(),
        split,
        ...(targets && { target: targets }),
      };
      const used = new Set<number | undefined>(Object.values(columns));
      return {
        predictions: sortedRows(file, lines.values(), rows),
        hasLabels: columns.label !== undefined,
        hasSplits: columns.split !== undefined,
        rowsWithoutScore,
        ignoredColumns: header.filter((_, position) => !used.has(position)),
      };
    },
  };
}

/**
 * An optional column; undefined where it holds no value at all: scores without risk are written with an empty column.
 */
function presentColumn(column: GrowingColumn<Float64Array>): Float64Array | undefined {
  const values = column.values();
  return values.every(Number.isNaN) ? undefined : values;
}

/** The rows by date and symbol; throws for a pair that occurs twice. `lines` are the rows' lines in the file. */
function sortedRows(file: string, lines: Int32Array, predictions: Predictions): Predictions {
  const { date, symbol } = predictions;
  const compare = (a: number, b: number) => {
    if (date[a] !== date[b]) return date[a] < date[b] ? -1 : 1;
    return symbol[a] < symbol[b] ? -1 : symbol[a] > symbol[b] ? 1 : a - b;
  };
  const order = Uint32Array.from(date, (_, row) => row);
  const sorted = order.every((row) => row === 0 || compare(row - 1, row) < 0);
  if (!sorted) order.sort(compare);
  for (let place = 1; place < order.length; place++) {
    const [before, row] = [order[place - 1], order[place]];
    if (date[before] === date[row] && symbol[before] === symbol[row]) {
      const rule = `${date[row]} ${symbol[row]} already has a score on line ${lines[before]}; keep one of them`;
      throw new DataError(rule, { file, line: lines[row] });
    }
  }
  return sorted ? predictions : takeRows(predictions, order);
}
