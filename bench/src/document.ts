import type { Group } from "./group.js";
import type { Machine } from "./machine.js";
import type { Effort, Measurement } from "./measure.js";

/** What a run of the benchmarks leaves behind. */
export interface Results {
  readonly machine: Machine;
  readonly effort: Effort;
  readonly measurements: readonly Measurement[];
}

const introduction = `# Benchmarks

This page is written by \`pnpm bench\` from \`bench/results/latest.json\`; change neither by hand. The rows of a group take
turns within one process, and a figure is the median over the rounds of each round's median, with the rounds' range
beside it. "Plain loop / ours" is the time of a loop as one would write it without a library over the library's time,
measured in turn with it: above 1 the library is faster. All inputs and results lie on the heap, one thread.
`;

/** The page of the benchmarks, as Markdown. */
export function benchmarksPage({ machine, effort, measurements }: Results, groups: readonly Group[]): string {
  const { cpu, cores, memoryGb, node, v8, system, load } = machine;
  const where =
    `Measured on ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node} (V8 ${v8}); ` +
    `${effort.rounds} rounds, turns of ${effort.turnMs} ms; load ${load.toFixed(1)} (above 1 the machine was not ours alone).\n`;
  const sections = groups.flatMap((group) => {
    const rows = measurements.filter((measurement) => measurement.group === group.name);
    return rows.length > 0 ? [section(group, rows)] : [];
  });
  return [introduction, where, ...sections].join("\n");
}

function section({ name, about, unit }: Group, rows: readonly Measurement[]): string {
  const withLoop = rows.some((row) => row.plainLoopOverOurs !== undefined);
  const cells = (row: Measurement): string[] => [
    row.name,
    row.figure.toFixed(unit.digits),
    row.range.map((figure) => figure.toFixed(unit.digits)).join(" to "),
    ...(withLoop ? [row.plainLoopOverOurs?.toFixed(2) ?? ""] : []),
  ];
  const head = ["", unit.name, "range", ...(withLoop ? ["plain loop / ours"] : [])];
  const lines = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...rows.map(cells)];
  return `## ${name}\n\n${about}\n\n${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}\n`;
}
