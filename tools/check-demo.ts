// Judges the folders of several demonstrations: node tools/dist/check-demo.js DEMO...
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failures, figuresOf, table } from "./demo-acceptance.js";

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write("check-demo: name the folders of the demonstrations to judge\n");
  process.exit(2);
}
const markets = folders.map((folder) =>
  figuresOf(folder, JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"))),
);
process.stdout.write(`${table(markets)}\n`);
const failed = failures(markets);
for (const sentence of failed) process.stdout.write(`${sentence}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
