import { table, told } from "../page/table.js";
import type { ScaleResults } from "./figures.js";

/** The page on features that are more than memory holds, as Markdown. */
export function scalePage({ date, commit, node, machine, threads, steps, figures }: ScaleResults): string {
  const rows = figures.map((one) => [
    `${one.stocks} x ${one.dates} x ${one.features}`,
    told(one.rows / 1e6, 1),
    told(one.storeBytes / 1e9, 2),
    told(one.readSeconds, 1),
    told(one.buildSeconds, 1),
    told(one.reopenSeconds, 1),
    told(one.epochSeconds, 1),
    told((1000 * (one.buildSeconds + one.epochSeconds)) / one.dates, 1),
    told(one.peakBytes / 1e9, 2),
  ]);
  const head = [
    "stocks x dates x features",
    "million rows",
    "store, GB",
    "read prices, s",
    "build, s",
    "open again, s",
    "epoch, s",
    "build and epoch, ms a date",
    "most memory, GB",
  ];
  return `# Features on disk

This page is written by \`npm run bench:scale\` from \`bench/results/scale.json\`; change nothing by hand. Each row is a process of
its own that reads a simulated prices file, computes, fits and processes all features into a store
([more than memory holds](data.md#more-than-memory-holds)), opens it again, and reads the windows of ${steps} dates of every stock on every
date, once: an epoch. The most memory is that of the whole process, reading included.

${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${node}, ${threads} threads, ${date.slice(0, 10)}${commit === undefined ? "" : `, commit ${commit}`}.

${table(head, rows)}`;
}
