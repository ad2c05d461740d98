import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { historyIn } from "../history.js";
import type { Results } from "../results.js";
import { benchmarksPicture } from "./chart.js";
import { groupSection } from "./group-section.js";
import { benchmarksPage } from "./page.js";

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const folder = new URL("../../results/", import.meta.url);
const committed = (): Results[] =>
  readdirSync(folder)
    .filter((name) => /^node-\d+\.json$/.test(name))
    .toSorted()
    .map((name) => JSON.parse(text(`../../results/${name}`)));

const results: Results = {
  date: "2026-01-02T00:00:00Z",
  node: "24.1.0",
  v8: "13.6",
  machine: { cpu: "a processor", cores: 2, memoryGb: 8, system: "linux x64" },
  load: [0, 1],
  effort: { rounds: 3, turnMs: 10, warmUpMs: 5, runs: 1 },
  versions: {},
  missing: ["Nothing was missing but this."],
  figures: [
    { group: "gru", row: "N = 300", contender: "ours-1", medians: [0.002, 0.001, 0.002], least: 0.001, others: 0 },
    { group: "gru", row: "N = 300", contender: "torch-1", medians: [0.004, 0.004, 0.004], least: 0.004, others: 0 },
    { group: "gru", row: "N = 3500", contender: "ours-1", medians: [0.01, 0.011, 0.012], least: 0.01, others: 0 },
    { group: "gru", row: "N = 3500", contender: "torch-1", medians: [0.01, 0.011, 0.012], least: 0.01, others: 0 },
  ],
};

const past = {
  date: "2026-01-02T00:00:00Z",
  node: "24.1.0",
  cpu: "a processor",
  load: 0.25,
  gemmShare: 0.9,
  values: [],
};

describe("the page of the benchmarks", () => {
  it("is what the committed results give", () => {
    const history = historyIn(new URL("history.jsonl", folder));
    expect(text("../../../docs/benchmarks.md")).toBe(benchmarksPage(committed(), history));
    expect(text("../../../docs/benchmarks.svg")).toBe(benchmarksPicture(committed()));
  });

  it("tells medians, ratios by rounds, and which rounds lie far apart", () => {
    expect(groupSection("gru", [results])).toContain(`| Node 24 | in | ours, ms | PyTorch / ours |
| --- | ---: | ---: | ---: |
| N = 300 | scope | 2.00 ? | 2.00 ? |
| N = 3500 | scope | 11.00 | 1.00 |
`);
  });

  it("leaves a group out that was not measured, and says what was missing", () => {
    const page = benchmarksPage([results], []);
    expect(page).not.toContain("## matmul");
    expect(page).not.toContain("## history");
    expect(page).toContain("Nothing was missing but this.");
    expect(page).toContain("| GRU, N = 3,500, over PyTorch, 1 thread | 0.9 | **1.00** | 1 |");
  });

  it("ends with the history, of which it shows the last runs", () => {
    const page = benchmarksPage([results], [{ ...past, date: "2025-12-31" }, ...new Array(20).fill(past)]);
    expect(page.endsWith("| 2026-01-02 |  | 24.1.0 | a processor | 0.3 | 0.900 |\n")).toBe(true);
    expect(page).not.toContain("2025-12-31");
  });
});
