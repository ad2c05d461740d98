import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { ConfigInput } from "../config.js";
import { parsePrices } from "../data/read.js";
import { appliedDataset } from "../train/dataset.js";
import { predict } from "../train/predict.js";
import { checks } from "./audit.js";
import { trainedEvidence } from "./audit.samples.js";
import { type AuditContext, auditContext } from "./context.js";
import { daysToCutAt, featureDifference, scoreDifference } from "./future.js";

/** One symbol in `oneIn` is taken, so that late listings and gaps are among them. */
const files = [
  { name: "sp500_2013_2018.csv.gz", oneIn: 16 },
  { name: "sp500_2005_2017_adjusted.csv.gz", oneIn: 36 },
].map(({ name, oneIn }) => ({
  name,
  oneIn,
  path: fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url)),
}));

const settings: ConfigInput = {
  model: { hidden: 4, portfolios: 4, factors: 2 },
  train: { epochs: 1, firstEpoch: 1, daysPerStep: 20 },
};

/** Header and rows of a sample of the symbols, the symbol being the last column. */
function sampled(path: string, oneIn: number): { header: string; rows: string[] } {
  const [header, ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split(/\r?\n/);
  const symbolOf = (line: string): string => line.slice(line.lastIndexOf(",") + 1);
  const symbols = [...new Set(lines.map(symbolOf))].toSorted();
  const taken = new Set(symbols.filter((symbol, at) => at % oneIn === 0 || symbol === "AAPL" || symbol === "LNT"));
  return { header, rows: lines.filter((line) => taken.has(symbolOf(line))) };
}

for (const { name, path, oneIn } of files)
  describe.skipIf(!existsSync(path))(`${name} (skipped without ../shared/data)`, () => {
    let file = { header: "", rows: [""] };
    let context: AuditContext;
    beforeAll(async () => {
      file = sampled(path, oneIn);
      const panel = parsePrices([file.header, ...file.rows].join("\n"));
      context = auditContext(await trainedEvidence(panel, settings), panel);
    });

    it("passes every check", async () => {
      for (const check of checks)
        expect({ name: check.name, ...(await check.run(context)) }).toMatchObject({ passed: true });
    });

    it("gives the same features, scores and risks when the file itself ends on the day", () => {
      const { run, panel, dataset } = context;
      const dateColumn = file.header.toLowerCase().split(",").indexOf("date");
      for (const day of daysToCutAt(context)) {
        const date = panel.dates[day];
        const kept = file.rows.filter((row) => row.split(",")[dateColumn] <= date);
        expect(kept.length).toBeLessThan(file.rows.length);
        const cut = parsePrices([file.header, ...kept].join("\n"));
        // Symbols that are listed later have no row to be compared.
        const here = new Set(cut.symbols);
        const rest = file.rows.filter((row) => here.has(row.slice(row.lastIndexOf(",") + 1)));
        const whole = parsePrices([file.header, ...rest].join("\n"));
        expect(whole.dates).toEqual(panel.dates);
        const of = (some: typeof cut) => appliedDataset(some, run.config, run.fit);
        expect(featureDifference(of(whole), of(cut), day)).toBeUndefined();
        expect(scoreDifference(predict(run, whole, { from: date, to: date }), predict(run, cut))).toBeUndefined();
      }
      expect(dataset.features.symbols.length).toBeGreaterThan(12);
    });
  });
