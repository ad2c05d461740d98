import type { Predictions, Split } from "./predictions.js";

/** Where each date of some predictions stands: date `d` is rows `offsets[d]` (inclusive) to `offsets[d + 1]`. */
export interface PredictionDays {
  /** The distinct dates, ascending. */
  readonly dates: readonly string[];
  /** `dates.length + 1` row numbers. */
  readonly offsets: Int32Array;
}

/**
 * Partitions predictions by date, and checks what every later stage relies on.
 *
 * Throws when the columns differ in length, when the rows are not ordered by date and then by symbol (a pair that
 * occurs twice included), when a score is not finite, when a risk is neither positive nor missing (NaN), or when a
 * label is infinite.
 */
export function predictionDays(predictions: Predictions): PredictionDays {
  checkLengths(predictions);
  const { date, symbol } = predictions;
  const dates: string[] = [];
  const starts: number[] = [];
  for (let row = 0; row < date.length; row++) {
    checkNumbers(predictions, row);
    if (row > 0 && date[row] === date[row - 1]) {
      if (symbol[row] <= symbol[row - 1]) throw new Error(misplaced(predictions, row));
      continue;
    }
    if (row > 0 && date[row] < date[row - 1]) throw new Error(misplaced(predictions, row));
    dates.push(date[row]);
    starts.push(row);
  }
  return { dates, offsets: Int32Array.from([...starts, date.length]) };
}

/**
 * The rows of one split, or every row for `all`, in the same order.
 *
 * Throws when no row belongs to the split; the message counts the rows of the splits that there are.
 */
export function predictionsOf(predictions: Predictions, split: Split | "all"): Predictions {
  if (split === "all") return predictions;
  const rows: number[] = [];
  for (let row = 0; row < predictions.split.length; row++) if (predictions.split[row] === split) rows.push(row);
  if (rows.length === 0) {
    const counts = new Map<string, number>();
    for (const name of predictions.split) counts.set(name, (counts.get(name) ?? 0) + 1);
    const found = [...counts].map(([name, count]) => `${name} (${count} rows)`).join(", ") || "none, there are no rows";
    throw new Error(`predictions: no row belongs to the split "${split}"; splits found: ${found}`);
  }
  return rows.length === predictions.split.length ? predictions : takeRows(predictions, rows);
}

/** The given rows of some predictions, in the given order; optional columns stay absent where they are. */
export function takeRows(predictions: Predictions, rows: ArrayLike<number>): Predictions {
  const numbers = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]);
  const { risk, target } = predictions;
  return {
    date: Array.from(rows, (row) => predictions.date[row]),
    symbol: Array.from(rows, (row) => predictions.symbol[row]),
    score: numbers(predictions.score),
    ...(risk && { risk: numbers(risk) }),
    label: numbers(predictions.label),
    split: Array.from(rows, (row) => predictions.split[row]),
    ...(target && { target: numbers(target) }),
  };
}

function checkLengths(predictions: Predictions): void {
  const rows = predictions.date.length;
  for (const [name, column] of Object.entries(predictions)) {
    if (column !== undefined && column.length !== rows) {
      throw new Error(`predictions: column ${name} has ${column.length} rows, but column date has ${rows}`);
    }
  }
}

function checkNumbers(predictions: Predictions, row: number): void {
  const where = () => `of ${predictions.symbol[row]} on ${predictions.date[row]}`;
  if (!Number.isFinite(predictions.score[row])) {
    throw new Error(`predictions: the score ${where()} is ${predictions.score[row]}; leave rows without a score out`);
  }
  const label = predictions.label[row];
  if (!Number.isFinite(label) && !Number.isNaN(label)) {
    throw new Error(`predictions: the label ${where()} is ${label}; a label is a finite return or NaN`);
  }
  const risk = predictions.risk?.[row];
  if (risk !== undefined && !(risk > 0 && risk < Infinity) && !Number.isNaN(risk)) {
    throw new Error(`predictions: the risk ${where()} is ${risk}; a risk is a positive standard deviation or NaN`);
  }
}

function misplaced({ date, symbol }: Predictions, row: number): string {
  const pair = (index: number) => `${date[index]} ${symbol[index]}`;
  const rule = pair(row) === pair(row - 1) ? "occurs twice" : `follows ${pair(row - 1)}`;
  return `predictions: ${pair(row)} ${rule}; rows are ordered by date and then by symbol, each pair once`;
}
