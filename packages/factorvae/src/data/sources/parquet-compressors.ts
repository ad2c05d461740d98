import * as zlib from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Zstandard of Node itself, which has it from 22.15 on. */
const zstd: unknown = Reflect.get(zlib, "zstdDecompressSync");

/**
 * What unpacks the pages of a Parquet file: Node's own where it has it, which is faster and ends on any bytes. Zstandard on
 * an older Node is read by JavaScript, which can go on for ever on a page whose bytes are wrong.
 */
export const parquetCompressors: Compressors = {
  ...compressors,
  GZIP: (input, length) => zlib.unzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => zlib.brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
  ...(typeof zstd === "function" && {
    ZSTD: (input: Uint8Array, length: number): Uint8Array => zstd(input, { maxOutputLength: Math.max(1, length) }),
  }),
};
