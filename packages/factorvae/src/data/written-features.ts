import { Worker } from "node:worker_threads";
import { blockComputer, stockBlock, stockRanges } from "./feature-block.js";
import { choiceAmong, computableFeatures, type FeatureChoice } from "./feature-choice.js";
import { blockEncoder, type EncodedBlock, type FeatureFormat, featureFile } from "./feature-file.js";
import type { FeatureOptions } from "./feature-table.js";
import { ended, isBuilt } from "./features-in-threads.js";
import type { Panel } from "./panel.js";
import type { BlockMessage, BlockTask, WrittenFeaturesTask } from "./written-features-worker.js";

/** How features are made and written. */
export interface WrittenFeaturesOptions extends FeatureOptions {
  readonly format: FeatureFormat;
  readonly threads: number;
  /** How many rows a block has, about. */
  readonly blockRows?: number;
}

/** Rows of a block, about: what is held in memory at a time, and of Parquet what a reader skips or reads as a whole. */
const usualBlockRows: Readonly<Record<FeatureFormat, number>> = { parquet: 32_768, csv: 4096 };

/** Blocks that each thread is given ahead of what is written: it has one to go on with while another waits. */
const blocksAhead = 3;

/**
 * The features of `computeFeatures` as the bytes of a file, piece by piece: `date`, `symbol`, then the features by name; a row
 * for each that the prices have, symbol by symbol, each date by date. Blocks of stocks are computed and encoded by several
 * threads, so that no table of all values is ever in memory; where the package runs from its sources, the caller does all.
 * The bytes are the same at any number of threads. A piece is valid until the next is asked for.
 *
 * @throws as `computeFeatures`, and Error if a thread fails
 */
export async function* writtenFeatures(
  panel: Panel,
  choice: FeatureChoice,
  { format, threads, missingVolume = "refuse", blockRows = usualBlockRows[format] }: WrittenFeaturesOptions,
): AsyncGenerator<Uint8Array> {
  const features = computableFeatures(panel, choice, missingVolume);
  const names = features.map(({ name }) => name);
  const columns = { names, dates: panel.dates };
  const ranges = stockRanges(panel, blockRows);
  const file = featureFile(format, columns);
  yield file.head();
  const workers = Math.min(threads, ranges.length);
  if (workers < 2 || !isBuilt) {
    const [compute, encode] = [blockComputer(features), blockEncoder(format, columns)];
    for (const range of ranges) yield file.block(encode(compute(stockBlock(panel, range))));
  } else {
    const task = { columns, format, choice: choiceAmong(choice, names), fields: Object.keys(panel.fields) };
    const block = (at: number): BlockTask => ({ at, block: stockBlock(panel, ranges[at]) });
    for await (const encoded of encodedInThreads(task, ranges.length, block, workers)) yield file.block(encoded);
  }
  yield file.foot();
}

/** Blocks encoded by threads, in order. */
async function* encodedInThreads(
  task: WrittenFeaturesTask,
  count: number,
  block: (at: number) => BlockTask,
  threads: number,
): AsyncGenerator<EncodedBlock> {
  const file = new URL("./written-features-worker.js", import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData: task }));
  const resolvers: ((encoded: EncodedBlock) => void)[] = [];
  const encoded = Array.from(
    { length: count },
    (_, at) => new Promise<EncodedBlock>((resolve) => (resolvers[at] = resolve)),
  );
  for (const worker of workers)
    worker.on("message", ({ at, ...found }: BlockMessage) => {
      resolvers[at](found);
    });
  const allEnded = Promise.all(workers.map(ended));
  // Waited for below, beside each block.
  allEnded.catch(() => {});
  const give = (at: number): void => {
    if (at < count) workers[at % threads].postMessage(block(at));
  };
  try {
    const ahead = threads * blocksAhead;
    for (let at = 0; at < ahead; at++) give(at);
    for (let at = 0; at < count; at++) {
      yield await Promise.race([encoded[at], allEnded.then(() => encoded[at])]);
      give(at + ahead);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
