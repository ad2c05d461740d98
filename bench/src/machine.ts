import { cpus, loadavg, totalmem } from "node:os";

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly v8: string;
  readonly system: string;
  /** Processes that wanted a core over the last minute, the benchmarks' own among them: above 1 others were at work. */
  readonly load: number;
}

/** This machine. */
export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${process.platform} ${process.arch}`,
    load: loadavg()[0],
  };
}
