import { Option } from "commander";
import type { Config } from "../config.js";
import { DataError } from "../data/data-error.js";
import { labelSpan, returnLabels } from "../data/label.js";
import type { Panel } from "../data/panel.js";
import { evaluate, type Summary } from "../evaluate/evaluate.js";
import { validationError } from "../evaluate/validation-error.js";
import type { Predictions, Split } from "../predictions/predictions.js";
import { readPredictions } from "../predictions/predictions-file.js";
import { withLabels } from "../predictions/predictions-labels.js";
import { type CommandIo, say } from "./command-io.js";

/** Which rows of a scores file to use. */
export type Part = Split | "all";

/** `--split`, `test` where it is not given. */
export const splitOption = (): Option =>
  new Option("--split <name>", "rows to use; a file without splits is all test")
    .choices(["train", "valid", "test", "new", "all"])
    .default("test");

/**
 * Reads anybody's scores, of which some must be in the part to use; says on stderr what was not used.
 *
 * @throws DataError as `readPredictions`, and for a file without a row of that part.
 */
export async function readScores(path: string, part: Part, io: CommandIo) {
  const parsed = await readPredictions(path);
  requirePart(path, parsed.predictions, part);
  const { ignoredColumns, rowsWithoutScore } = parsed;
  if (ignoredColumns.length > 0) say(io, `${path}: columns that are not used: ${ignoredColumns.join(", ")}`);
  if (rowsWithoutScore > 0) say(io, `${path}: ${rowsWithoutScore} rows without a score are left out`);
  return parsed;
}

function requirePart(file: string, { split }: Predictions, part: Part): void {
  if (part === "all" || split.includes(part)) return;
  const found = [...new Set(split)].join(", ");
  throw new DataError(`no row is of the split ${part}; there is ${found}: name one of these, or all (--split)`, {
    file,
  });
}

/** Scores with labels made from prices, as the settings have them; says how many rows the prices do not know. */
export function labelledFrom(panel: Panel, predictions: Predictions, { label }: Config, io: CommandIo): Predictions {
  const result = withLabels(predictions, panel, returnLabels(panel, label));
  if (result.unmatched) say(io, `${result.unmatched.count} scores have no price: ${result.unmatched.example}`);
  return result.predictions;
}

/** The figures of one split, the constant risk taken from the validation rows where there are any. */
export function scoreFigures(predictions: Predictions, { label, train }: Config, split: Part): Summary {
  const constantRisk = predictions.risk && validationError(predictions, labelSpan(label));
  return evaluate(predictions, {
    split,
    minimumStocks: train.minimumStocks,
    horizon: label.horizon,
    ...(constantRisk !== undefined && { constantRisk }),
  });
}
