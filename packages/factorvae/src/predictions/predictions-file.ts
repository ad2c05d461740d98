import { statSync } from "node:fs";
import { DataError } from "../data/data-error.js";
import { streamText } from "../data/file-text.js";
import { type ParsedPredictions, predictionsReader } from "./predictions-parse.js";

/**
 * Reads a scores file (CSV, plain or gzipped); see `parsePredictions` for its form.
 *
 * @throws DataError with the file, and the line, column and value where they are known.
 */
export async function readPredictions(path: string): Promise<ParsedPredictions> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.size === 0) throw new DataError("the file is empty; expected a header and rows of scores", { file: path });
  const reader = predictionsReader({ file: path });
  await streamText(path, reader.push);
  return reader.end();
}
