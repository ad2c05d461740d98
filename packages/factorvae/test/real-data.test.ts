import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../src/config.js";
import { alpha158 } from "../src/data/alpha158.js";
import { readPrices } from "../src/data/read.js";
import { configuredSplit, fitDataset } from "../src/train/dataset.js";
import { createModel } from "../src/train/learner.js";
import { predict } from "../src/train/predict.js";
import { withoutLast } from "../src/train/train.samples.js";

const file = fileURLToPath(new URL("../../../../shared/data/sp500_2013_2018.csv.gz", import.meta.url));

/** The bits of two arrays of numbers are equal; NaN equals itself. */
const sameBits = (a: Float32Array | Float64Array, b: Float32Array | Float64Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

describe.skipIf(!existsSync(file))("five years of real prices (skipped where the file is not there)", async () => {
  const panel = existsSync(file) ? await readPrices(file) : undefined;
  if (!panel) return;
  const cut = withoutLast(panel, 30);

  it("every row read is used or counted as dropped", () => {
    const { read, used, dropped } = panel.rows;
    expect(read).toBe(619_040);
    expect(used + Object.values(dropped).reduce((sum, { count }) => sum + count, 0)).toBe(read);
  });

  it("cutting the last 30 days off changes no bit of the features before", () => {
    const [whole, before] = [alpha158(panel), alpha158(cut)];
    const width = whole.names.length;
    for (let n = 0; n < panel.symbols.length; n++) {
      const kept = cut.dates.length * width;
      const from = n * panel.dates.length * width;
      expect(sameBits(whole.values.slice(from, from + kept), before.values.slice(n * kept, (n + 1) * kept))).toBe(true);
    }
  });

  it("nor of a fixed model's scores and risks", () => {
    const config = resolveConfig({});
    const split = configuredSplit(panel, config);
    const { fit } = fitDataset(panel, config, split);
    const run = { config, fit, model: createModel(config, 20), riskScale: 1, edges: split.edges };
    const dates = { from: cut.dates[cut.dates.length - 20], to: cut.dates[cut.dates.length - 1] };
    const [whole, before] = [predict(run, panel, dates), predict(run, cut, dates)];
    expect(before.symbol).toEqual(whole.symbol);
    expect(sameBits(before.score, whole.score)).toBe(true);
    expect(sameBits(before.risk ?? before.score, whole.risk ?? whole.score)).toBe(true);
  });
});
