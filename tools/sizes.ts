// Measures what our packages weigh in a bundle: node tools/dist/sizes.js [--write]. With --write the figures go to
// bench/results/package-sizes.json and into the tables of the packages' READMEs.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { packageSizes, sizeTable } from "./package-sizes.js";

const { values } = parseArgs({ options: { write: { type: "boolean" } } });
const root = new URL("../../", import.meta.url);
const sizes = await packageSizes();
for (const name of new Set(sizes.map((size) => size.package))) {
  const table = sizeTable(sizes, name);
  process.stdout.write(`${name}\n${table}\n\n`);
  if (!values.write) continue;
  const readme = new URL(`packages/${name}/README.md`, root);
  const text = readFileSync(readme, "utf8");
  const before = /\| bundled, minified, gzipped \|[^\n]*\n(\|[^\n]*(\n|$))*/;
  const written = before.test(text) ? text.replace(before, () => `${table}\n`) : `${text.trimEnd()}\n\n${table}\n`;
  writeFileSync(readme, written);
}
if (values.write)
  writeFileSync(new URL("bench/results/package-sizes.json", root), `${JSON.stringify(sizes, null, 2)}\n`);
