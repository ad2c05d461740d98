/** What a spawned process runs: `node process.js PRICES STORE STEPS`; prints its figures as JSON. */
import { statSync } from "node:fs";
import { featureNames, readPrices, resolveConfig } from "factorvae";
import type { ScaleFigures } from "./figures.js";

/** Functions of `factorvae` that its package keeps to itself. */
const inside = (path: string): string => new URL(`../../../packages/factorvae/dist/${path}`, import.meta.url).href;
const { configuredSplit }: typeof import("../../../packages/factorvae/src/train/dataset.js") = await import(
  inside("train/dataset.js")
);
const { storedDataset }: typeof import("../../../packages/factorvae/src/train/stored-dataset.js") = await import(
  inside("train/stored-dataset.js")
);
const { windowsOf }: typeof import("../../../packages/factorvae/src/data/windows.js") = await import(
  inside("data/windows.js")
);

const [, , prices, store, steps] = process.argv;

/** Runs something and tells the seconds it took. */
async function timed<Result>(run: () => Result | Promise<Result>): Promise<readonly [Result, number]> {
  const start = performance.now();
  const result = await run();
  return [result, (performance.now() - start) / 1000];
}

// A simulated market has no vwap: another feature stands in the place of VWAP0, so that there are 158.
const names = featureNames.filter((name) => name !== "VWAP0");
const features = { names, expressions: { TYPICAL0: "($high + $low + $close) / (3 * $close)" } };
const config = resolveConfig({ features });

const [panel, readSeconds] = await timed(() => readPrices(prices));
const split = configuredSplit(panel, config);
const [built, buildSeconds] = await timed(() => storedDataset(panel, config, split, store));
built.features.close();
const [dataset, reopenSeconds] = await timed(() => storedDataset(panel, config, split, store));
const [, epochSeconds] = await timed(() => {
  for (let date = 0; date < panel.dates.length; date++)
    windowsOf(dataset.features, [{ date, stocks: dataset.crossSections[date] }], Number(steps));
});
dataset.features.close();

const figures: ScaleFigures = {
  stocks: panel.symbols.length,
  dates: panel.dates.length,
  features: dataset.features.names.length,
  rows: panel.rows.read,
  storeBytes: statSync(store).size,
  readSeconds,
  buildSeconds,
  reopenSeconds,
  epochSeconds,
  // Node tells kibibytes.
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
