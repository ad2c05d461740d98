import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type AsyncBuffer, type DecodedArray, parquetMetadataAsync, parquetScan, parquetSchema } from "hyparquet";

import { DataError } from "../data-error.js";
import { parquetCompressors } from "./parquet-compressors.js";
import type { TableSink, Value } from "./table.js";

/** Rows of a group beyond which it is taken for a broken file: so many values cannot be held at once. */
const mostRowsInGroup = 200_000_000;

/**
 * Reads a Parquet file, whatever its compression, into a table, one row group after the other: a group is held in memory,
 * never the file. Nested columns are left out.
 * @returns SHA-256 of its bytes
 * @throws DataError if the file is broken, or of a kind that cannot be read, and whatever the table throws.
 */
export async function readParquetTable(path: string, sink: TableSink): Promise<string> {
  const sha256 = await hashOf(path);
  const file = await open(path);
  try {
    const scanned = await asDataError(path, () => openScan(file));
    sink.header(
      scanned.columns.map(({ name }) => name),
      false,
    );
    let at = 0;
    for (const range of scanned.ranges) {
      const columns: DecodedArray[] = [];
      for (const { name, scale } of scanned.columns)
        columns.push(await asDataError(path, async () => decimals(await scanned.read(name, range), scale)));
      const rows = range.rowEnd - range.rowStart;
      const odd = columns.findIndex(({ length }) => length !== rows);
      if (odd >= 0) broken(path, `column ${scanned.columns[odd].name} holds ${columns[odd].length} of ${rows} rows`);
      const values: Value[] = new Array(columns.length);
      for (let row = 0; row < rows; row++) {
        for (let c = 0; c < columns.length; c++) values[c] = plainValue(columns[c][row]);
        sink.row(values, ++at);
      }
    }
    sink.end();
  } finally {
    await file.close();
  }
  return sha256;
}

async function openScan(handle: FileHandle) {
  const { size } = await handle.stat();
  const file: AsyncBuffer = {
    byteLength: size,
    slice(start, end = size) {
      const part = partOf(handle, size, start, end);
      // The parser asks ahead and may stop before it waits for what it asked: nobody hears of that part's failure then.
      part.catch(() => {});
      return part;
    },
  };
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const groups = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (groups !== metadata.num_rows) throw new RangeError(`its groups hold ${groups} of ${metadata.num_rows} rows`);
  for (const group of metadata.row_groups) {
    if (group.num_rows < 0 || group.num_rows > mostRowsInGroup)
      throw new RangeError(`a group is said to hold ${group.num_rows} rows`);
  }
  const columns = parquetSchema(metadata).children.flatMap(({ children, element }) => {
    if (children.length > 0 || element.repetition_type === "REPEATED") return [];
    return [{ name: element.name, scale: element.converted_type === "DECIMAL" ? (element.scale ?? 0) : undefined }];
  });
  const names = columns.map(({ name }) => name);
  // A broken footer can lack what its types promise.
  if (!names.every((name) => typeof name === "string")) throw new TypeError("a column has no name");
  const scan = await parquetScan({
    file,
    metadata,
    columns: names,
    compressors: parquetCompressors,
    geoparquet: false,
    useOffsetIndex: false,
    parsers: { stringFromBytes: textOfBytes },
  });
  const read = (column: string, range: { readonly rowStart: number; readonly rowEnd: number }) =>
    scan.readColumn({ column, ...range });
  return { columns, ranges: scan.ranges, read };
}

async function partOf(handle: FileHandle, size: number, start: number, end: number): Promise<ArrayBuffer> {
  if (!(start >= 0 && start <= end && end <= size)) throw new RangeError("a part lies outside the file");
  const bytes = new Uint8Array(end - start);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  if (bytesRead < bytes.length) throw new RangeError("the file ends too early");
  return bytes.buffer;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A symbol is kept to the character: what is no UTF-8 is refused, not replaced. */
const textOfBytes = (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes);

/** Decimals come as whole numbers times a power of ten, which is off in the last bit: the nearest number is meant. */
function decimals(values: DecodedArray, scale: number | undefined): DecodedArray {
  if (scale === undefined || scale <= 0) return values;
  const power = 10 ** scale;
  return Array.from(values, (value: unknown) =>
    typeof value === "number" ? Math.round(value * power) / power : value,
  );
}

function plainValue(value: unknown): Value {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    case "undefined":
      return null;
    default:
      return value === null || value instanceof Date ? value : JSON.stringify(value);
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest("hex");
}

async function asDataError<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    return broken(path, error instanceof Error ? error.message : String(error));
  }
}

function broken(path: string, reason: string): never {
  throw new DataError(`the Parquet file cannot be read (${reason}); it may be cut short, write it again`, {
    file: path,
  });
}
