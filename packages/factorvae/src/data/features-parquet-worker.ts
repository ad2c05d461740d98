import { parentPort, workerData } from "node:worker_threads";
import { groupEncoder } from "./features-parquet.js";
import type { ParquetMessage, ParquetTask } from "./features-parquet-in-threads.js";

// A thread of `featuresParquetInThreads`: takes row groups until none is left, not too far ahead of who writes them.
const { table, present, ranges, progress, ahead } = workerData as ParquetTask;
const encode = groupEncoder(table, present);
for (let at = Atomics.add(progress, 0, 1); at < ranges.length; at = Atomics.add(progress, 0, 1)) {
  for (let written = Atomics.load(progress, 1); at >= written + ahead; written = Atomics.load(progress, 1))
    Atomics.wait(progress, 1, written);
  const { bytes, notes } = encode(ranges[at]);
  const copy = bytes.slice();
  const message: ParquetMessage = { at, bytes: copy, notes };
  parentPort?.postMessage(message, [copy.buffer]);
}
