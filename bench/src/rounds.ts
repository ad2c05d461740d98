import { type Contender, contendersOf } from "./contenders.js";
import type { GroupName } from "./groups.js";
import { type Engine, readingsBy } from "./programs.js";
import type { Reading } from "./readings.js";
import type { Figure } from "./results.js";
import type { Effort } from "./timing.js";

/** What the rounds of a group gave. */
export interface Rounds {
  readonly figures: readonly Figure[];
  /** Peers that failed, and how. */
  readonly failures: readonly string[];
}

/** What is measured. */
export interface Choice {
  readonly isThere: (contender: Contender) => boolean;
  /** Leaves out the rows that are measured of ours alone. */
  readonly isQuick: boolean;
}

/**
 * Measures a group: in each round every contender has a process of its own, one after the other. A peer that fails is
 * left out from then on.
 *
 * @throws Error if ours fails, or if two find different results: who does other work cannot be compared.
 */
export async function measureGroup(
  group: GroupName,
  effort: Effort,
  engine: Engine,
  { isThere, isQuick }: Choice,
): Promise<Rounds> {
  let present = contendersOf(group).filter(isThere);
  const found = new Map<Contender, Reading[][]>(present.map((contender) => [contender, []]));
  const failures: string[] = [];
  for (let round = 0; round < effort.rounds; round++)
    for (const contender of present) {
      const job = { group, effort, sharedOnly: isQuick || contender.library !== "ours" };
      try {
        found.get(contender)?.push(await readingsBy(contender, job, engine));
      } catch (error) {
        if (contender.library === "ours") throw error;
        failures.push(`${contender.title} is left out of ${group}: it failed.`);
        process.stderr.write(`${error}\n`);
        found.delete(contender);
        present = present.filter((other) => other !== contender);
      }
    }
  checkAgreement(group, found);
  return { figures: [...found].flatMap(([contender, rounds]) => figuresOf(group, contender, rounds)), failures };
}

function figuresOf(group: GroupName, { name }: Contender, rounds: readonly (readonly Reading[])[]): Figure[] {
  const [first = []] = rounds;
  return first.map(({ row }, at) => {
    const readings = rounds.map((round) => round[at]);
    const peaks = readings.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
    return {
      group,
      row,
      contender: name,
      medians: readings.map(({ median }) => median),
      least: Math.min(...readings.map(({ least }) => least)),
      ...(peaks.length === readings.length && { peaks }),
    };
  });
}

/** How far results may lie apart, relative to their size where that is above 1. */
const tolerance = 1e-3;

/**
 * Compares what contenders found.
 *
 * @throws Error that names who found something else at which row.
 */
export function checkAgreement(
  group: GroupName,
  found: ReadonlyMap<Pick<Contender, "name">, readonly (readonly Reading[])[]>,
): void {
  const expected = new Map<string, number>();
  for (const [{ name }, rounds] of found)
    for (const { row, check } of rounds.flat()) {
      if (check === undefined) continue;
      const other = expected.get(row) ?? check;
      expected.set(row, other);
      if (!(Math.abs(check - other) <= tolerance * Math.max(1, Math.abs(other))))
        throw new Error(`bench: ${name} finds ${check} at ${group}, ${row}, where others find ${other}`);
    }
}
