import { knownNames, normalName } from "../data/columns.js";
import { DataError } from "../data/data-error.js";

/** What a column of a scores file holds. */
export type PredictionColumn = "date" | "symbol" | "score" | "risk" | "label" | "split" | "target";

/**
 * Names that others give to the columns: Qlib's, alphalens', vendors', in the form that `normalName` gives them.
 */
const aliases: Readonly<Record<PredictionColumn, readonly string[]>> = {
  date: [...knownNames.date, "day"],
  symbol: knownNames.symbol,
  score: ["factor", "prediction", "pred"],
  risk: [],
  label: [],
  split: [],
  target: [],
};

const required: readonly PredictionColumn[] = ["date", "symbol", "score"];
const optional: readonly PredictionColumn[] = ["risk", "label", "split", "target"];

/** Position of each column that was found. */
export type PredictionColumns = Readonly<Partial<Record<PredictionColumn, number>>> & {
  readonly date: number;
  readonly symbol: number;
  readonly score: number;
};

/**
 * Finds the columns of a scores file in its header.
 *
 * A column mapped by `names` is taken by that name; otherwise the column's own name (`score`) wins over other people's
 * (`factor`), of which there may be one only. Throws a DataError that names the columns found when a needed one is
 * missing or ambiguous, or when a mapped one is not there.
 */
export function findPredictionColumns(
  header: readonly string[],
  names: Readonly<Partial<Record<PredictionColumn, string>>>,
  file: string,
): PredictionColumns {
  const find = (column: PredictionColumn) => findColumn(header, column, names[column], file);
  const [date, symbol, score] = required.map(find);
  if (date === undefined || symbol === undefined || score === undefined) {
    const missing = required.filter((column) => find(column) === undefined);
    throw new DataError(
      `no column is recognised as ${missing.join(" or ")}; columns found: ${header.join(", ")}; ` +
        "name them date, symbol, score",
      { file, line: 1 },
    );
  }
  const found: Partial<Record<PredictionColumn, number>> = {};
  for (const column of optional) {
    const position = find(column);
    if (position !== undefined) found[column] = position;
  }
  return { date, symbol, score, ...found };
}

function findColumn(
  header: readonly string[],
  column: PredictionColumn,
  mapped: string | undefined,
  file: string,
): number | undefined {
  if (mapped !== undefined) {
    const position = header.indexOf(mapped);
    if (position < 0) {
      throw new DataError(`column ${column} is mapped to "${mapped}", but the columns are ${header.join(", ")}`, {
        file,
        line: 1,
      });
    }
    return position;
  }
  const own = positions(header, [column]);
  const candidates = own.length > 0 ? own : positions(header, aliases[column]);
  if (candidates.length > 1) {
    const found = candidates.map((position) => `"${header[position]}"`).join(" and ");
    throw new DataError(`${found} could each be the column ${column}; name the one that is meant ${column}`, {
      file,
      line: 1,
    });
  }
  return candidates[0];
}

function positions(header: readonly string[], names: readonly string[]): number[] {
  return header.flatMap((name, position) => (names.includes(normalName(name)) ? [position] : []));
}
