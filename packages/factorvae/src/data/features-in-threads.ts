import { Worker } from "node:worker_threads";
import { choiceAmong, computableFeatures, type FeatureChoice } from "./feature-choice.js";
import { computeFeatures, type FeatureOptions, type FeatureTable, writeSymbol } from "./feature-table.js";
import type { Panel } from "./panel.js";

/** What a worker is given. All memory is shared. */
export interface FeaturesTask {
  readonly fields: Panel["fields"];
  readonly present: Uint8Array;
  readonly dates: number;
  readonly symbols: number;
  /** Of features that can all be computed. */
  readonly choice: FeatureChoice;
  readonly values: Float32Array;
  /** The next symbol that nobody has taken, in its only element. */
  readonly next: Int32Array;
}

/** Computes symbols that nobody has taken, until none is left. */
export function computeSymbols({ fields, present, dates, symbols, choice, values, next }: FeaturesTask): void {
  const features = computableFeatures({ fields }, choice, "refuse");
  for (let symbol = Atomics.add(next, 0, 1); symbol < symbols; symbol = Atomics.add(next, 0, 1))
    writeSymbol({ fields, present, dates: { length: dates } }, symbol, features, values);
}

/** Values of features below which threads cost more than they save. */
const worthThreads = 2_000_000;

const workerFile = new URL("./features-worker.js", import.meta.url);

/** Whether the package runs as built: threads run JavaScript, which its sources are not. */
export const isBuilt = !import.meta.url.endsWith(".ts");

/**
 * The features of `computeFeatures`, computed symbol by symbol by several threads: the same bits. Small tables are computed by the
 * caller, as are all where the package runs from its sources.
 *
 * @throws as `computeFeatures`, and Error if a thread fails
 */
export async function computeFeaturesInThreads(
  panel: Panel,
  choice: FeatureChoice,
  options: FeatureOptions & { readonly threads: number },
): Promise<FeatureTable> {
  const { missingVolume = "refuse", threads } = options;
  const names = computableFeatures(panel, choice, missingVolume).map(({ name }) => name);
  const { symbols, dates } = panel;
  const count = symbols.length * dates.length * names.length;
  const workers = Math.min(threads, symbols.length);
  if (workers < 2 || count < worthThreads || !isBuilt) return computeFeatures(panel, choice, options);
  const task: FeaturesTask = {
    fields: Object.fromEntries(Object.entries(panel.fields).map(([name, values]) => [name, shared(values)])),
    present: shared(panel.present),
    dates: dates.length,
    symbols: symbols.length,
    choice: choiceAmong(choice, names),
    values: new Float32Array(new SharedArrayBuffer(4 * count)),
    next: new Int32Array(new SharedArrayBuffer(4)),
  };
  await withThreads(workerFile, task, workers, computeSymbols);
  return { names, dates, symbols, values: task.values };
}

/** A copy in memory that threads share. */
export function shared<Values extends Float64Array | Uint8Array>(values: Values): Values {
  const buffer = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float64Array ? new Float64Array(buffer) : new Uint8Array(buffer);
  copy.set(values);
  return copy as Values;
}

/**
 * Has a task done by so many threads, the caller's among them: it begins at once, while the others start. The first that fails ends
 * all: half a result is of no use to anybody.
 */
export async function withThreads<Task>(
  workerFile: URL,
  task: Task,
  threads: number,
  work: (task: Task) => void,
): Promise<void> {
  const workers = Array.from({ length: threads - 1 }, () => new Worker(workerFile, { workerData: task }));
  const allEnded = Promise.all(workers.map(ended));
  // Waited for below.
  allEnded.catch(() => {});
  try {
    work(task);
    await allEnded;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Waits until a thread has done its work. Throws Error if it fails. */
export const ended = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new Error(`features: a thread failed (${reason}); fewer of them take less memory: FACTORVAE_THREADS=1`));
    worker.once("error", (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.once("exit", (code) => {
      if (code === 0) resolve();
      else fail(`it ended with code ${code}`);
    });
  });
