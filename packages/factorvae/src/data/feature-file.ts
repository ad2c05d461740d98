import type { ParquetWriter } from "hyparquet-writer";
import type { BlockColumns } from "./feature-block.js";
import { csvBlocks, csvFile } from "./features-csv.js";
import { parquetBlocks, parquetFile } from "./features-parquet.js";

/** What features are written as. */
export type FeatureFormat = "parquet" | "csv";

/** A block of features as it stands in a file. */
export interface EncodedBlock {
  readonly bytes: Uint8Array;
  /** Of Parquet: what the file's foot says of the block, which begins at byte 0. */
  readonly notes?: ParquetWriter["row_groups"][number];
}

/** What a file is made of, to be asked for in this order: its head, each block, its foot. */
export interface FeatureFile {
  readonly head: () => Uint8Array;
  readonly block: (encoded: EncodedBlock) => Uint8Array;
  readonly foot: () => Uint8Array;
}

/** What every file of features says of its columns. */
export interface FeatureColumns {
  readonly names: readonly string[];
  /** The market calendar, ISO dates, ascending. */
  readonly dates: readonly string[];
}

/** Begins a file of features: `date`, `symbol`, then the features by name. */
export const featureFile = (format: FeatureFormat, columns: FeatureColumns): FeatureFile =>
  format === "parquet" ? parquetFile(columns) : csvFile(columns);

/** Makes what encodes the blocks of a file. A block's bytes are valid until the next is encoded. */
export const blockEncoder = (
  format: FeatureFormat,
  columns: FeatureColumns,
): ((block: BlockColumns) => EncodedBlock) => (format === "parquet" ? parquetBlocks(columns) : csvBlocks(columns));
