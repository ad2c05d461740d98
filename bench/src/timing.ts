import { Bench } from "tinybench";
import type { Timed } from "./case.js";

/** How long to measure. */
export interface Effort {
  /** Processes of each contender. */
  readonly rounds: number;
  /** Least milliseconds of a row in a process, and those before to warm up. */
  readonly turnMs: number;
  readonly warmUpMs: number;
  /** Least runs of a row in a process. */
  readonly runs: number;
}

/** The seconds that a run took: the middle and the least of a turn. */
export interface Times {
  readonly median: number;
  readonly least: number;
}

/** What the last run left: kept in sight, so that it had to be made. */
const kept: { result: unknown } = { result: undefined };

/** Times a case over one turn. */
export async function timed(
  { run, isAsync = false, around = (turn) => turn() }: Timed,
  effort: Effort,
): Promise<Times> {
  const bench = new Bench({
    time: effort.turnMs,
    iterations: effort.runs,
    warmupTime: effort.warmUpMs,
    warmupIterations: Math.ceil(effort.runs / 2),
    throws: true,
  });
  bench.add(
    "run",
    isAsync
      ? async () => {
          kept.result = await run();
        }
      : () => {
          kept.result = run();
        },
    { async: isAsync },
  );
  if (isAsync) await bench.run();
  else
    around(() => {
      bench.runSync();
    });
  const [{ result }] = bench.tasks;
  if (result.state !== "completed") throw new Error(`bench: a run ended as ${result.state}`);
  return { median: result.latency.p50 / 1000, least: result.latency.min / 1000 };
}
