import type { Case, Library } from "./case.js";
import type { Row } from "./groups/group.js";
import { type GroupName, groups, type Specs } from "./groups.js";
import { peakMeter } from "./peak.js";
import { type Effort, timed } from "./timing.js";

/** What one process found about one row. */
export interface Reading {
  readonly row: string;
  /** Seconds or bytes: the middle and the least of the runs. */
  readonly median: number;
  readonly least: number;
  /** What every library should find alike. */
  readonly check?: number;
  /** Operations a second that one core could do at most, around the same time. */
  readonly peak?: number;
}

/** What a process is asked to do. */
export interface Job {
  readonly group: GroupName;
  readonly effort: Effort;
  /** Leaves out the rows that are measured of ours alone. */
  readonly sharedOnly: boolean;
}

/** Measures all rows of a group that a library can do. */
export async function readingsOf(library: Library, job: Job): Promise<Reading[]> {
  return measured(library, job.group, job);
}

async function measured<Name extends GroupName>(
  library: Library,
  name: Name,
  { effort, sharedOnly }: Job,
): Promise<Reading[]> {
  const { rows, ofPeak, warmUp = 1 } = groups[name];
  const make: Library[Name] = library[name];
  if (!make) return [];
  const meter = ofPeak ? peakMeter() : undefined;
  const warmed = { ...effort, warmUpMs: warmUp * effort.warmUpMs };
  const readings: Reading[] = [];
  for (const row of rows as readonly Row<Specs[Name]>[]) {
    const made = sharedOnly && row.oursOnly ? undefined : await make(row.spec);
    if (made) readings.push({ row: row.name, ...(await reading(made, warmed, meter)) });
  }
  return readings;
}

async function reading(made: Case, effort: Effort, meter: ReturnType<typeof peakMeter>): Promise<Omit<Reading, "row">> {
  if ("measure" in made) {
    const figure = await made.measure();
    const found = made.check?.();
    return { median: figure, least: figure, ...(found !== undefined && { check: found }) };
  }
  const check = await made.check?.();
  const before = meter?.();
  const times = await timed(made, effort);
  const after = meter?.();
  // Whichever was less disturbed; both within a second of the runs.
  const peak = Math.max(before?.flopsPerSecond ?? 0, after?.flopsPerSecond ?? 0);
  return { ...times, ...(check !== undefined && { check }), ...(peak > 0 && { peak }) };
}
