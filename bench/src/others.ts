import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Seconds that all cores have worked since the start of the machine. */
const worked = (): number =>
  cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);

/** Seconds of processor time that a process and its threads have used; undefined once it is gone, or where nobody tells. */
function used(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields 14 and 15, counted behind the name, which may hold anything; Linux tells them in hundredths.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

/** How often a process is looked at, in milliseconds: what it uses after the last look counts for others' work. */
const interval = 20;

/**
 * Watches how much of the machine others use while a process runs; the function it gives ends the watch and tells how
 * many cores they kept busy on average. 0 where the system does not tell.
 */
export function watchOthers(pid: number): () => number {
  const [startedAt, workedBefore] = [performance.now(), worked()];
  let own: number | undefined;
  const timer = setInterval(() => {
    own = used(pid) ?? own;
  }, interval);
  return () => {
    clearInterval(timer);
    // Of a process shorter than a second the last look misses too large a part to tell.
    const seconds = Math.max(1, (performance.now() - startedAt) / 1000);
    return own === undefined ? 0 : Math.max(0, worked() - workedBefore - own) / seconds;
  };
}
