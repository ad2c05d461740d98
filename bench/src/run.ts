import { readFileSync, writeFileSync } from "node:fs";
import { benchmarksPage, type Results } from "./document.js";
import { groups } from "./groups.js";
import { thisMachine } from "./machine.js";
import { type Measurement, measure } from "./measure.js";

const resultsFile = new URL("../results/latest.json", import.meta.url);
const page = new URL("../../docs/benchmarks.md", import.meta.url);
const effort = { rounds: 5, turnMs: 100 };

const asked = process.argv.slice(2).filter((argument) => argument !== "--");
const unknown = asked.find((name) => !groups.some((group) => group.name === name));
if (unknown !== undefined) {
  process.stderr.write(`bench: no group "${unknown}"; there are ${groups.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}

const measurements: Measurement[] = [];
for (const group of groups.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  process.stderr.write(`${group.name} (${group.unit.name})\n`);
  const made = await measure(group, effort);
  for (const { name, figure } of made) process.stderr.write(`  ${figure.toFixed(2).padStart(9)}  ${name}\n`);
  measurements.push(...made);
}
// Some groups alone are a look, not a result: the page holds one run of all.
if (asked.length === 0) {
  const results: Results = { machine: thisMachine(), effort, measurements };
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 2)}\n`);
  const written: Results = JSON.parse(readFileSync(resultsFile, "utf8"));
  writeFileSync(page, benchmarksPage(written, groups));
}
