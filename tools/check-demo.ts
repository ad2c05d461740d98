// Judges the folders of several demonstrations: node tools/dist/check-demo.js DEMO... [--write FIGURES.json]
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { failures, figuresOf, table } from "./demo-acceptance.js";

const { positionals: folders, values } = parseArgs({ allowPositionals: true, options: { write: { type: "string" } } });
if (folders.length === 0) {
  process.stderr.write("check-demo: name the folders of the demonstrations to judge\n");
  process.exit(2);
}
const markets = folders.map((folder) =>
  figuresOf(basename(folder), JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"))),
);
process.stdout.write(`${table(markets)}\n`);
const failed = failures(markets);
for (const sentence of failed) process.stdout.write(`${sentence}\n`);
if (values.write !== undefined) writeFileSync(values.write, `${JSON.stringify(markets, null, 2)}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
