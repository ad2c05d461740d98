import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Results } from "./results.js";
import { gemmShare, targets } from "./targets.js";

/** One line of the history. */
export interface Past {
  readonly date: string;
  readonly commit?: string;
  readonly node: string;
  readonly cpu: string;
  /** Processes that wanted a core before the run. */
  readonly load: number;
  /** The geometric mean of the products' shares of the peak. */
  readonly gemmShare?: number;
  /** Every target's value, in the order of the table; null where it was not measured, or cannot be told. */
  readonly values: readonly (number | null)[];
}

/** What the history keeps of a run. */
function pastOf(results: Results): Past {
  const { date, commit, node, machine, load } = results;
  const share = gemmShare(results);
  return {
    date,
    ...(commit !== undefined && { commit }),
    node,
    cpu: machine.cpu,
    load: load[0],
    ...(share !== undefined && { gemmShare: Number(share.toFixed(4)) }),
    values: targets.map((target) => {
      const value = target.value(results);
      return value === undefined || Number.isNaN(value) ? null : Number(value.toPrecision(4));
    }),
  };
}

/** Appends a run to the history, one JSON object a line. */
export const remember = (file: URL, results: Results): void =>
  appendFileSync(file, `${JSON.stringify(pastOf(results))}\n`);

/** All lines of the history, oldest first; none where there is no file yet. */
export const historyIn = (file: URL): readonly Past[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line) => (line === "" ? [] : [JSON.parse(line)]))
    : [];
