import { type Contender, contendersOf } from "./contenders.js";
import { type GroupName, groups } from "./groups.js";
import { type Engine, type Session, sessionOf } from "./programs.js";
import type { Job } from "./readings.js";
import { type Figure, isQuiet, median } from "./results.js";
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
  const found = new Map<Contender, Session[]>(present.map((contender) => [contender, []]));
  const failures: string[] = [];
  for (let round = 0; round < effort.rounds; round++)
    for (const contender of present) {
      const job = { group, effort, sharedOnly: isQuick || contender.library !== "ours" };
      try {
        found.get(contender)?.push(await quietSession(contender, job, engine));
      } catch (error) {
        if (contender.library === "ours") throw error;
        failures.push(`${contender.title} is left out of ${group}: it failed.`);
        process.stderr.write(`${error}\n`);
        found.delete(contender);
        present = present.filter((other) => other !== contender);
      }
    }
  checkAgreement(group, found);
  return { figures: [...found].flatMap(([contender, sessions]) => figuresOf(group, contender, sessions)), failures };
}

/** A session, or another one if other programs were at work during the first and less so during the second. */
async function quietSession(contender: Contender, job: Job, engine: Engine): Promise<Session> {
  const first = await sessionOf(contender, job, engine);
  if (isQuiet(first)) return first;
  const second = await sessionOf(contender, job, engine);
  return second.others < first.others ? second : first;
}

function figuresOf(group: GroupName, { name }: Contender, sessions: readonly Session[]): Figure[] {
  const [first] = sessions;
  return (first?.readings ?? []).map(({ row }, at) => {
    const readings = sessions.map((session) => session.readings[at]);
    const peaks = readings.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
    return {
      group,
      row,
      contender: name,
      medians: readings.map(({ median }) => median),
      least: Math.min(...readings.map(({ least }) => least)),
      others: groups[group].unit.isOfBytes ? 0 : Number(median(sessions.map(({ others }) => others)).toFixed(3)),
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
  found: ReadonlyMap<Pick<Contender, "name">, readonly Pick<Session, "readings">[]>,
): void {
  const expected = new Map<string, number>();
  for (const [{ name }, sessions] of found)
    for (const { row, check } of sessions.flatMap(({ readings }) => readings)) {
      if (check === undefined) continue;
      const other = expected.get(row) ?? check;
      expected.set(row, other);
      if (!(Math.abs(check - other) <= tolerance * Math.max(1, Math.abs(other))))
        throw new Error(`bench: ${name} finds ${check} at ${group}, ${row}, where others find ${other}`);
    }
}
