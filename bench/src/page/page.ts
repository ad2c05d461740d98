import { groupNames } from "../groups.js";
import type { Past } from "../history.js";
import { majorOf, type Results } from "../results.js";
import { isReached, targets } from "../targets.js";
import { groupSection } from "./group-section.js";
import { table, told } from "./table.js";

const introduction = `# Benchmarks

This page and its picture are written by \`pnpm bench\` from the files of \`bench/results\`; change none by hand. In each round
every contender measures a group in a process of its own, one after the other, so that a machine that slows down slows them
all; within a process each row warms up and then runs for a while, and the middle run counts. The recurrent unit and
the step warm up for three seconds in JavaScript, whose compiler is at work for some hundred steps; PyTorch compiles nothing. A figure is the median over
the processes. "Peer / ours" is the peer's time (or bytes) over ours on as many threads, the median of the rounds' ratios:
above 1 ours is better. A question mark stands where
the rounds lie more than half apart or other programs kept a quarter of a core busy: such a figure tells nothing. All get the same numbers, and what they compute is compared: who finds something else ends the run.

The peak of a core is what a kernel of twelve independent chains of 128-bit fused multiply-adds reached in the same process
around each measurement. It is given up where it stays below 14 operations a cycle. "In" says where operands and results
live: on the heap, as JavaScript arrays, or in a scope, in the kernels' memory (a peer's then stay in that library's). The
peers of JavaScript have one thread: TensorFlow.js and jax-js start workers in browsers only. ml-matrix computes in double
precision. PyTorch uses wider vectors than WebAssembly has.

\`pnpm bench --node 24\` measures on another Node, \`pnpm bench matmul gru\` prints some groups alone, and \`--quick\` sees in
a few minutes whether everything runs.
`;

function measuredOn(results: Results): string {
  const { machine, node, v8, effort, load, versions, missing, date, commit } = results;
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${node} (V8 ${v8})`,
    `${date.slice(0, 10)}${commit === undefined ? "" : `, commit ${commit}`}`,
    `${effort.rounds} rounds, turns of ${effort.turnMs} ms, at least ${effort.runs} runs`,
    `load ${told(load[0], 1)} before, ${told(load[1], 1)} after (above 1 before: others were at work)`,
    libraries.join(", "),
  ];
  return `- **Node ${majorOf(results)}**: ${where.join("; ")}. ${missing.join(" ")}`.trimEnd();
}

function valueTold(value: number | undefined): string {
  if (value === undefined) return "not measured";
  return Number.isNaN(value) ? "unsteady" : told(value, value < 10 ? 2 : 0);
}

function targetTable(all: readonly Results[]): string {
  const head = [
    "what the engine was written to reach",
    ...all.flatMap((results) => [`Node ${majorOf(results)}: target`, "reached"]),
    "aim",
  ];
  const rows = targets.map((target) => [
    target.name,
    ...all.flatMap((results) => {
      const major = majorOf(results);
      const value = target.value(results);
      const [node20, node24] = target.required;
      const reached = valueTold(value);
      const sign = target.falls ? "at most " : "";
      const needed = `${sign}${major < 22 ? node20 : node24}`;
      return [needed, value !== undefined && isReached(target, value, major) ? `**${reached}**` : reached];
    }),
    target.aim === undefined ? "" : `${target.aim}`,
  ]);
  return table(head, rows);
}

function historySection(history: readonly Past[]): string {
  const rows = history
    .slice(-20)
    .map(({ date, commit = "", node, cpu, load, gemmShare }) => [
      date.slice(0, 10),
      commit,
      node,
      cpu,
      told(load, 1),
      told(gemmShare, 3),
    ]);
  const head = ["date", "commit", "Node", "machine", "load", "products, share of the peak"];
  return `## history\n\nThe last runs, from \`bench/results/history.jsonl\`.\n\n${table(head, rows)}`;
}

/** The page of the benchmarks, as Markdown: all versions of Node side by side. */
export function benchmarksPage(all: readonly Results[], history: readonly Past[]): string {
  const sections = groupNames.map((name) => groupSection(name, all)).filter((section) => section !== "");
  return [
    introduction,
    `${all.map(measuredOn).join("\n")}\n`,
    `## Targets\n\nRatios are a peer's time over ours; what was reached stands in bold type.\n\n${targetTable(all)}`,
    "![Peers' time over ours, and the share of the peak](benchmarks.svg)\n",
    ...sections,
    ...(history.length > 0 ? [historySection(history)] : []),
  ].join("\n");
}
