import { Bench } from "tinybench";
import type { Group, Row } from "./group.js";

/** How long to measure. */
export interface Effort {
  /** Rounds; in each every row has its turn, so that a machine that slows down slows them all. */
  readonly rounds: number;
  /** Least milliseconds of a turn. */
  readonly turnMs: number;
}

/** What was measured of one row; figures in the group's unit, the median over the rounds of each round's median. */
export interface Measurement {
  readonly group: string;
  readonly name: string;
  readonly figure: number;
  /** The rounds' smallest and largest figure. */
  readonly range: readonly [number, number];
  /** Time of the plain loop over ours, the median over the rounds; absent where there is no such loop. */
  readonly plainLoopOverOurs?: number;
}

let looked = 0;

/** Seconds of one run: the median of a turn. */
async function turn(run: () => ArrayLike<number>, { turnMs }: Effort): Promise<number> {
  const bench = new Bench({ time: turnMs, iterations: 3, warmupTime: turnMs / 4, warmupIterations: 1, throws: true });
  bench.add("run", () => {
    const result = run();
    looked += result[result.length - 1];
  });
  const [{ result }] = await bench.run();
  if (result.state !== "completed") throw new Error(`bench: a run ended as ${result.state}`);
  return result.latency.p50 / 1000;
}

/** The middle one of some numbers, the mean of the middle two where their count is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

interface Times {
  readonly row: Row;
  readonly ours: number[];
  readonly plain: number[];
}

/**
 * Measures the rows of a group in turns, each round one turn of every row and of its plain loop.
 *
 * @throws Error if a result holds what is no number: a fast wrong answer is none.
 */
export async function measure({ name, unit, rows }: Group, effort: Effort): Promise<Measurement[]> {
  const times: Times[] = rows().map((row) => ({ row, ours: [], plain: [] }));
  for (let round = 0; round < effort.rounds; round++)
    for (const { row, ours, plain } of times) {
      ours.push(await turn(row.run, effort));
      if (row.plainLoop) plain.push(await turn(row.plainLoop, effort));
    }
  if (!Number.isFinite(looked)) throw new Error(`bench: a result of the group ${name} is not finite`);
  return times.map(({ row, ours, plain }) => {
    const figures = ours.map((seconds) => unit.figure(seconds, row.amount));
    return {
      group: name,
      name: row.name,
      figure: median(figures),
      range: [Math.min(...figures), Math.max(...figures)],
      ...(plain.length > 0 && { plainLoopOverOurs: median(plain.map((seconds, round) => seconds / ours[round])) }),
    };
  });
}
