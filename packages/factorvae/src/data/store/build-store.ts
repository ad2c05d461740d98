import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { partialFile } from "../../run/whole-file.js";
import { clippedShares } from "../clipped-shares.js";
import type { FeatureChoice } from "../feature-choice.js";
import { isBuilt, shared, withThreads } from "../features-in-threads.js";
import type { Panel } from "../panel.js";
import { fitNormaliser } from "../processors/normaliser.js";
import type { ProcessorSettings } from "../processors/processor-settings.js";
import type { Sheet } from "../processors/sheet.js";
import { type FeatureStore, openStore } from "./feature-store.js";
import { encodedHeader, headerBytes } from "./store-header.js";
import { storedSheet } from "./stored-sheet.js";
import { writeStocks } from "./write-stocks.js";

const workerFile = new URL("./store-worker.js", import.meta.url);

/** What a store is made from. */
export interface StoreSource {
  readonly panel: Pick<Panel, "fields" | "present">;
  /** The sheet that its features make, but for their values. */
  readonly sheet: Omit<Sheet, "values">;
  /** Of features that can all be computed. */
  readonly choice: FeatureChoice;
  readonly processors: readonly ProcessorSettings[];
  readonly clip: number;
  /** Per date, whether processors may learn from it. */
  readonly isTraining: readonly boolean[];
  /** As `storeIdentity` has it. */
  readonly identity: string;
}

/**
 * Writes the processed features of a panel to a file, holding no more than some stocks or some days of them: the same bits as in
 * memory. The file is written beside its place and renamed; an older store is replaced.
 *
 * The file is a safetensors file with one tensor, `features` `[symbols, dates, features]`, float32.
 *
 * @throws Error if the place cannot be written, or a thread fails; and as `fitNormaliser`
 */
export async function buildStore(path: string, source: StoreSource, threads: number): Promise<FeatureStore> {
  const { sheet, processors, clip, isTraining, identity } = source;
  const { names, dates, symbols } = sheet;
  const valuesAt = headerBytes(names.length, processors.length);
  const beside = partialFile(path);
  try {
    closeSync(openSync(beside, "w"));
    await writeRaw(source, beside, valuesAt, threads);
    const file = openSync(beside, "r+");
    try {
      const stored = storedSheet({ path: beside, file, valuesAt }, sheet);
      const normaliser = fitNormaliser(stored, isTraining, processors, clip);
      const clipped = clippedShares(normaliser, stored, isTraining);
      stored.flush();
      const fit = { normaliser, ...(clipped && { clipped }) };
      const header = { identity, fit, shape: [symbols.length, dates.length, names.length], valuesAt } as const;
      writeSync(file, encodedHeader(header), 0, valuesAt, 0);
    } finally {
      closeSync(file);
    }
    // Opened first: under its name another process may put another.
    const store = openStore(beside, identity, sheet);
    if (store === undefined) throw new Error(`${beside}: the store that was just written cannot be read`);
    renameSync(beside, path);
    return store;
  } finally {
    rmSync(beside, { force: true });
  }
}

async function writeRaw(
  { panel, sheet, choice }: StoreSource,
  path: string,
  valuesAt: number,
  threads: number,
): Promise<void> {
  const [dates, symbols] = [sheet.dates.length, sheet.symbols.length];
  const place = { dates, symbols, choice, path, valuesAt, next: new Int32Array(new SharedArrayBuffer(4)) };
  if (threads < 2 || symbols < 2 || !isBuilt) return writeStocks({ ...panel, ...place });
  const task = {
    fields: Object.fromEntries(Object.entries(panel.fields).map(([name, values]) => [name, shared(values)])),
    present: shared(panel.present),
    ...place,
  };
  await withThreads(workerFile, task, Math.min(threads, symbols), writeStocks);
}
