/** `npm run bench:scale [-- DATES ...]`: what features on disk cost in time and memory, by the length of the market. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { info } from "@factorvae/autograd";
import { thisMachine } from "../machine.js";
import { commit } from "../versions.js";
import type { ScaleFigures, ScaleResults } from "./figures.js";
import { scalePage } from "./page.js";

const stocks = 3500;
const steps = 20;
const lengths = [650, 1300, 2600];

const command = fileURLToPath(new URL("../../../packages/factorvae/bin/factorvae.js", import.meta.url));
const measuring = fileURLToPath(new URL("process.js", import.meta.url));
const resultsFile = new URL("../../results/scale.json", import.meta.url);
const page = new URL("../../../docs/scale.md", import.meta.url);

function measured(dates: number): ScaleFigures {
  const folder = mkdtempSync(join(tmpdir(), "scale-"));
  try {
    const prices = join(folder, "prices.csv");
    const size = ["--stocks", `${stocks}`, "--days", `${dates}`];
    execFileSync(process.execPath, [command, "simulate", "--out", prices, ...size], { stdio: "inherit" });
    const store = join(folder, "features.store");
    const told = execFileSync(process.execPath, [measuring, prices, store, `${steps}`], { encoding: "utf8" });
    process.stderr.write(told);
    return JSON.parse(told);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const asked = process.argv.slice(2).map(Number);
const figures = (asked.length > 0 ? asked : lengths).map(measured);
const sources = commit();
const results: ScaleResults = {
  date: new Date().toISOString(),
  ...(sources !== undefined && { commit: sources }),
  node: process.versions.node,
  machine: thisMachine(),
  threads: info().threads,
  steps,
  figures,
};
process.stdout.write(`${scalePage(results)}\n`);
// Some lengths alone are a look, not a result.
if (asked.length === 0) {
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(page, scalePage(results));
}
