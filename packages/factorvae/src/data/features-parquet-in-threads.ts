import { Worker } from "node:worker_threads";
import type { FeatureTable } from "./feature-table.js";
import { ended, isBuilt, shared } from "./features-in-threads.js";
import { type DateRange, dateRanges, type EncodedGroup, featuresParquet, parquetFile } from "./features-parquet.js";

/** What a worker is given. Memory is shared. */
export interface ParquetTask {
  readonly table: FeatureTable;
  readonly present: Uint8Array;
  readonly ranges: readonly DateRange[];
  /** How many row groups are taken, and how many the caller is through with. */
  readonly progress: Int32Array;
  /** How many row groups may be ahead of those: what waits to be written is held in memory. */
  readonly ahead: number;
}

/** A row group that a worker encoded, and which it is. */
export interface ParquetMessage extends EncodedGroup {
  readonly at: number;
}

/**
 * The bytes of `featuresParquet`, encoded by several threads while the caller writes. A table that threads do not share is
 * encoded by the caller, as all are where the package runs from its sources.
 *
 * @throws Error if a thread fails
 */
export async function* featuresParquetInThreads(
  table: FeatureTable,
  present: Uint8Array,
  threads: number,
): AsyncGenerator<Uint8Array> {
  const isShared = table.values.buffer instanceof SharedArrayBuffer;
  if (threads < 2 || !isShared || !isBuilt) {
    yield* featuresParquet(table, present);
    return;
  }
  const ranges = dateRanges(table, present);
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const task: ParquetTask = { table, present: shared(present), ranges, progress, ahead: threads + 1 };
  const workers = Array.from(
    { length: Math.min(threads, ranges.length) },
    () => new Worker(new URL("./features-parquet-worker.js", import.meta.url), { workerData: task }),
  );
  const resolvers: ((encoded: EncodedGroup) => void)[] = [];
  const encoded = ranges.map((_, at) => new Promise<EncodedGroup>((resolve) => (resolvers[at] = resolve)));
  for (const worker of workers)
    worker.on("message", ({ at, ...group }: ParquetMessage) => {
      resolvers[at](group);
    });
  const allEnded = Promise.all(workers.map(ended));
  // Waited for below, beside each row group.
  allEnded.catch(() => {});
  try {
    const file = parquetFile(table.names);
    yield file.head();
    for (const group of encoded) {
      yield file.group(await Promise.race([group, allEnded.then(() => group)]));
      Atomics.add(progress, 1, 1);
      Atomics.notify(progress, 1);
    }
    yield file.foot();
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
