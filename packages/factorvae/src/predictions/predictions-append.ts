import { existsSync, readFileSync } from "node:fs";
import { DataError } from "../data/data-error.js";
import { writeWholeFile } from "../run/whole-file.js";
import type { Predictions } from "./predictions.js";
import { predictionsCsv } from "./predictions-csv.js";
import { takeRows } from "./predictions-days.js";
import { readPredictions } from "./predictions-file.js";

/** What was appended, and what was not. */
export interface Appended {
  /** What the file had; absent where there was none. */
  readonly before?: Predictions;
  /** The rows that were added. */
  readonly added: Predictions;
  /** Dates that the file had already, ascending; their rows stay as they were. */
  readonly left: readonly string[];
}

/**
 * Adds to a scores file the dates that it does not have yet, after what is there, which stays to the byte; a missing file
 * is made.
 *
 * @throws DataError if the file is no scores file, is gzipped, or has other columns than these predictions.
 */
export async function appendPredictions(path: string, predictions: Predictions): Promise<Appended> {
  if (!existsSync(path)) {
    writeWholeFile(path, predictionsCsv(predictions));
    return { added: predictions, left: [] };
  }
  if (path.endsWith(".gz")) throw new DataError("rows are added to plain text only; unpack the file", { file: path });
  const before = await readPredictions(path);
  const text = readFileSync(path, "utf8");
  const header = predictionsCsv(takeRows(predictions, [])).trimEnd();
  const found = text.slice(0, text.search(/\r?\n|$/));
  if (found !== header) {
    throw new DataError(`the columns are ${found}, but these scores have ${header}; append to a file of their own`, {
      file: path,
      line: 1,
    });
  }
  const known = new Set(before.predictions.date);
  const added = takeRows(
    predictions,
    predictions.date.flatMap((date, row) => (known.has(date) ? [] : [row])),
  );
  const left = [...new Set(predictions.date)].filter((date) => known.has(date));
  if (added.date.length > 0) {
    const rows = predictionsCsv(added).slice(header.length + 1);
    writeWholeFile(path, `${text}${text.endsWith("\n") ? "" : "\n"}${rows}`);
  }
  return { before: before.predictions, added, left };
}
