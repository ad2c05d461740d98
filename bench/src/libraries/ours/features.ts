import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { info } from "@factorvae/autograd";
import { computeFeaturesInThreads, type FeatureTable, featureNames, readPrices } from "factorvae";
import type { Measured } from "../../case.js";
import type { FeaturesSpec } from "../../groups/features.js";
import { values } from "../../values.js";

/** The same file that `python/features.py` writes. */
function pricesText({ stocks, days }: FeaturesSpec): string {
  const lines = ["date,symbol,open,high,low,close,volume,vwap"];
  for (let n = 0; n < stocks; n++) {
    const symbol = `S${String(n).padStart(4, "0")}`;
    const [move, gap, up, down, trade] = ["move", "gap", "up", "down", "trade"].map((part) =>
      values(`${part} of ${symbol}`, days),
    );
    let sum = 0;
    for (let t = 0; t < days; t++) {
      sum += move[t] * 0.03;
      const close = 40 * Math.exp(sum);
      const open = close * (1 + 0.01 * gap[t]);
      const high = Math.max(open, close) * (1.01 + 0.01 * up[t]);
      const low = Math.min(open, close) * (0.99 + 0.01 * down[t]);
      const vwap = (high + low + 2 * close) / 4;
      const date = new Date(86_400_000 * (15_000 + t)).toISOString().slice(0, 10);
      const volume = Math.floor(1e6 * (1.5 + trade[t]));
      lines.push(
        `${date},${symbol},${[open, high, low, close].map((price) => price.toFixed(4)).join(",")},${volume},${vwap.toFixed(4)}`,
      );
    }
  }
  return lines.join("\n");
}

/** Reads a prices file and computes its features. */
export function featuresCase(spec: FeaturesSpec): Measured {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const path = join(folder, "prices.csv");
  writeFileSync(path, pricesText(spec));
  let table: FeatureTable | undefined;
  return {
    measure: async () => {
      const started = performance.now();
      const panel = await readPrices(path);
      table = await computeFeaturesInThreads(panel, { names: featureNames }, { threads: info().threads });
      const seconds = (performance.now() - started) / 1000;
      rmSync(folder, { recursive: true });
      return seconds;
    },
    check: () => meanSize(table, spec.subset),
  };
}

/** The mean of the features' means of absolute values, over the first stocks and the dates with whole windows. */
function meanSize(table: FeatureTable | undefined, stocks: number): number {
  if (table === undefined) return Number.NaN;
  const { names, dates, values: cells } = table;
  let sum = 0;
  for (let n = 0; n < stocks; n++)
    for (let t = 60; t < dates.length; t++)
      for (let c = 0; c < names.length; c++) sum += Math.abs(cells[(n * dates.length + t) * names.length + c]);
  return sum / (stocks * (dates.length - 60) * names.length);
}
