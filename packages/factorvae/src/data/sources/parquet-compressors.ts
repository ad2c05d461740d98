import * as zlib from "node:zlib";
import type { Compressors } from "hyparquet";
import { unpackLz4 } from "./lz4.js";
import { unpackZstandard } from "./zstandard.js";

/** Zstandard of Node itself, which has it from 22.15 on. */
const zstd: unknown = Reflect.get(zlib, "zstdDecompressSync");

/**
 * What unpacks the pages of a Parquet file, beside Snappy, which the library has itself: Node's own where it has it, which is
 * faster. Each ends on any bytes, and gives a page of the length that its header says or throws.
 */
export const parquetCompressors: Compressors = {
  GZIP: (input, length) => zlib.unzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  LZ4: unpackLz4,
  LZ4_RAW: unpackLz4,
  ZSTD:
    typeof zstd === "function"
      ? (input, length): Uint8Array => zstd(input, { maxOutputLength: Math.max(1, length) })
      : unpackZstandard,
};
