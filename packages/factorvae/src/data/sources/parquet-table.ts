import {
  type AsyncBuffer,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaElement,
} from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { DataError } from "../data-error.js";
import { parquetCompressors } from "./parquet-compressors.js";
import { readPages } from "./parquet-pages.js";
import { badPage } from "./parquet-runs.js";
import { Instant, type TableSink, type Value } from "./table.js";

/** Rows of a group beyond which it is taken for a broken file: so many values cannot be held at once. */
const mostRowsInGroup = 200_000_000;

/** The bytes of a Parquet file, wherever they lie. */
export interface ParquetBytes {
  readonly length: number;
  /** The bytes from one to before another; `parquetTable` asks for none that lie outside. */
  read(start: number, end: number): Promise<ArrayBuffer>;
}

/**
 * Reads Parquet, whatever its compression, into a table, one row group after the other: a group is held in memory, never all
 * of them. Nested columns are left out.
 * @param path what stands for the bytes in messages
 * @throws DataError if the bytes are damaged, or of a kind that cannot be read, and whatever the table throws.
 */
export async function readParquet(path: string, bytes: ParquetBytes, sink: TableSink): Promise<void> {
  const { columns, groups } = await asDataError(path, () => openFile(bytes));
  sink.header(
    columns.map(({ element }) => element.name),
    false,
  );
  let at = 0;
  for (const { rows, read } of groups) {
    const values: unknown[][] = [];
    for (const column of columns) values.push(await asDataError(path, () => read(column)));
    const row: Value[] = new Array(columns.length);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns.length; c++) row[c] = plainValue(values[c][r]);
      sink.row(row, ++at);
    }
  }
  sink.end();
}

/** A column of one value a row. */
interface FlatColumn {
  readonly element: SchemaElement;
  readonly schemaPath: ReturnType<typeof parquetSchema>[];
}

async function openFile(bytes: ParquetBytes) {
  const size = bytes.length;
  const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
    if (!(start >= 0 && start <= end && end <= size)) badPage("a part lies outside the file");
    return bytes.read(start, end);
  };
  const file: AsyncBuffer = { byteLength: size, slice };
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const total = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  if (total !== metadata.num_rows) badPage(`its groups hold ${total} of ${metadata.num_rows} rows`);
  const tree = parquetSchema(metadata);
  const columns: FlatColumn[] = tree.children.flatMap((child) => {
    const { children, element } = child;
    // A broken footer can lack what its types promise.
    if (typeof element.name !== "string") badPage("a column has no name");
    return children.length > 0 || element.repetition_type === "REPEATED"
      ? []
      : [{ element, schemaPath: [tree, child] }];
  });
  const groups = metadata.row_groups.map(({ num_rows, columns: chunks }) => {
    if (num_rows < 0 || num_rows > mostRowsInGroup) badPage(`a group is said to hold ${num_rows} rows`);
    const rows = Number(num_rows);
    const read = async ({ element, schemaPath }: FlatColumn): Promise<unknown[]> => {
      const chunk = chunks.find(
        ({ meta_data: { path_in_schema: path } = {} }) => path?.length === 1 && path[0] === element.name,
      );
      if (chunk?.meta_data === undefined) badPage(`a group lacks the column ${element.name}`);
      if (chunk.file_path) badPage("its values lie in another file");
      const { type, codec, data_page_offset, dictionary_page_offset, total_compressed_size, path_in_schema } =
        chunk.meta_data;
      const begin = dictionary_page_offset || data_page_offset;
      const pages = await slice(Number(begin), Number(begin + total_compressed_size));
      const isDecimal = element.converted_type === "DECIMAL";
      const decoder = {
        ...{ pathInSchema: path_in_schema, type, codec, schemaPath, compressors: parquetCompressors },
        element: isDecimal ? undecided(element) : element,
        utf8: !isDecimal,
        parsers: parsersOf(element),
      };
      const values = readPages(pages, decoder, rows);
      return isDecimal ? values.map((value) => decimal(value, element.scale ?? 0)) : values;
    };
    return { rows, read };
  });
  return { columns, groups };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A symbol is kept to the character: what is no UTF-8 is refused, not replaced. */
const textOfBytes = (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes);

function parsersOf({ logical_type }: SchemaElement): ParquetParsers {
  const parsers = { ...DEFAULT_PARSERS, stringFromBytes: textOfBytes };
  // What does not say that it is a clock's time is, by the format, a moment.
  if (logical_type?.type === "TIMESTAMP" && !logical_type.isAdjustedToUTC) return parsers;
  return {
    ...parsers,
    timestampFromMilliseconds: (millis) => new Instant(Number(millis)),
    timestampFromMicroseconds: (micros) => new Instant(Number(micros / 1000n)),
    timestampFromNanoseconds: (nanos) => new Instant(Number(nanos / 1_000_000n)),
  };
}

/** A column of decimals as what it is stored as: the library's decimals are off in the last bit. */
function undecided({ converted_type, logical_type, ...element }: SchemaElement): SchemaElement {
  return element;
}

const mostDecimalBytes = 32;

/** The number nearest to a decimal, which is stored as a whole number, or as its bytes, the highest first. */
function decimal(value: unknown, scale: number): number | null {
  if (value === null) return null;
  if (!(value instanceof Uint8Array)) return Number(value) / 10 ** scale;
  if (value.length > mostDecimalBytes) badPage(`a decimal of ${value.length} bytes`);
  const whole = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return Number(BigInt.asIntN(8 * value.length, whole)) / 10 ** scale;
}

function plainValue(value: unknown): Value {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    default:
      return value === null || value instanceof Date || value instanceof Instant ? value : JSON.stringify(value);
  }
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
