/** `pnpm bench [GROUP ...] [--quick] [--node MAJOR] [--page]`: see `usage`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Contender } from "./contenders.js";
import { groupNames, isGroupName } from "./groups.js";
import { historyIn, remember } from "./history.js";
import { thisMachine } from "./machine.js";
import { benchmarksPicture } from "./page/chart.js";
import { groupSection } from "./page/group-section.js";
import { benchmarksPage } from "./page/page.js";
import { engineOf, pandasHere, torchHere } from "./programs.js";
import type { Results } from "./results.js";
import { measureGroup } from "./rounds.js";
import type { Effort } from "./timing.js";
import { commit, versionsOf } from "./versions.js";

const usage = `usage: pnpm bench [GROUP ...] [--quick] [--node MAJOR] [--page]
  Measures all groups, keeps the results and writes docs/benchmarks.md; with groups named or --quick it only prints.
  --node   measures on another major version of Node, which npx fetches
  --page   writes the page from the results there are
  groups   ${groupNames.join(", ")}
`;

const resultsFolder = new URL("../results/", import.meta.url);
const historyFile = new URL("history.jsonl", resultsFolder);
const docs = new URL("../../docs/", import.meta.url);

const full: Effort = { rounds: 3, turnMs: 100, warmUpMs: 50, runs: 3 };
const quick: Effort = { rounds: 1, turnMs: 5, warmUpMs: 5, runs: 1 };

/** The kept results of every version of Node, the oldest first. */
function kept(): Results[] {
  const files = readdirSync(resultsFolder).filter((name) => /^node-\d+\.json$/.test(name));
  return files.toSorted().map((name) => JSON.parse(readFileSync(new URL(name, resultsFolder), "utf8")));
}

function writePage(): void {
  const all = kept();
  writeFileSync(new URL("benchmarks.md", docs), benchmarksPage(all, historyIn(historyFile)));
  writeFileSync(new URL("benchmarks.svg", docs), benchmarksPicture(all));
}

async function measureAll(names: readonly string[], isQuick: boolean, major: string | undefined): Promise<Results> {
  const effort = isQuick ? quick : full;
  const engine = engineOf(major);
  const torch = torchHere();
  const pandas = pandasHere();
  const isThere = ({ library }: Contender): boolean =>
    (library !== "torch" || "version" in torch) && (library !== "pandas" || "version" in pandas);
  const before = loadavg()[0];
  const figures: Results["figures"][number][] = [];
  const missing = [torch, pandas].flatMap((peer) => ("missing" in peer ? [peer.missing] : []));
  for (const name of names.filter(isGroupName)) {
    process.stderr.write(`${name} ...\n`);
    const rounds = await measureGroup(name, effort, engine, { isThere, isQuick });
    figures.push(...rounds.figures);
    missing.push(...rounds.failures);
  }
  const sources = commit();
  return {
    date: new Date().toISOString(),
    ...(sources !== undefined && { commit: sources }),
    node: engine.node,
    v8: engine.v8,
    machine: thisMachine(),
    load: [before, loadavg()[0]],
    effort,
    versions: {
      ...versionsOf(),
      ...("version" in torch && { PyTorch: torch.version }),
      ...("version" in pandas && { pandas: pandas.version }),
    },
    missing,
    figures,
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== "--"),
    allowPositionals: true,
    options: { quick: { type: "boolean" }, node: { type: "string" }, page: { type: "boolean" } },
  });
  const unknown = positionals.find((name) => !isGroupName(name));
  if (unknown !== undefined) throw new RangeError(`bench: no group "${unknown}"\n${usage}`);
  if (values.page) return writePage();
  const asked = positionals.length > 0 ? positionals : groupNames;
  const results = await measureAll(asked, values.quick ?? false, values.node);
  for (const name of asked.filter(isGroupName)) process.stdout.write(`${groupSection(name, [results])}\n`);
  // Some groups alone are a look, not a result: the page holds one run of all.
  if (positionals.length > 0 || values.quick) return;
  const file = new URL(`node-${Number.parseInt(results.node, 10)}.json`, resultsFolder);
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
  remember(historyFile, results);
  writePage();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
