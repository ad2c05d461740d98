import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSafetensors } from "@factorvae/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { type ConfigInput, resolveConfig } from "../config.js";
import type { Panel } from "../data/panel.js";
import type { ProcessorSettings } from "../data/processors/processor-settings.js";
import { sharedWindowsOf, windowsOf } from "../data/windows.js";
import { predictionsCsv } from "../predictions/predictions-csv.js";
import { configuredSplit, fitDataset } from "./dataset.js";
import { storedDataset } from "./stored-dataset.js";
import { train } from "./train.js";
import { smallMarket, smallSettings } from "./train.samples.js";

const folder = mkdtempSync(join(tmpdir(), "stored-dataset-"));
afterAll(() => rmSync(folder, { recursive: true }));

const panel = smallMarket();
const settings: ConfigInput = {
  ...smallSettings,
  universe: { top: 20, days: 30 },
  features: {
    names: ["KLEN", "ROC5", "STD20"],
    expressions: { swing: "($high - $low) / $close" },
    processors: [{ kind: "fill-median" }, { kind: "robust-z-score" }, { kind: "fill-zero" }],
  },
};
const config = resolveConfig(settings);
const split = configuredSplit(panel, config);
const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** Opens or builds the features of a panel in a file of a name; tells whether the file was written. */
async function stored(name: string, more: ConfigInput = {}, of: Panel = panel) {
  const path = join(folder, name);
  const before = existsSync(path) ? statSync(path).ino : undefined;
  const resolved = resolveConfig({ ...settings, ...more });
  const dataset = await storedDataset(of, resolved, configuredSplit(of, resolved), path);
  return { path, dataset, isWritten: statSync(path).ino !== before };
}

describe("a dataset with its features in a store", () => {
  it("has the fit and the windows of one in memory, to the bit", async () => {
    const { dataset } = await stored("same");
    const inMemory = fitDataset(panel, config, split);
    expect(dataset.fit).toEqual(inMemory.fit);
    const days = [3, 150, 201].map((date) => ({ date, stocks: inMemory.crossSections[date] }));
    expect(bits(windowsOf(dataset.features, days, 7)).equals(bits(windowsOf(inMemory.features, days, 7)))).toBe(true);
    const shared = sharedWindowsOf(dataset.features, days, 7);
    const expected = sharedWindowsOf(inMemory.features, days, 7);
    expect(bits(shared.rows).equals(bits(expected.rows))).toBe(true);
    expect(shared.places).toEqual(expected.places);
    dataset.features.close();
    dataset.features.close();
    expect(() => windowsOf(dataset.features, days, 7)).toThrow("feature store: it is closed");
    expect(readdirSync(folder)).toEqual(["same"]);
  });

  it("trains to the same scores", async () => {
    const inMemory = await train(panel, settings);
    const fromStore = await train(panel, settings, { store: join(folder, "trained") });
    expect(predictionsCsv(fromStore.predictions)).toBe(predictionsCsv(inMemory.predictions));
  });

  it("uses a file that holds just these features, and replaces one of other prices, settings or training dates", async () => {
    const open = async (more: ConfigInput = {}, of = panel): Promise<boolean> => {
      const { dataset, isWritten } = await stored("reused", more, of);
      expect(dataset.fit).toEqual(
        fitDataset(
          of,
          resolveConfig({ ...settings, ...more }),
          configuredSplit(of, resolveConfig({ ...settings, ...more })),
        ).fit,
      );
      dataset.features.close();
      return isWritten;
    };
    expect(await open()).toBe(true);
    expect(await open()).toBe(false);
    expect(await open({ train: { epochs: 1 } })).toBe(false);
    expect(await open({ features: { ...settings.features, clip: 2 } })).toBe(true);
    expect(await open({ universe: { top: 25, days: 30 } })).toBe(true);
    expect(await open({ universe: { top: 25, days: 30 }, split: { train: 0.5, valid: 0.3, test: 0.2 } })).toBe(true);
    expect(await open()).toBe(true);
    const close = panel.fields.close.slice();
    close[40] *= 1.01;
    expect(await open({}, { ...panel, fields: { ...panel.fields, close } })).toBe(true);
  });

  it("is a safetensors file that others can read", async () => {
    const { path, dataset } = await stored("safe");
    dataset.features.close();
    const { tensors, metadata } = readSafetensors(readFileSync(path));
    expect(tensors.features.shape).toEqual([panel.symbols.length, panel.dates.length, 4]);
    expect(metadata.format).toBe("factorvae-features-1");
    expect(
      bits(Float32Array.from(tensors.features.data)).equals(bits(fitDataset(panel, config, split).features.values)),
    ).toBe(true);
  });

  it("takes no other file's place, and no damaged store for a whole one", async () => {
    writeFileSync(join(folder, "prices.csv"), "date,symbol,close\n");
    await expect(stored("prices.csv")).rejects.toThrow(
      /prices\.csv: a store of features cannot take the place of a file/,
    );
    expect(readFileSync(join(folder, "prices.csv"), "utf8")).toBe("date,symbol,close\n");
    await expect(stored(".")).rejects.toThrow("a folder; a store of features is a file, name one in it");
    const { path, dataset } = await stored("short");
    dataset.features.close();
    truncateSync(path, statSync(path).size - 4);
    await expect(stored("short")).rejects.toThrow("short: a store of features cannot take the place of a file");
  });

  it("may be built by several at once, and clears away what a killed process left", async () => {
    writeFileSync(join(folder, ".twice.partial-999999999-x"), "half a store");
    const built = await Promise.all([
      stored("twice"),
      stored("twice"),
      stored("twice", { features: { names: ["KLEN"] } }),
    ]);
    for (const { dataset } of built) {
      const own = resolveConfig({
        ...settings,
        ...(dataset.features.names.length === 1 && { features: { names: ["KLEN"] } }),
      });
      const days = [{ date: 180, stocks: dataset.crossSections[180] }];
      const inMemory = fitDataset(panel, own, configuredSplit(panel, own));
      expect(bits(windowsOf(dataset.features, days, 5)).equals(bits(windowsOf(inMemory.features, days, 5)))).toBe(true);
      dataset.features.close();
    }
    expect(readdirSync(folder).filter((name) => name.includes("twice"))).toEqual(["twice"]);
  });

  it("leaves nothing behind where it cannot be built", async () => {
    const before = readdirSync(folder);
    const regression: ProcessorSettings = { kind: "neutralise-regression", columns: ["size"] };
    await expect(
      stored("never", { features: { names: ["KLEN"], processors: [regression, { kind: "fill-zero" }] } }),
    ).rejects.toThrow("neutralise-regression needs a column of numbers that the prices do not have");
    expect(readdirSync(folder)).toEqual(before);
  });
});
