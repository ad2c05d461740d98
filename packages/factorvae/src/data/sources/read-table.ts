import { type FileHandle, open } from "node:fs/promises";
import { streamBytes } from "../file-bytes.js";
import { isParquet, textOfBytes } from "../file-text.js";
import { csvTable } from "./csv-table.js";
import { type ParquetBytes, readParquet } from "./parquet-table.js";
import type { TableOrigin, TableSink } from "./table.js";

/**
 * Reads one file into a table, gzipped or not: as Parquet where its first bytes say so, and else as CSV. Parquet that is
 * gzipped is held in memory, as it is read here and there.
 * @param begin makes the table, given how its rows are counted
 * @returns SHA-256 of its bytes as stored
 * @throws DataError if it cannot be read, and whatever the table throws
 */
export async function readTable(
  path: string,
  begin: (countedBy: TableOrigin["countedBy"]) => TableSink,
): Promise<string> {
  let text: { push(piece: Uint8Array): void; end(): void } | undefined;
  let isPackedParquet = false;
  const parts: Uint8Array[] = [];
  let isFirst = true;
  const sha256 = await streamBytes(path, (piece, isPacked) => {
    if (isFirst && isParquet(piece)) isPackedParquet = isPacked;
    else if (isFirst) text = csvText(path, begin("line"));
    isFirst = false;
    if (text !== undefined) text.push(piece);
    else if (isPackedParquet) parts.push(piece);
  });
  if (text !== undefined) text.end();
  else if (isPackedParquet) await readParquet(path, bytesOf(Buffer.concat(parts)), begin("row"));
  else await readStoredParquet(path, begin("row"));
  return sha256;
}

function csvText(path: string, sink: TableSink) {
  const table = csvTable(path, sink);
  const text = textOfBytes(path, table.push);
  return {
    push: text.push,
    end() {
      text.end();
      table.end();
    },
  };
}

const bytesOf = (bytes: Uint8Array): ParquetBytes => ({
  length: bytes.length,
  async read(start, end) {
    const part = new Uint8Array(end - start);
    part.set(bytes.subarray(start, end));
    return part.buffer;
  },
});

async function readStoredParquet(path: string, sink: TableSink): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    await readParquet(path, { length: size, read: (start, end) => partOf(file, start, end) }, sink);
  } finally {
    await file.close();
  }
}

async function partOf(file: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  if (bytesRead < bytes.length) throw new RangeError("the file ends too early");
  return bytes.buffer;
}
