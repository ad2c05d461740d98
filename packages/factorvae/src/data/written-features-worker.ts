import { parentPort, workerData } from "node:worker_threads";
import { blockComputer, type StockBlock } from "./feature-block.js";
import { computableFeatures, type FeatureChoice } from "./feature-choice.js";
import { blockEncoder, type EncodedBlock, type FeatureColumns, type FeatureFormat } from "./feature-file.js";

/** What a thread of `writtenFeatures` is given. */
export interface WrittenFeaturesTask {
  readonly columns: FeatureColumns;
  readonly format: FeatureFormat;
  /** Of features that can all be computed. */
  readonly choice: FeatureChoice;
  /** Names of the panel's fields. */
  readonly fields: readonly string[];
}

/** A block that it is to encode, and which it is. */
export interface BlockTask {
  readonly at: number;
  readonly block: StockBlock;
}

/** What it makes of it. */
export interface BlockMessage extends EncodedBlock {
  readonly at: number;
}

// Encodes the blocks that it is sent, until it is ended.
const { columns, format, choice, fields } = workerData as WrittenFeaturesTask;
const known = Object.fromEntries(fields.map((name) => [name, new Float64Array()]));
const compute = blockComputer(computableFeatures({ fields: known }, choice, "refuse"));
const encode = blockEncoder(format, columns);
parentPort?.on("message", ({ at, block }: BlockTask) => {
  const { bytes, notes } = encode(compute(block));
  const copy = bytes.slice();
  const message: BlockMessage = { at, bytes: copy, ...(notes && { notes }) };
  parentPort?.postMessage(message, [copy.buffer]);
});
